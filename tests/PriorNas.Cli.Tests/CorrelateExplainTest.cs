using System.Globalization;
using System.Text.Json.Nodes;
using PriorNas.Cli.Tests.Golden;
using PriorNas.Priors;
using PriorNas.Randomness;
using PriorNas.Ranking;
using PriorNas.Ranking.Bias;
using PriorNas.Ranking.Noise;
using PriorNas.Sampling;
using PriorNas.SearchSpaces;

namespace PriorNas.Cli.Tests;

/// <summary>
/// Where a ranking is wrong, and what its noise hides: a truth that follows the Zen-score, and a ranking that also follows the FLOPs.
/// </summary>
public sealed class CorrelateExplainTest : IDisposable
{
    private readonly SmallRun small = new();

    public void Dispose() => small.Dispose();

    [Fact]
    public async Task The_tables()
    {
        var (ranking, truth) = Write(60);
        GoldenFile.Matches("correlate-explain", await Shown("correlate", ranking, truth, "--explain", "--space", "tiny"));
        GoldenFile.Matches(
            "correlate-noise", await Shown("correlate", ranking, truth, "--noise-ranking", "acc_error", "--noise-truth", "0.01"));
        GoldenFile.Matches("correlate-noise-truth", await Shown("correlate", ranking, truth, "--truth-repeat", truth + ":acc_again"));

        // Fewer than two architectures for each position, and priors from a file.
        (ranking, truth) = Write(20);
        GoldenFile.Matches(
            "correlate-explain-few",
            await Shown("correlate", ranking, truth, "--explain", "--space", "tiny", "--given", truth + ":a_prior_with_a_long_name"));
    }

    [Fact]
    public async Task The_json_holds_what_the_library_computes()
    {
        var (ranking, truth) = Write(60);
        var answer = JsonNode.Parse(await CommandRun.Succeed(
            "correlate", ranking, truth, "--explain", "--space", "tiny", "--noise-ranking", "acc_error",
            "--truth-repeat", truth + ":acc_again", "--seed", "3", "--json"))!;
        var architectures = ArchitectureList.ReadFile(ranking, SearchSpace.Open("tiny"));
        string[] names = [.. architectures.Select(a => a.Name)];
        var (scores, values) = (Column(ranking, "acc"), Column(truth, "acc"));
        var random = new RandomStream(3);
        var ofRanking = Reliability.OfStandardErrors(scores, Column(ranking, "acc_error"), "", "", random);
        var ofTruth = Reliability.OfRepeat(values, Column(truth, "acc_again"), "", "", random);
        var both = NoiseCeiling.Of(scores, values, [ofRanking, ofTruth], random);
        AssertEqual(ofRanking.Value, answer["noise"]!["reliabilityOfRanking"]!);
        AssertEqual(ofTruth.Value, answer["noise"]!["reliabilityOfTruth"]!);
        AssertEqual(NoiseCeiling.Of(scores, values, [ofTruth], random).KendallTau, answer["noise"]!["truthNoise"]!["kendall"]!);
        AssertEqual(NoiseCeiling.Of(scores, values, [ofRanking], random).Pearson, answer["noise"]!["rankingNoise"]!["pearson"]!);
        AssertEqual(both.PearsonShare, answer["noise"]!["bothNoises"]!["pearsonShare"]!);
        AssertEqual(both.KendallShare, answer["noise"]!["bothNoises"]!["kendallShare"]!);

        var bias = RankingBias.Of(
            [.. architectures.Select(a => a.Architecture)],
            scores,
            values,
            [.. ShapePrior.All.Select(p => (p.Name, architectures.Select(a => p.Score(a.Architecture)).ToArray()))],
            random,
            ofTruth);
        var explanation = answer["explanation"]!;
        Assert.Equal((bias.Slope, bias.VaryingPositions), ((double)explanation["slope"]!, (int)explanation["varyingPositions"]!));
        AssertEffects(bias.Positions, explanation["positions"]!.AsArray());
        AssertEffects(bias.Stages, explanation["stages"]!.AsArray());
        AssertEffects(bias.Priors, explanation["priors"]!.AsArray());

        double[] Column(string path, string key) => ScoreFile.Read(path, key).ValuesOf(names);
    }

    /// <summary>The order of the entries differs, and the codes stand in either file.</summary>
    [Fact]
    public async Task The_codes_of_either_file_will_do()
    {
        var (ranking, truth) = Write(30);
        var expected = await CommandRun.Succeed("correlate", ranking, truth, "--explain", "--space", "tiny");
        foreach (var (first, second) in new[] { (Bare(ranking), truth), (ranking, Bare(truth)) })
            Assert.Equal(expected, await CommandRun.Succeed("correlate", first, second, "--explain", "--space", "tiny"));
        await Refusal.Expect(
            small,
            $"--explain needs codes under 'arch', but neither '{Bare(ranking)}' nor '{Bare(truth)}' has any; "
                + "use files that have them, as rank and prior write them.",
            "correlate", Bare(ranking), Bare(truth), "--explain", "--space", "tiny");
    }

