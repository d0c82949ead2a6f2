using System.Text.Json.Nodes;
using PriorNas.Cli.Tests.Golden;
using PriorNas.Priors;
using PriorNas.Randomness;
using PriorNas.Ranking;
using PriorNas.Sampling;
using PriorNas.SearchSpaces;

namespace PriorNas.Cli.Tests;

/// <summary>Priors against a made truth: the Zen-score of random architectures and noise.</summary>
public sealed class PriorValidateTest : IDisposable
{
    private readonly SmallRun small = new();

    public void Dispose() => small.Dispose();

    [Fact]
    public async Task The_tables_and_what_the_data_decide()
    {
        var truth = WriteTruth("truth.csv", 40, "tiny");
        GoldenFile.Matches("prior-validate", Shown(await Validate(truth, "tiny")));

        // A space of one depth: the depth ranks nothing.
        var narrow = WriteTruth("narrow.json", 30, "resnet20-width");
        GoldenFile.Matches("prior-validate-undefined", Shown(await Validate(narrow, "resnet20-width", "--prior", "depth,zen,params,flops", "--top", "1,5")));
        GoldenFile.Matches("prior-validate-nothing", Shown(await Validate(narrow, "resnet20-width", "--prior", "depth")));
    }

    /// <summary>All of them would be no choice.</summary>
    [Theory]
    [InlineData(4, 1)]
    [InlineData(12, 2)]
    [InlineData(60, 10)]
    public async Task A_fifth_of_the_architectures_is_the_top_but_at_most_ten(int count, int top)
    {
        var answer = JsonNode.Parse(await Validate(WriteTruth("few.json", count, "tiny"), "tiny", "--json"))!;
        Assert.Equal(top, (int)answer["priors"]![0]!["top"]![0]!["k"]!);
        Assert.Equal((double)top / count, (double)answer["priors"]![0]!["top"]![0]!["chance"]!, 1e-12);
    }

    [Fact]
    public async Task The_json_holds_what_the_library_computes()
    {
        var truth = WriteTruth("truth.json", 40, "tiny");
        var answer = JsonNode.Parse(await Validate(truth, "tiny", "--json", "--seed", "3", "--top", "5"))!;
        var list = ArchitectureList.ReadFile(truth, SearchSpace.Open("tiny"));
        var scores = ScoreFile.Read(truth, "acc");
        var accuracies = list.Select(a => scores[a.Name]).ToArray();
        var bestName = ShapePrior.All.Select(p => p.Name).MaxBy(name => RankCorrelation.KendallTauB(Scores(name), accuracies))!;
        Assert.Equal((40, bestName), ((int)answer["n"]!, (string)answer["best"]!));
        Assert.Equal(ShapePrior.All.Select(p => p.Name).Order(), answer["priors"]!.AsArray().Select(p => (string)p!["name"]!).Order());
        var best = Scores(bestName);
        foreach (var entry in answer["priors"]!.AsArray())
        {
            var name = (string)entry!["name"]!;
            var report = RankReport.Of(Scores(name), accuracies, new RandomStream(3));
            AssertEqual(report.Pearson, entry["pearson"]!);
            AssertEqual(report.Spearman, entry["spearman"]!);
            AssertEqual(report.KendallTau, entry["kendall"]!);
            var top = TopK.Of(Scores(name), accuracies, 5);
            Assert.Equal((5, top.Overlap, top.Regret), ((int)entry["top"]![0]!["k"]!, (double)entry["top"]![0]!["overlap"]!, (double)entry["top"]![0]!["regret"]!));
            Assert.Equal(name == bestName, entry["behindBest"] is null);
            if (name == bestName)
                continue;
            var behind = RankComparison.Of(best, Scores(name), accuracies, new RandomStream(3)).KendallTau;
            AssertEqual(behind, entry["behindBest"]!["kendall"]!);
            Assert.Equal(behind.Decided, (bool)entry["behindBest"]!["kendall"]!["decided"]!);
        }

        var taus = answer["priors"]!.AsArray().Select(p => (double)p!["kendall"]!["value"]!).ToArray();
        Assert.Equal(taus.OrderDescending(), taus);

        double[] Scores(string prior) => [.. list.Select(a => ShapePrior.Named(prior).Score(a.Architecture))];
    }

    [Fact]
    public async Task Scores_in_csv_are_read_back_by_correlate()
    {
        var truth = WriteTruth("truth.csv", 20, "tiny");
        var message = await CommandRun.Succeed("prior", "--space", "tiny", "--architectures", truth, "--output", small.At("scores.csv"), "--prior", "zen,flops");
        Assert.Equal($"20 architectures of tiny scored by zen, flops: {small.At("scores.csv")}\n", message);
        await CommandRun.Succeed("prior", "--space", "tiny", "--architectures", truth, "--output", small.At("scores.json"), "--prior", "zen,flops");
        Assert.StartsWith("name,arch,zen,flops\n", File.ReadAllText(small.At("scores.csv")), StringComparison.Ordinal);
        string[] statistics = await Task.WhenAll(new[] { "scores.csv", "scores.json" }.Select(name => CommandRun.Succeed("correlate", small.At(name) + ":zen", truth)));
        Assert.Equal(statistics[0], statistics[1]);
    }

    private static async Task<string> Validate(string truth, string space, params string[] more) => await CommandRun.Succeed(["prior", "validate", "--space", space, "--truth", truth, .. more]);

    private string Shown(string text) => text.Replace(small.Folder, "FOLDER", StringComparison.Ordinal);

    private string WriteTruth(string name, int count, string spaceName)
    {
        var space = SearchSpace.Open(spaceName);
        var random = new RandomStream(5);
        var table = new ScoreTable("acc");
        for (var i = 0; i < count; i++)
        {
            var architecture = UniformSampler.Draw(space, random);
            table.Add($"arch{i}", architecture.Code, ShapePrior.Named("zen").Score(architecture) / 100 + 0.02 * random.NextGaussian());
        }

        table.Write(small.At(name));
        return small.At(name);
    }

    private static void AssertEqual(Estimate expected, JsonNode actual) =>
        Assert.Equal((expected.Value, expected.Low, expected.High), ((double)actual["value"]!, (double)actual["low"]!, (double)actual["high"]!));
}
