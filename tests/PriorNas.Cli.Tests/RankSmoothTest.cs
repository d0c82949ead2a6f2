using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using PriorNas.Priors;
using PriorNas.Randomness;
using PriorNas.Ranking;
using PriorNas.Ranking.Surrogates;
using PriorNas.Sampling;
using PriorNas.SearchSpaces;
using PriorNas.Torch.Evaluation;
using PriorNas.Torch.Runs;

namespace PriorNas.Cli.Tests;

/// <summary>
/// Rankings whose scores are smoothed or predicted. Which of the measured results belongs to which network is changed in the run's
/// database, so that the scores surely follow from the architectures, or surely do not; that they are used as they stand there shows that
/// nothing is measured again.
/// </summary>
public sealed class RankSmoothTest : IDisposable
{
    private const int Count = 60, Measured = 30;

    private static readonly string[] MeasuredKeys =
    [
        "arch", "acc", "acc_top5", "loss", "margin", "acc_error", "loss_error", "margin_error",
        "score", "score_error", "raw", "raw_error", "smoothed", "smoothed_error",
    ];

    private static readonly string[] PredictedKeys = ["arch", "score", "score_error", "smoothed", "smoothed_error", "measured"];

    private readonly SmallRun small = new();
    private readonly Architecture[] architectures = [.. DistinctSampler.Draw(SearchSpace.Open("tiny"), Count, new RandomStream(3))];

    private string ResultsPath => Path.Combine(small.Run, "results.sqlite");

    public void Dispose() => small.Dispose();

