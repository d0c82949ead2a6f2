using System.Globalization;
using PriorNas.Cli.Tests.Golden;
using PriorNas.Randomness;
using PriorNas.Ranking;
using PriorNas.Sampling;
using PriorNas.SearchSpaces;

namespace PriorNas.Cli.Tests;

public sealed class SmoothTest : IDisposable
{
    private const double Noise = 0.5;

    private readonly SmallRun small = new();
    private readonly Architecture[] architectures = [.. DistinctSampler.Draw(SearchSpace.Open("tiny"), 120, new RandomStream(3))];

    public void Dispose() => small.Dispose();

    [Fact]
    public async Task Scores_are_smoothed_and_others_predicted()
    {
        var scores = Scores(100, "score", "score_error", "list.csv");
        var others = small.Write("others.csv", "name,arch\n" + string.Join('\n', architectures.Index().Skip(80).Select(entry => $"a{entry.Index},{entry.Item.Code}").Append($"twin,{architectures[5].Code}")));
        var output = await CommandRun.Succeed("smooth", scores, "--space", "tiny", "--architectures", others, "--output", small.At("out.csv"));
        GoldenFile.Matches("smooth", output.Replace(small.Folder, "FOLDER", StringComparison.Ordinal));

        string[] names = [.. Enumerable.Range(0, 120).Select(i => $"a{i}")], measured = names[..100];
        var smoothed = ScoreFile.Read(small.At("out.csv"), "score");
        Assert.Equal([.. names, "twin"], smoothed.Names);
        Assert.Equal(smoothed["a5"], smoothed["twin"]);
        double[] raw = ScoreFile.Read(scores, "score").ValuesOf(measured), truth = Array.ConvertAll(architectures, Truth);
        Assert.True(RankCorrelation.KendallTauB(smoothed.ValuesOf(measured), truth.AsSpan(0, 100)) > RankCorrelation.KendallTauB(raw, truth.AsSpan(0, 100)) + 0.05);
        Assert.True(RankCorrelation.KendallTauB(smoothed.ValuesOf(names[100..]), truth.AsSpan(100)) > 0.5);

        // A measured score is known better than by its own measurement, an unmeasured one better than by the deviation of all.
        var errors = ScoreFile.Read(small.At("out.csv"), "score_error");
        Assert.All(errors.ValuesOf(measured), error => Assert.InRange(error, 0.01, Noise));
        Assert.All(errors.ValuesOf(names[100..]), error => Assert.InRange(error, Noise / 10, 1));
        Assert.Equal(["arch", "score", "score_error", "smoothed", "smoothed_error"], ScoreFile.SharedKeys(await Json(scores, others)));
    }

    /// <summary>The truth grows with the depth; that of scores that hardly know it comes nearer with a prior that does.</summary>
    [Fact]
    public async Task A_prior_is_joined()
    {
        var scores = Scores(60, "score", "score_error", "scores.csv");
        await CommandRun.Succeed("smooth", scores, "--space", "tiny", "--output", small.At("plain.json"));
        var output = await CommandRun.Succeed("smooth", scores, "--space", "tiny", "--join", "0.5*params+0.1*flops", "--output", small.At("joined.json"));
        Assert.Contains("Scores are standardised over the list and joined with the prior 0.5*params+0.1*flops.", output, StringComparison.Ordinal);
        string[] names = [.. Enumerable.Range(0, 60).Select(i => $"a{i}")];
        double[] Column(string file, string key) => ScoreFile.Read(small.At(file), key).ValuesOf(names);
        Assert.Equal(Column("plain.json", "score"), Column("joined.json", "unjoined"));
        Assert.Equal(Column("plain.json", "smoothed"), Column("joined.json", "smoothed"));
        var difference = Column("joined.json", "score").Zip(Column("joined.json", "prior"), (score, prior) => score - prior).ToArray();
        Assert.Equal(1, RankCorrelation.Pearson(difference, Column("joined.json", "unjoined")), 1e-9);
    }

