using System.Text.Json.Nodes;

namespace PriorNas.Cli.Tests;

/// <summary>Parts of a ranking, and the arithmetic of one.</summary>
public sealed class RankShardTest : IDisposable
{
    private readonly SmallRun small = new();

    public void Dispose() => small.Dispose();

    [Fact]
    public async Task Shards_merged_equal_the_whole_and_others_are_refused()
    {
        await Train();
        var list = small.WriteList(12);
        await Rank(list, "whole.json");
        foreach (var shard in new[] { "1", "2", "3" })
            Assert.Contains($"architectures ranked, shard {shard}/3: ", await Rank(list, $"part{shard}.json", "--shard", $"{shard}/3"), StringComparison.Ordinal);
        Assert.Equal($"12 architectures merged: {small.At("merged.json")}\n", await Merge("part3.json", "part1.json", "part2.json"));
        Assert.Equal(File.ReadAllBytes(small.At("whole.json")), File.ReadAllBytes(small.At("merged.json")));

        Assert.Equal($"error: shard 2/3 is missing; rank it by 'rank RUN --shard 2/3'.\n", await Refuse("part1.json", "part3.json"));
        Assert.Equal($"error: '{small.At("part1.json")}' and '{small.At("part1.json")}' are both shard 1/3.\n", await Refuse("part1.json", "part1.json", "part2.json"));

        await Rank(list, "other.json", "--shard", "2/3", "--calibration-images", "0");
        Assert.Equal($"error: '{small.At("other.json")}' and '{small.At("part1.json")}' differ in the settings of the evaluation; merge the shards of one ranking.\n", await Refuse("part1.json", "other.json", "part3.json"));
        await Rank(small.WriteList(11), "shorter.json", "--shard", "2/3");
        Assert.Equal($"error: '{small.At("shorter.json")}' and '{small.At("part1.json")}' differ in the list; merge the shards of one ranking.\n", await Refuse("part1.json", "shorter.json", "part3.json"));
        await Rank(small.WriteList(12), "half.json", "--shard", "1/2");
        Assert.StartsWith($"error: '{small.At("half.json")}' is shard 1/2, but '{small.At("part1.json")}' is 1/3;", await Refuse("part1.json", "half.json"), StringComparison.Ordinal);

        var changed = JsonNode.Parse(File.ReadAllText(small.At("part2.json")))!;
        changed["results"]!.AsArray().RemoveAt(0);
        small.Write("changed.json", changed.ToJsonString());
        Assert.Contains("the shards do not hold each of the list's 12 positions once; one of them was changed, rank it again.", await Refuse("part1.json", "changed.json", "part3.json"), StringComparison.Ordinal);
        Assert.Contains("shard", await Refuse("whole.json"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Precisions_agree_but_for_rounding_and_bfloat16_says_how_far()
    {
        await Train();
        var list = small.WriteList(8);
        await Rank(list, "float32.json");
        var exact = await Rank(list, "exact.json", "--precision", "exact");
        Assert.Contains("8 measurements in ", exact, StringComparison.Ordinal);
        Assert.Matches(@"sharing saved [1-9][0-9.]* % of them\.", exact);
        var (float32, ofExact) = (Entries("float32.json"), Entries("exact.json"));
        Assert.All(ofExact, entry => Assert.Equal(entry.Value.Accuracy, float32[entry.Key].Accuracy));
        Assert.All(ofExact, entry => Assert.Equal(entry.Value.Loss, float32[entry.Key].Loss, 1e-4));
        Assert.Matches(@"Against float32 on 8 of them: Kendall tau-b (0\.\d+|1\.0000|NaN), largest change of an accuracy \d+\.\d\d points\.", await Rank(list, "bfloat16.json", "--precision", "bfloat16"));
    }

    [Theory]
    [InlineData("--precision", "float16", "--precision is 'float16', allowed is float32, exact or bfloat16.")]
    [InlineData("--shard", "3/2", "--shard is '3/2', allowed is i/n with 1 <= i <= n.")]
    public async Task Other_values_are_refused(string option, string value, string message)
    {
        var (exitCode, _, error) = await CommandRun.Of("rank", small.Run, "--architectures", small.WriteList(2), "--output", small.At("o.json"), option, value);
        Assert.Equal(2, exitCode);
        Assert.Contains(message, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_best_are_found_by_rounds_which_all_images_confirm()
    {
        await CommandRun.Succeed([.. SmallRun.TrainArguments(small.Run), "--set", "epochs=1", "--set", "data.syntheticValidationImages=400", .. SmallRun.Light]);
        var list = small.WriteList(12);
        await Rank(list, "all.json");
        string[] rounds = ["--top", "3", "--first-images", "50", "--confidence", "0.6"];
        var output = await Rank(list, "top.json", rounds);
        Assert.Contains("Round on 50 of 400 validation images: 12 networks.\n", output, StringComparison.Ordinal);

        // Those that were measured by all images have the accuracies of a ranking by all, and the best network is among the first.
        var (all, top) = (Entries("all.json"), Entries("top.json"));
        Assert.All(top.Where(entry => entry.Value.Images == 400), entry => Assert.Equal(all[entry.Key].Accuracy, entry.Value.Accuracy));
        Assert.Contains(top.Values, entry => entry.Images < 400);
        Assert.Contains(all.MaxBy(entry => entry.Value.Accuracy).Key, top.OrderByDescending(entry => entry.Value.Accuracy).Take(3).Select(entry => entry.Key));

        Assert.InRange(Tops("top.json"), 3, 12);

        // What is stored is not measured again.
        var table = File.ReadAllBytes(small.At("top.json"));
        Assert.DoesNotContain("measurements", await Rank(list, "top.json", rounds), StringComparison.Ordinal);
        Assert.Equal(table, File.ReadAllBytes(small.At("top.json")));
    }

    [Theory]
    [InlineData("--top", "2", "--top is 2, allowed is 1 to 1, fewer than the list's distinct networks.")]
    [InlineData("--first-images", "5", "--first-images and --confidence are of rounds; give --top K as well, or leave them out.")]
    [InlineData("--confidence", "0.9", "--first-images and --confidence are of rounds; give --top K as well, or leave them out.")]
    [InlineData("--confidence", "0.5", "--confidence is '0.5', allowed is a number above 0.5 and below 1.")]
    public async Task Options_of_rounds_alone_are_refused(string option, string value, string message)
    {
        await Train();
        var run = await CommandRun.Of("rank", small.Run, "--architectures", small.WriteList(2), "--output", small.At("o.json"), option, value);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
    }

    private int Tops(string name) => JsonNode.Parse(File.ReadAllText(small.At(name)))!.AsObject().Count(entry => (int)entry.Value!["top"]! == 1);

    private Dictionary<string, (double Accuracy, double Loss, int Images)> Entries(string name) => JsonNode.Parse(File.ReadAllText(small.At(name)))!.AsObject()
        .ToDictionary(entry => entry.Key, entry => ((double)entry.Value!["acc"]!, (double)entry.Value["loss"]!, (int?)entry.Value["images"] ?? 0));

    private async Task Train() => await CommandRun.Succeed([.. SmallRun.TrainArguments(small.Run), "--set", "epochs=1", .. SmallRun.Light]);

    private async Task<string> Rank(string list, string output, params string[] more) =>
        await CommandRun.Succeed(["rank", small.Run, "--architectures", list, "--output", small.At(output), .. more]);

    private async Task<string> Merge(params string[] shards) => await CommandRun.Succeed(["rank", "merge", .. shards.Select(small.At), "--output", small.At("merged.json")]);

    private async Task<string> Refuse(params string[] shards)
    {
        var (exitCode, _, error) = await CommandRun.Of(["rank", "merge", .. shards.Select(small.At), "--output", small.At("refused.json")]);
        Assert.Equal(2, exitCode);
        Assert.False(File.Exists(small.At("refused.json")));
        return error;
    }
}
