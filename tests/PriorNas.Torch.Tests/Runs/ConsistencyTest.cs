using System.Text;
using PriorNas.Files;
using PriorNas.Randomness;
using PriorNas.Ranking;
using PriorNas.Sampling;
using PriorNas.Torch.Evaluation;
using PriorNas.Torch.Rankings;
using PriorNas.Torch.Recipes;
using PriorNas.Torch.Runs;
using PriorNas.Torch.Tests.Training;
using PriorNas.Torch.Training;

namespace PriorNas.Torch.Tests.Runs;

/// <summary>Supernets that are compared with made accuracies while they are trained: 5 epochs of 3 steps.</summary>
public sealed class ConsistencyTest : IDisposable
{
    private static readonly RecipeFile Recipe = RecipeFile.Read(TrainingRuns.Text, "recipe 'test'", ["epochs=5", "sampling.nets=2", "rank.pairs=0", "optimizer.learningRate=0.3"]);

    private readonly TemporaryFolder temporary = new();

    public void Dispose() => temporary.Dispose();

    [Fact]
    public void Training_ends_with_the_same_bytes_with_and_without_it()
    {
        Train("without", null);
        Train("with", Truth());
        Assert.Equal(File.ReadAllBytes(Checkpoint("without")), File.ReadAllBytes(Checkpoint("with")));
        Assert.False(File.Exists(temporary.At("without/consistency.csv")));
        using var folder = RunFolder.Open(temporary.At("without"));
        Assert.Null(folder.Manifest.Truth);
    }

    [Fact]
    public void Every_nth_epoch_and_the_last_are_measured_and_kept()
    {
        var reports = Train("run", Truth(every: 2)).Reports;
        Assert.Equal([(2, 6L), (4, 12L), (5, 15L)], reports.Select(report => (report.Epoch, report.Step)));
        Assert.All(reports, report => Assert.Equal((12, 32), (report.Architectures, report.Images)));
        var lines = File.ReadAllLines(temporary.At("run/consistency.csv"));
        Assert.Equal("name,epoch,step,images,pearson,pearson_low,pearson_high,tau_b,tau_b_low,tau_b_high", lines[0]);
        Assert.Equal(reports.Select(Row), lines[1..]);
        var events = Encoding.Latin1.GetString(File.ReadAllBytes(Assert.Single(Directory.GetFiles(temporary.At("run/events")))));
        Assert.Equal(reports.Count(report => !double.IsNaN(report.KendallTau.Value)), events.Split("consistency/tau-b").Length - 1);
        Assert.Equal(reports.Count(report => !double.IsNaN(report.Pearson.Value)), events.Split("consistency/pearson").Length - 1);
    }

    /// <summary>Of the last weights, by the same images: another command, which knows nothing of the training.</summary>
    [Fact]
    public void The_last_measurement_is_that_of_a_ranking()
    {
        var truth = Truth();
        var last = Train("run", truth).Reports[^1];
        using var folder = RunFolder.Open(temporary.At("run"));
        using var ranking = new SupernetRanking(folder, TrainingRuns.Data, folder.Recipe.Evaluation, cancellation: TestContext.Current.CancellationToken);
        var ranked = ranking.Run(truth.Architectures, _ => { }, TestContext.Current.CancellationToken)!.Select(result => result.Score(ScoreKind.Loss)).ToArray();
        Assert.NotEqual(ranked.Min(), ranked.Max());
        Assert.Equal(RankCorrelation.Pearson(ranked, truth.Accuracies.AsSpan()), last.Pearson.Value);
        Assert.Equal(RankCorrelation.KendallTauB(ranked, truth.Accuracies.AsSpan()), last.KendallTau.Value);
        Assert.InRange(last.KendallTau.Value, last.KendallTau.Low, last.KendallTau.High);
    }

    [Fact]
    public void It_measures_by_as_many_images_as_it_is_asked_for() =>
        Assert.All(Train("run", Truth(every: 4, images: 10)).Reports, report => Assert.Equal(10, report.Images));

    [Theory]
    [InlineData(4)]
    [InlineData(6)]
    public void A_resumed_run_goes_on_with_the_table_and_repeats_no_epoch(int stopAfter)
    {
        Train("whole", Truth());
        var first = Train("parts", Truth(), stopAfter).Reports;
        var (ended, rest) = Resume("parts", Truth());
        Assert.True(ended);
        Assert.Equal([1, 2, 3, 4, 5], first.Concat(rest).Select(report => report.Epoch));
        Assert.Equal(File.ReadAllText(temporary.At("whole/consistency.csv")), File.ReadAllText(temporary.At("parts/consistency.csv")));
        Assert.Equal(File.ReadAllBytes(Checkpoint("whole")), File.ReadAllBytes(Checkpoint("parts")));
        Assert.Empty(Resume("parts", Truth()).Reports);
    }

