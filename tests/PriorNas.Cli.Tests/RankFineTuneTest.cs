using System.Text.Json.Nodes;

namespace PriorNas.Cli.Tests;

/// <summary>Ranking after training steps of each subnet's own.</summary>
public sealed class RankFineTuneTest : IDisposable
{
    private readonly SmallRun small = new();

    public void Dispose() => small.Dispose();

    [Fact]
    public async Task Results_with_and_without_are_kept_apart_and_the_output_says_which_they_are()
    {
        await Train();
        var list = small.WriteList(3);
        var plain = await Rank(list, "plain.json");
        Assert.Matches(@"(^|\n)3 measurements in \d+\.\d s: \d+\.\d\d/s, \d+\.\d billion multiply-adds/s; sharing saved \d+\.\d % of them\.\n", plain);
        var tuned = await Rank(list, "tuned.json", "--fine-tune", "2");
        Assert.Matches(@"(^|\n)3 measurements in \d+\.\d s: \d+\.\d\d/s, each after 2 training steps of its own\.\nRanked by loss", tuned);
        Assert.NotEqual(Losses("plain.json"), Losses("tuned.json"));

        // Kept: nothing is measured again, and each command writes what it wrote.
        Assert.DoesNotContain("measurements", await Rank(list, "plain2.json") + await Rank(list, "tuned2.json", "--fine-tune", "2"), StringComparison.Ordinal);
        Assert.Equal(Losses("plain.json"), Losses("plain2.json"));
        Assert.Equal(Losses("tuned.json"), Losses("tuned2.json"));

        // The default rate is a fifth of the recipe's 0.1, and another one is measured anew.
        Assert.DoesNotContain("measurements", await Rank(list, "same.json", "--fine-tune", "2", "--fine-tune-rate", "0.02"), StringComparison.Ordinal);
        Assert.Contains("3 measurements", await Rank(list, "other.json", "--fine-tune", "2", "--fine-tune-rate", "0.1"), StringComparison.Ordinal);
        Assert.NotEqual(Losses("tuned.json"), Losses("other.json"));
    }

    [Fact]
    public async Task Shards_are_merged_only_with_the_same_steps()
    {
        await Train();
        var list = small.WriteList(4);
        await Rank(list, "whole.json", "--fine-tune", "1");
        await Rank(list, "part1.json", "--shard", "1/2", "--fine-tune", "1");
        await Rank(list, "part2.json", "--shard", "2/2", "--fine-tune", "1");
        await CommandRun.Succeed("rank", "merge", small.At("part1.json"), small.At("part2.json"), "--output", small.At("merged.json"));
        Assert.Equal(File.ReadAllBytes(small.At("whole.json")), File.ReadAllBytes(small.At("merged.json")));
        await Rank(list, "plain2.json", "--shard", "2/2");
        var error = await Refusal.ErrorOf(small, "rank", "merge", small.At("part1.json"), small.At("plain2.json"), "--output", small.At("merged2.json"));
        Assert.Contains("the settings of the evaluation", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--fine-tune-rate is of fine-tuning; give --fine-tune STEPS as well, or leave it out.", "--fine-tune-rate", "0.1")]
    [InlineData("--jobs is of fine-tuning; give --fine-tune STEPS as well, or leave it out.", "--jobs", "2")]
    [InlineData("--top decides by the supernet's weights alone; leave --top or --fine-tune out.", "--fine-tune", "2", "--top", "1")]
    [InlineData("--fine-tune measures in float32; leave --precision bfloat16 out.", "--fine-tune", "2", "--precision", "bfloat16")]
    [InlineData("--fine-tune is '0', allowed is a whole number from 1 to 1000000. See 'rank --help'.", "--fine-tune", "0")]
    [InlineData("--fine-tune is '1000001', allowed is a whole number from 1 to 1000000. See 'rank --help'.", "--fine-tune", "1000001")]
    [InlineData("--fine-tune-rate is '0', allowed is a number above 0, to 1000000. See 'rank --help'.", "--fine-tune", "2", "--fine-tune-rate", "0")]
    [InlineData("--fine-tune-rate is '0,1', allowed is a number above 0, to 1000000. See 'rank --help'.", "--fine-tune", "2", "--fine-tune-rate", "0,1")]
    [InlineData("--fine-tune-rate is 'NaN', allowed is a number above 0, to 1000000. See 'rank --help'.", "--fine-tune", "2", "--fine-tune-rate", "NaN")]
    public async Task What_does_not_go_with_it_is_refused_in_words(string message, params string[] options)
    {
        await Train();
        var run = await CommandRun.Of(["rank", small.Run, "--architectures", small.WriteList(2), "--output", small.At("o.json"), .. options]);
        Assert.Equal((2, "", $"error: {message}\n"), (run.ExitCode, run.Output, run.Error.ReplaceLineEndings("\n")));
        Assert.False(File.Exists(small.At("o.json")));
    }

    private double[] Losses(string name) => [.. JsonNode.Parse(File.ReadAllText(small.At(name)))!.AsObject().Select(entry => (double)entry.Value!["loss"]!)];

    private async Task Train() =>
        await CommandRun.Succeed([.. SmallRun.TrainArguments(small.Run), "--set", "epochs=1", "--set", "optimizer.learningRate=0.1", .. SmallRun.Light]);

    private async Task<string> Rank(string list, string output, params string[] more) =>
        (await CommandRun.Succeed(["rank", small.Run, "--architectures", list, "--output", small.At(output), .. more])).ReplaceLineEndings("\n");
}