    [Theory]
    [InlineData("depht", "prior 'depht' is unknown, it may be ")]
    [InlineData("0*params", "prior '0*params' must be names, each with at most one factor above 0 and up to 1000000")]
    public async Task A_prior_that_cannot_be_joined_is_refused(string prior, string message)
    {
        string[] arguments = ["smooth", Scores(60, "score", "score_error", "scores.csv"), "--space", "tiny", "--join", prior, "--output", small.At("none.json")];
        Assert.Contains(message, await Refusal.ErrorOf(small, arguments), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_loss_is_negated()
    {
        var scores = Scores(60, "loss", "loss_error", "loss.csv");
        await CommandRun.Succeed("smooth", scores, "--space", "tiny", "--field", "loss", "--output", small.At("out.csv"));
        string[] names = [.. Enumerable.Range(0, 60).Select(i => $"a{i}")];
        Assert.Equal(ScoreFile.Read(scores, "loss").ValuesOf(names).Select(loss => -loss), ScoreFile.Read(small.At("out.csv"), "raw").ValuesOf(names));
        Assert.True(RankCorrelation.KendallTauB(ScoreFile.Read(small.At("out.csv"), "score").ValuesOf(names), ScoreFile.Read(scores, "loss").ValuesOf(names)) < -0.4);
    }

    /// <summary>Two supernets of equal noise: the means, and errors smaller by the root of 2.</summary>
    [Fact]
    public async Task Of_several_files_the_means_are_smoothed()
    {
        string[] files = [Scores(60, "score", "score_error", "one.csv"), Scores(60, "score", "score_error", "two.csv", seed: 9)];
        await CommandRun.Succeed("smooth", files[0], files[1], "--space", "tiny", "--output", small.At("out.csv"));
        string[] names = [.. Enumerable.Range(0, 60).Select(i => $"a{i}")];
        var (one, two) = (ScoreFile.Read(files[0], "score").ValuesOf(names), ScoreFile.Read(files[1], "score").ValuesOf(names));
        var raw = ScoreFile.Read(small.At("out.csv"), "raw").ValuesOf(names);
        Assert.All(raw.Zip(one.Zip(two, (a, b) => (a + b) / 2)), pair => Assert.Equal(pair.Second, pair.First, 1e-12));
        Assert.All(ScoreFile.Read(small.At("out.csv"), "raw_error").ValuesOf(names), error => Assert.Equal(Noise / Math.Sqrt(2), error, 1e-12));

        var fewer = Scores(59, "score", "score_error", "fewer.csv");
        await Refusal.Expect(
            small,
            $"'{fewer}' (score) holds other names or codes than '{files[0]}' (score); only scores of the same architectures can be averaged.",
            ["smooth", files[0], fewer, "--space", "tiny", "--output", small.At("none.csv")]);
    }

    [Fact]
    public async Task A_network_under_two_codes_counts_once_and_smoothed_scores_are_not_smoothed_again()
    {
        var scores = Scores(60, "score", "score_error", "scores.csv");
        await CommandRun.Succeed("smooth", scores, "--space", "tiny", "--output", small.At("out.csv"));
        var twins = small.Write("twins.csv", File.ReadAllText(scores) + $"twin,{architectures[5].Code},100,{Noise}\n");
        await CommandRun.Succeed("smooth", twins, "--space", "tiny", "--output", small.At("twins-out.csv"));
        var (alone, together) = (ScoreFile.Read(small.At("out.csv"), "score"), ScoreFile.Read(small.At("twins-out.csv"), "score"));
        Assert.Equal(alone["a5"], together["a5"]);
        Assert.Equal(alone["a5"], together["twin"]);
        await Refusal.Expect(
            small,
            $"score file '{small.At("out.csv")}' holds smoothed scores under 'score'; name those that were measured with --field raw.",
            Smooth(small.At("out.csv")));
    }

    [Fact]
    public async Task What_cannot_be_smoothed_is_refused()
    {
        var few = Scores(10, "score", "other", "few.csv");
        await Refusal.Expect(small, "a surrogate needs the scores of at least 20 distinct networks, there are 10; measure more.", Smooth(few));
        var noise = small.Write("noise.csv", "name,arch,acc\n" + string.Join('\n', architectures.Index().Select(entry => $"a{entry.Index},{entry.Item.Code},{entry.Index * 37 % 101}")));
        Assert.StartsWith(
            $"error: the scores of '{noise}' (acc) cannot be smoothed: ten folds do not show that the architecture explains them (R² ",
            await Refusal.ErrorOf(small, Smooth(noise)),
            StringComparison.Ordinal);
        var equal = small.Write("equal.csv", "name,arch,acc\n" + string.Join('\n', architectures.Index().Select(entry => $"a{entry.Index},{entry.Item.Code},0.1")));
        await Refusal.Expect(small, $"the scores of '{equal}' (acc) are all equal, so there is nothing to smooth; is the supernet trained?", Smooth(equal));
        var negative = small.Write("negative.csv", "name,arch,acc,acc_error\n" + string.Join('\n', architectures.Index().Select(entry => $"a{entry.Index},{entry.Item.Code},0.1,{7 - entry.Index}")));
        await Refusal.Expect(small, $"score file '{negative}': 'acc_error' of entry 'a8' is -1, but a standard error is 0 or more.", Smooth(negative));
        var zero = small.Write("zero.csv", "name,arch,acc,acc_error\n" + string.Join('\n', architectures.Index().Select(entry => $"a{entry.Index},{entry.Item.Code},0.1,0")));
        await Refusal.Expect(small, $"score file '{zero}': 'acc_error' is 0 in all entries; leave it out where the standard error is not known.", Smooth(zero));
        var clash = small.Write("clash.csv", $"name,arch\na0,{architectures[1].Code}\n");
        await Refusal.Expect(
            small,
            $"architecture list '{clash}': 1 names stand for another code than in '{few}' (score), the first is 'a0'; give different architectures different names.",
            [.. Smooth(few), "--architectures", clash]);
    }

    private string[] Smooth(string scores) => ["smooth", scores, "--space", "tiny", "--output", small.At("out.json")];

    private async Task<string> Json(string scores, string others)
    {
        await CommandRun.Succeed([.. Smooth(scores), "--architectures", others]);
        return small.At("out.json");
    }

    private string Scores(int count, string field, string error, string file, ulong seed = 8)
    {
        var random = new RandomStream(seed);
        var sign = field == "loss" ? -1 : 1;
        var rows = architectures[..count].Index().Select(entry => string.Create(
            CultureInfo.InvariantCulture, $"a{entry.Index},{entry.Item.Code},{sign * (Truth(entry.Item) + Noise * random.NextGaussian())},{Noise}"));
        return small.Write(file, $"name,arch,{field},{error}\n{string.Join('\n', rows)}\n");
    }

    /// <summary>Deviates by about 1.</summary>
    private static double Truth(Architecture architecture)
    {
        var sum = 0.0;
        for (var stage = 0; stage < 3; stage++)
            sum += 0.5 * architecture.Depth(stage) + Math.Log(architecture.OutputChannels(stage, 0)) + Enumerable.Range(0, architecture.Depth(stage)).Average(block => Math.Log(architecture.InnerChannels(stage, block)));
        return sum;
    }
}