    [Fact]
    public async Task What_cannot_be_explained_is_refused()
    {
        var (ranking, truth) = Write(5);
        await Refusal.Expect(
            small,
            "--explain needs the search space of the architectures: "
                + $"add --space, one of {string.Join(", ", SearchSpace.EmbeddedNames)}, or a space file.",
            "correlate", ranking, truth, "--explain");
        await Refusal.Expect(
            small,
            "--space 'tiny' is used by --explain alone: add --explain, or leave it out.",
            "correlate", ranking, truth, "--space", "tiny");
        var codes = JsonNode.Parse(File.ReadAllText(truth))!;
        var (before, after) = ((string)codes["arch1"]!["arch"]!, "13331111111111111111111");
        codes["arch1"]!["arch"] = after;
        var other = small.Write("other.json", codes.ToJsonString());
        await Refusal.Expect(
            small,
            $"'arch1' is architecture '{before}' in '{ranking}', but '{after}' in '{other}'; compare files of the same architectures.",
            "correlate", ranking, other, "--explain", "--space", "tiny");
        Assert.Contains(
            "is not of space 'resnet20-width'",
            await Refusal.ErrorOf(small, "correlate", ranking, truth, "--explain", "--space", "resnet20-width"),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Noise_that_cannot_be_is_refused()
    {
        var (ranking, truth) = Write(20);
        const string Allowed = "allowed is a standard error of 0 or more, or a key of ";
        await Refuse($"--noise-ranking is '-0.1', {Allowed}'{ranking}'.", "--noise-ranking=-0.1");
        await Refuse($"--noise-truth is 'NaN', {Allowed}'{truth}'.", "--noise-truth", "NaN");
        await Refuse(
            "--noise-truth and --truth-repeat both say how noisy the truth is; give one of them.",
            "--noise-truth", "0.1", "--truth-repeat", truth + ":acc_again");
        await Refuse(
            $"--noise-ranking: '{ranking}' (negative) has -1 for 'arch1', a standard error is 0 or more.", "--noise-ranking", "negative");
        await Refuse(
            $"--truth-repeat '{truth}': it has the very numbers of the truth; give a second measurement, such as another seed.",
            "--truth-repeat", truth);
        Assert.StartsWith(
            $"error: score file '{ranking}': entry 'arch1' has no 'se', it has acc, ",
            await Refusal.ErrorOf(small, "correlate", ranking, truth, "--noise-ranking", "se"),
            StringComparison.Ordinal);
        Assert.StartsWith(
            "error: --noise-truth: the noise has a variance of 1, but '",
            await Refusal.ErrorOf(small, "correlate", ranking, truth, "--noise-truth", "1"),
            StringComparison.Ordinal);
        Assert.EndsWith(
            "in all, noise included; give standard errors of single scores, in the unit of the scores.\n",
            await Refusal.ErrorOf(small, "correlate", ranking, truth, "--noise-truth", "1"), StringComparison.Ordinal);

        async Task Refuse(string message, params string[] options) =>
            await Refusal.Expect(small, message, ["correlate", ranking, truth, .. options]);
    }

    private async Task<string> Shown(params string[] arguments)
    {
        var text = (await CommandRun.Succeed(arguments)).Replace(small.Folder, "FOLDER", StringComparison.Ordinal);
        Assert.All(text.Split('\n'), line => Assert.InRange(line.Length, 0, 80));
        return text;
    }

    /// <summary>A score file without codes, its entries in another order.</summary>
    private string Bare(string path)
    {
        var entries = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        var scores = entries.Select(
            entry => $"\"{entry.Key}\": {{ \"acc\": {((double)entry.Value!["acc"]!).ToString(CultureInfo.InvariantCulture)} }}");
        return small.Write(
            "bare-" + Path.GetFileName(path),
            $"{{{string.Join(',', path.EndsWith("truth.json", StringComparison.Ordinal) ? scores.Reverse() : scores)}}}");
    }

    private (string Ranking, string Truth) Write(int count)
    {
        var space = SearchSpace.Open("tiny");
        var random = new RandomStream(5);
        var ranking = new ScoreTable("acc", "acc_error", "negative");
        var truth = new ScoreTable("acc", "acc_again", "a_prior_with_a_long_name");
        for (var i = 1; i <= count; i++)
        {
            var architecture = UniformSampler.Draw(space, random);
            var (zen, flops) = (
                ShapePrior.Named("zen").Score(architecture) / 100, Math.Log(ShapePrior.Named("flops").Score(architecture)) / 20);
            ranking.Add($"arch{i}", architecture.Code, zen + flops + 0.01 * random.NextGaussian(), 0.01 + 0.0001 * i, -i);
            truth.Add($"arch{i}", architecture.Code, zen + 0.01 * random.NextGaussian(), zen + 0.01 * random.NextGaussian(), flops);
        }

        ranking.Write(small.At("ranking.json"));
        truth.Write(small.At("truth.json"));
        return (small.At("ranking.json"), small.At("truth.json"));
    }

    private static void AssertEffects(IReadOnlyList<BiasEffect> expected, JsonArray actual)
    {
        Assert.NotEmpty(expected);
        Assert.Equal(expected.Count, actual.Count);
        foreach (var (effect, node) in expected.Zip(actual))
        {
            Assert.Equal(
                (effect.Name, effect.InRanking, effect.InTruth),
                ((string)node!["name"]!, (double)node["inRanking"]!, (double)node["inTruth"]!));
            AssertEqual(effect.Overrated, node["overrated"]!);
            Assert.Equal(effect.Overrated.Decided, (bool)node["overrated"]!["decided"]!);
        }
    }

    private static void AssertEqual(Estimate expected, JsonNode actual) =>
        Assert.Equal(
            (expected.Value, expected.Low, expected.High), ((double)actual["value"]!, (double)actual["low"]!, (double)actual["high"]!));
}