    [Fact]
    public void The_manifest_records_the_truth_and_another_is_refused()
    {
        var truth = Truth();
        Train("run", truth, stopAfter: 1);
        using (var folder = RunFolder.Open(temporary.At("run")))
            Assert.Equal(truth.Source, folder.Manifest.Truth);
        var other = Truth(shift: 1);
        var e = Assert.Throws<InputException>(() => Resume("run", other));
        Assert.Equal(
            $"run '{temporary.At("run")}' has been compared with 'truth.csv' (acc, SHA-256 {truth.Source.Sha256[..12]}), not with 'truth.csv' (acc, {other.Source.Sha256[..12]}); give the same --truth, or none.",
            e.Message);
        Assert.Empty(Resume("run", null).Reports);
    }

    [Fact]
    public void A_run_may_be_compared_from_a_resumption_on()
    {
        Train("run", null, stopAfter: 7);
        Assert.Equal([3, 4, 5], Resume("run", Truth()).Reports.Select(report => report.Epoch));
        using var folder = RunFolder.Open(temporary.At("run"));
        Assert.Equal("truth.csv", folder.Manifest.Truth!.File);
    }

    [Fact]
    public void A_damaged_table_is_refused_and_left_as_it_is()
    {
        Train("run", Truth(), stopAfter: 4);
        var path = temporary.At("run/consistency.csv");
        var whole = File.ReadAllText(path);
        foreach (var (text, fault) in new[]
        {
            (whole.Replace("epoch-0001,1,", "epoch-0001,2,", StringComparison.Ordinal), ": line 2 is no measurement of an epoch; restore the file, or move it away."),
            (whole.Replace("tau_b_low", "tau", StringComparison.Ordinal), " must have the columns name,epoch,step,images,pearson,pearson_low,pearson_high,tau_b,tau_b_low,tau_b_high; restore it, or move it away."),
            ("", " is empty: its first line must name the columns, for example name,arch,acc."),
        })
        {
            File.WriteAllText(path, text);
            Assert.Equal($"consistency table '{path}'{fault}", Assert.Throws<InputException>(() => Resume("run", Truth())).Message);
            Assert.Equal(text, File.ReadAllText(path));
        }
    }

    private static string Row(ConsistencyReport report) => FormattableString.Invariant(
        $"epoch-{report.Epoch:D4},{report.Epoch},{report.Step},{report.Images},{Fields(report.Pearson)},{Fields(report.KendallTau)}");

    private static string Fields(Estimate estimate) =>
        double.IsNaN(estimate.Value) ? ",," : FormattableString.Invariant($"{estimate.Value},{estimate.Low},{estimate.High}");

    private TruthWatch Truth(int every = 1, int images = TruthWatch.DefaultImages, int shift = 0)
    {
        var random = new RandomStream(3);
        var rows = Enumerable.Range(0, 12).Select(i => $"a{i},{UniformSampler.Draw(TestSpaces.Tiny, random).Code},0.{(i * 5 + shift) % 12 + 10}");
        File.WriteAllText(temporary.At("truth.csv"), $"name,arch,acc\n{string.Join('\n', rows)}\n");
        return TruthWatch.Open(temporary.At("truth.csv"), "acc", TestSpaces.Tiny, every, images);
    }

    private (bool Ended, List<ConsistencyReport> Reports) Train(string name, TruthWatch? truth, int stopAfter = 0)
    {
        using var run = SupernetRun.Start(temporary.At(name), Recipe, TrainingRuns.Data, null, TestContext.Current.CancellationToken, truth);
        return Train(run, stopAfter);
    }

    private (bool Ended, List<ConsistencyReport> Reports) Resume(string name, TruthWatch? truth)
    {
        using var run = SupernetRun.Resume(RunFolder.Open(temporary.At(name)), TrainingRuns.Data, TestContext.Current.CancellationToken, truth);
        return Train(run, 0);
    }

    private static (bool Ended, List<ConsistencyReport> Reports) Train(SupernetRun run, int stopAfter)
    {
        using var source = new CancellationTokenSource();
        var observer = new Observer(stopAfter, source);
        return (run.Train(observer, source.Token), observer.Reports);
    }

    private string Checkpoint(string name) => RunFolder.CheckpointPathIn(temporary.At(name));

    private sealed class Observer(int stopAfter, CancellationTokenSource source) : TrainingObserver
    {
        public List<ConsistencyReport> Reports { get; } = [];

        public override void OnStep(StepReport report)
        {
            if (report.Step == stopAfter)
                source.Cancel();
        }

        public override void OnConsistency(ConsistencyReport report) => Reports.Add(report);
    }
}
