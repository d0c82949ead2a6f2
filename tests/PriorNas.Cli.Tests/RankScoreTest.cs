using System.Text.Json.Nodes;

namespace PriorNas.Cli.Tests;

/// <summary>By what a list is ranked, and what else is written.</summary>
public sealed class RankScoreTest : IDisposable
{
    private readonly SmallRun small = new();

    public void Dispose() => small.Dispose();

    [Fact]
    public async Task All_scores_are_written_and_the_chosen_one_stands_under_score_and_is_compared_by()
    {
        await Train();
        var list = small.WriteList(6);
        var output = await Rank(list, "loss.json");
        Assert.Matches(@"\n  accuracy   \d+\.\d\d points +\d+\.\d\d points", output);
        Assert.Matches(@"\n\* loss       \d\.\d{4} +\d\.\d{4} +(-?[01]\.\d{4}|-)\n", output);
        Assert.Matches(@"\n  margin     \d\.\d{4} +\d\.\d{4} +(-?[01]\.\d{4}|-)\n", output);
        await Rank(list, "accuracy.json", "--score", "accuracy");
        await Rank(list, "margin.csv", "--score", "margin");

        foreach (var (name, entry) in Read("loss.json"))
        {
            Assert.Equal(
                ["arch", "acc", "acc_top5", "loss", "margin", "acc_error", "loss_error", "margin_error", "score", "score_error"], entry!.AsObject().Select(pair => pair.Key));
            Assert.Equal(-Number(entry, "loss"), Number(entry, "score"));
            Assert.InRange(Number(entry, "loss"), 0.1, 20);
            Assert.InRange(Number(entry, "loss_error"), 1e-6, Number(entry, "loss"));
            Assert.Equal(Math.Sqrt(Number(entry, "acc") * (1 - Number(entry, "acc")) / 32), Number(entry, "acc_error"), 12);
            var byAccuracy = Read("accuracy.json")[name]!;
            Assert.Equal(Number(entry, "acc"), Number(byAccuracy, "score"));
            Assert.Equal(Number(entry, "loss"), Number(byAccuracy, "loss"));
        }

        // Without a key the score is compared, with one what it says.
        Assert.Equal(1, await Tau("loss.json", "loss.json:score"));
        Assert.Equal(-1, await Tau("loss.json", "loss.json:loss"));
        Assert.Equal(1, await Tau("accuracy.json", "accuracy.json:acc"));
        Assert.Equal(1, await Tau("margin.csv", "margin.csv:margin"));
        Assert.StartsWith(
            $"compared by     '{small.At("loss.json")}' (score)\narchitectures  6\n",
            await CommandRun.Succeed("correlate", small.At("loss.json"), small.At("loss.json:loss")),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Scores_are_joined_with_a_prior_which_smooth_does_not_take_for_measured_ones()
    {
        await Train();
        var list = small.WriteList(6);
        await Rank(list, "plain.json");
        var output = await Rank(list, "joined.json", "--join", "0.4*params");
        Assert.EndsWith($"Scores are standardised over the list and joined with the prior 0.4*params.\n6 architectures ranked: {small.At("joined.json")}\n", output, StringComparison.Ordinal);
        var (plain, joined) = (Read("plain.json"), Read("joined.json"));
        Assert.All(plain, entry => Assert.Equal(Number(entry.Value!, "score"), Number(joined[entry.Key]!, "unjoined")));
        Assert.Equal(0, joined.Sum(entry => Number(entry.Value!, "score") - Number(entry.Value!, "prior")), 1e-9);
        await Refusal.Expect(
            small,
            $"score file '{small.At("joined.json")}' holds scores joined with a prior under 'score'; name those that were measured with --field unjoined.",
            ["smooth", small.At("joined.json"), "--space", "tiny", "--output", small.At("none.json")]);
    }

    [Theory]
    [InlineData("--join needs scores by the same images, and --top measures the best by more; leave one out.", "--join", "params", "--top", "1")]
    [InlineData(
        "--join needs the scores of the whole list, and --shard takes a part of it; leave --join out, and give what 'rank merge' writes to 'smooth'.",
        "--join", "params", "--shard", "1/2")]
    [InlineData(
        "prior 'paramz' is unknown, it may be flops, flops-paddle, params, params-paddle, depth, zen, zen-residual, zen-sampled, zen-residual-sampled, or a sum such as 0.5*flops+zen.",
        "--join", "0.3*paramz")]
    public async Task A_prior_that_cannot_be_joined_is_refused(string message, params string[] options)
    {
        await Train();
        await Refusal.Expect(small, message, ["rank", small.Run, "--architectures", small.WriteList(2), "--output", small.At("none.json"), .. options]);
    }

    [Fact]
    public async Task Shards_hold_all_scores_and_are_merged_by_any()
    {
        await Train();
        var list = small.WriteList(6);
        await Rank(list, "whole.json", "--score", "margin");
        foreach (var shard in new[] { "1", "2" })
            await Rank(list, $"part{shard}.json", "--shard", $"{shard}/2");
        await CommandRun.Succeed("rank", "merge", small.At("part1.json"), small.At("part2.json"), "--output", small.At("merged.json"), "--score", "margin");
        Assert.Equal(File.ReadAllBytes(small.At("whole.json")), File.ReadAllBytes(small.At("merged.json")));

        foreach (var groups in new[] { "AAAA", "no base64", Convert.ToBase64String(new byte[480]) })
        {
            var changed = JsonNode.Parse(File.ReadAllText(small.At("part2.json")))!;
            changed["results"]![0]!["groups"] = groups;
            small.Write("changed.json", changed.ToJsonString());
            var run = await CommandRun.Of("rank", "merge", small.At("part1.json"), small.At("changed.json"), "--output", small.At("merged.json"));
            Assert.Equal(2, run.ExitCode);
            Assert.StartsWith($"error: shard '{small.At("changed.json")}' holds an impossible result of 'arch", run.Error, StringComparison.Ordinal);
            Assert.EndsWith("; rank the shard again.\n", run.Error.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task One_image_has_scores_without_errors()
    {
        await Train();
        var output = await Rank(small.WriteList(2), "one.json", "--validation-images", "1");
        Assert.Contains("\n* loss       -           -           -\n", output, StringComparison.Ordinal);
        Assert.All(Read("one.json"), entry => Assert.Equal(["arch", "acc", "acc_top5", "loss", "margin", "score"], entry.Value!.AsObject().Select(pair => pair.Key)));
    }

    [Theory]
    [InlineData("--score", "mean", "--score is 'mean', allowed is accuracy, loss or margin.")]
    [InlineData("--score", "loss", "--top decides by intervals of accuracies, so it ranks by no other score; leave --score out or give --score accuracy, or leave out --top.", "--top", "1")]
    public async Task Other_scores_are_refused(string option, string value, string message, params string[] more)
    {
        await Train();
        var (exitCode, _, error) = await CommandRun.Of(["rank", small.Run, "--architectures", small.WriteList(2), "--output", small.At("o.json"), option, value, .. more]);
        Assert.Equal(2, exitCode);
        Assert.Contains(message, error, StringComparison.Ordinal);
        Assert.False(File.Exists(small.At("o.json")));
    }

    private static double Number(JsonNode entry, string key) => (double)entry[key]!;

    private JsonObject Read(string name) => JsonNode.Parse(File.ReadAllText(small.At(name)))!.AsObject();

    private async Task<double> Tau(string one, string other) =>
        (double)JsonNode.Parse(await CommandRun.Succeed("correlate", small.At(one), small.At(other), "--json"))!["kendall"]!["value"]!;

    private async Task Train() => await CommandRun.Succeed([.. SmallRun.TrainArguments(small.Run), "--set", "epochs=1", .. SmallRun.Light]);

    private async Task<string> Rank(string list, string output, params string[] more) =>
        (await CommandRun.Succeed(["rank", small.Run, "--architectures", list, "--output", small.At(output), .. more])).ReplaceLineEndings("\n");
}