    [Fact]
    public async Task Scores_are_smoothed_as_the_command_smooth_does_it()
    {
        await Train();
        await Succeed("raw.json");
        Rearrange(Flops);
        await Succeed("raw.json");
        var output = await Succeed("smoothed.json", "--smooth");
        Assert.DoesNotContain("measurements", output, StringComparison.Ordinal);
        Assert.StartsWith("Scores are smoothed by a regression:\nnetworks       60, 10 folds\n", output, StringComparison.Ordinal);
        Assert.Matches(@"\nchosen         [^\n]+: error of the folds [0-9.E-]+, \d+ columns\n", output);
        Assert.Matches(@"\nR²             0\.\d{4}.*\nKendall tau-b  0\.\d{4}, ", output);
        Assert.Matches(@"\nnoise          [0-9.E-]+ by their standard errors; lack of fit [0-9.E-]+\n60 architectures ranked: ", output);

        await CommandRun.Succeed(
            "smooth", small.At("raw.json"), "--space", "tiny", "--seed", "1", "--output", small.At("by-smooth.json"));
        var (smoothed, bySmooth) = (Read("smoothed.json"), Read("by-smooth.json"));
        Assert.All(smoothed, entry => Assert.Equal(MeasuredKeys, KeysOf(entry.Value)));
        Assert.All(bySmooth, entry => Assert.All(
            entry.Value!.AsObject(),
            number => Assert.True(JsonNode.DeepEquals(number.Value, smoothed[entry.Key]![number.Key]), $"{entry.Key} {number}")));
        Assert.All(smoothed, entry => Assert.Equal(-(double)entry.Value!["loss"]!, (double)entry.Value["raw"]!));

        // What correlate reads is the mean of both.
        var compared = await CommandRun.Succeed("correlate", small.At("smoothed.json"), small.At("raw.json:acc"));
        Assert.Contains("(score)\n", compared.ReplaceLineEndings("\n"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Scores_that_cannot_be_smoothed_are_ranked_as_they_are()
    {
        await Train();
        await Succeed("raw.json");
        Rearrange(Noise);
        await Succeed("raw.json");
        var output = await Succeed("smoothed.json", "--smooth");
        Assert.Matches(
            @"^Not smoothed: the scores cannot be smoothed: ten folds do not show that the architecture explains them"
                + @" \(R² [^\n]*, 60 networks\); rank a longer list, or by more images\.\n60 architectures ranked: ",
            output);
        Assert.Equal(File.ReadAllBytes(small.At("raw.json")), File.ReadAllBytes(small.At("smoothed.json")));
    }

    [Fact]
    public async Task One_image_gives_scores_without_errors_to_smooth()
    {
        await Train();
        await Run("smoothed.json", "--smooth", "--validation-images", "1");
        Rearrange(Flops);
        Assert.Contains(
            "\nnoise          unknown: the scores have no standard errors; all of the error is taken for noise\n",
            await Succeed("smoothed.json", "--smooth", "--validation-images", "1"),
            StringComparison.Ordinal);
        string[] without = ["acc_error", "loss_error", "margin_error", "raw_error"];
        Assert.All(Read("smoothed.json"), entry => Assert.Equal(MeasuredKeys.Except(without), KeysOf(entry.Value)));
    }

    [Fact]
    public async Task A_part_is_measured_and_the_rest_is_predicted()
    {
        await Train();
        string[] part = ["--measure", $"{Measured}"];
        await Run("part.json", part);
        Assert.Equal(Measured, Stored());
        Rearrange(Flops);
        var output = await Succeed("part.json", part);
        Assert.StartsWith(
            $"Scores of {Measured} networks are smoothed, those of the others predicted, by a regression:\n",
            output,
            StringComparison.Ordinal);
        Assert.EndsWith($"\n{Count + 1} architectures ranked: {small.At("part.json")}\n", output, StringComparison.Ordinal);
        Assert.Equal(Measured, Stored());

        var table = Read("part.json");
        Assert.Equal([.. Names(), "twin"], table.Select(entry => entry.Key));
        var chosen = MeasurementPlan.Choose([.. architectures, Twin], Measured, new RandomStream(1)).Select(i => $"a{i}").ToHashSet();
        Assert.Contains("a1", chosen);
        chosen.Add("twin");
        foreach (var (name, entry) in table)
        {
            Assert.Equal(chosen.Contains(name) ? 1 : 0, (int)entry!["measured"]!);
            Assert.Equal(chosen.Contains(name) ? [.. MeasuredKeys, "measured"] : PredictedKeys, KeysOf(entry));
            Assert.InRange((double)entry["score_error"]!, 1e-6, 10);
        }

        Assert.All(
            table["a1"]!.AsObject().Where(number => number.Key != "arch"),
            number => Assert.True(JsonNode.DeepEquals(number.Value, table["twin"]![number.Key]), number.Key));
        var predicted = architectures.Index().Where(entry => !chosen.Contains($"a{entry.Index}")).ToArray();
        double[] scores = [.. predicted.Select(entry => (double)table[$"a{entry.Index}"]!["score"]!)];
        Assert.True(RankCorrelation.KendallTauB(scores, [.. predicted.Select(entry => Flops(entry.Item))]) > 0.5);

        await Succeed("part.csv", part);
        var lines = File.ReadAllLines(small.At("part.csv"));
        Assert.Equal($"name,{string.Join(',', MeasuredKeys)},measured", lines[0]);
        var first = predicted[0].Index;
        Assert.Matches($@"^a{first},\d+,,,,,,,,-?[0-9.E-]+,[0-9.E-]+,,,-?[0-9.E-]+,[0-9.E-]+,0$", lines[1 + first]);
    }

    [Fact]
    public async Task What_predicts_nothing_is_refused_and_kept()
    {
        await Train();
        string[] part = ["--measure", $"{Measured}", "--fine-tune", "1"];
        await Run("part.json", part);
        Assert.Equal(Measured, Stored());
        Rearrange(Noise);
        File.Delete(small.At("part.json"));
        var run = await Run("part.json", part);
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Matches(
            $@"^error: the scores of the {Measured} measured networks cannot be smoothed: ten folds do not show that the architecture"
                + $@" explains them \(R² .*, {Measured} networks\); raise --measure, leave it out to measure all, or measure by more"
                + @" images; what was measured is kept\.\n$",
            run.Error);
        Rearrange(_ => 0, equal: true);
        Assert.Equal(
            $"error: the scores of the {Measured} measured networks are all equal, so there is nothing to smooth; "
                + "is the supernet trained?\n",
            (await Run("part.json", part)).Error);
        Assert.False(File.Exists(small.At("part.json")));
        Assert.Equal(Measured, Stored());
    }

    [Fact]
    public async Task Other_requests_are_refused()
    {
        await Train();
        string[] rank = ["rank", small.Run, "--output", small.At("o.json"), "--architectures", WriteList()];
        foreach (var (message, arguments) in new (string, string[])[]
        {
            (
                "--smooth needs scores by the same images, and --top measures the best by more; leave one out.",
                ["--smooth", "--top", "2"]),
            (
                "--measure needs scores by the same images, and --top measures the best by more; leave one out.",
                ["--measure", "30", "--top", "2"]),
            (
                "--smooth needs the scores of the whole list, and --shard takes a part of it; "
                    + "leave --smooth out, and give what 'rank merge' writes to 'smooth'.",
                ["--smooth", "--shard", "1/2"]),
            (
                "--measure needs the scores of the whole list, and --shard takes a part of it; "
                    + "leave --measure out, and give what 'rank merge' writes to 'smooth'.",
                ["--measure", "30", "--smooth", "--shard", "1/2"]),
            (
                "--measure is 19, allowed is 20 to 59, fewer than the list's distinct networks; leave it out to measure all.",
                ["--measure", "19"]),
            (
                "--measure is 60, allowed is 20 to 59, fewer than the list's distinct networks; leave it out to measure all.",
                ["--measure", "60"]),
            ("--measure is '0', allowed is a whole number, 1 or more. See 'rank --help'.", ["--measure", "0"]),
        })
        {
            await Refusal.Expect(small, message, [.. rank, .. arguments]);
        }

        rank[^1] = small.WriteList(5);
        await Refusal.Expect(
            small,
            "--smooth needs a list of at least 20 distinct networks, this one has 5; leave --smooth out, or give a longer list.",
            [.. rank, "--smooth"]);
        await Refusal.Expect(
            small,
            "--measure needs a list of at least 21 distinct networks, this one has 5; leave --measure out, or give a longer list.",
            [.. rank, "--measure", "20"]);
    }

    /// <summary>A measured network once more.</summary>
    private Architecture Twin => architectures[1].Canonical();

    private static double Flops(Architecture architecture) => ShapePrior.Named("flops").Score(architecture);

    /// <summary>An order that has nothing to do with the architectures.</summary>
    private double Noise(Architecture architecture) =>
        Array.FindIndex(architectures, other => other.Canonical().Equals(architecture)) * 37 % 101;

    private static IEnumerable<string> KeysOf(JsonNode? entry) => entry!.AsObject().Select(pair => pair.Key);

    private static IEnumerable<string> Names() => Enumerable.Range(0, Count).Select(i => $"a{i}");

    private JsonObject Read(string name) => JsonNode.Parse(File.ReadAllText(small.At(name)))!.AsObject();

    private async Task Train() => await CommandRun.Succeed([.. SmallRun.TrainArguments(small.Run), "--set", "epochs=1", .. SmallRun.Light]);

    private string WriteList(bool twin = false)
    {
        var rows = architectures.Zip(Names(), (architecture, name) => $"{name},{architecture.Code}");
        if (twin)
            rows = rows.Append($"twin,{Twin.Code}");
        return small.Write("list.csv", $"name,arch\n{string.Join('\n', rows)}\n");
    }

    private async Task<CommandRun> Run(string output, params string[] more) => await CommandRun.Of(
        ["rank", small.Run, "--architectures", WriteList(twin: more.Contains("--measure")), "--output", small.At(output), .. more]);

    private async Task<string> Succeed(string output, params string[] more)
    {
        var run = await Run(output, more);
        Assert.True(run.ExitCode == 0, run.Error);
        return run.Output.ReplaceLineEndings("\n");
    }

    /// <summary>Gives the network of the greatest value the best result by loss, and so on; or all networks one result.</summary>
    private void Rearrange(Func<Architecture, double> value, bool equal = false)
    {
        var space = SearchSpace.Open("tiny");
        using var store = ResultStore.Open(ResultsPath);
        var evaluation = (string)Query("SELECT max(evaluation) FROM results");
        var stored = store.Read(evaluation);
        var codes = stored.Keys.OrderBy(code => value(space.Parse(code))).ThenBy(code => code, StringComparer.Ordinal);
        var results = stored.Values.OrderBy(result => result.Score(ScoreKind.Loss)).ToArray();
        store.Add(evaluation, [.. codes.Select((code, i) => (code, results[equal ? 0 : i]))]);
    }

    private long Stored() => (long)Query("SELECT count(*) FROM results");

    private object Query(string text)
    {
        using var connection = new SqliteConnection($"Data Source={ResultsPath};Mode=ReadOnly;Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = text;
        return command.ExecuteScalar()!;
    }
}
