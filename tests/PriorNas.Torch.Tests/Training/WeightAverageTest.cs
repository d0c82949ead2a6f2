using System.Runtime.InteropServices;
using PriorNas.Files;
using PriorNas.Torch.Checkpoints;
using PriorNas.Torch.Training;

namespace PriorNas.Torch.Tests.Training;

public sealed class WeightAverageTest : IDisposable
{
    private const double Decay = 0.5;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void A_run_stopped_at_any_step_and_resumed_ends_with_the_same_bytes(int stopAfter)
    {
        Train(folder.At("whole"), Decay, 0);
        Train(folder.At("parts"), Decay, stopAfter);
        Train(folder.At("parts"), Decay, 0, resume: true);
        Assert.Equal(File.ReadAllBytes(folder.At("whole")), File.ReadAllBytes(folder.At("parts")));
    }

    [Fact]
    public void It_is_that_of_the_weights_after_each_step()
    {
        const int Steps = 3;
        Train(folder.At("averaged"), Decay, Steps);
        var average = Array.Empty<double>();
        using (var untrained = TrainingRuns.Trainer(folder.At("initial")))
            untrained.SaveTo(folder.At("initial"));
        average = Numbers(folder.At("initial"), "model.");
        var last = average;
        for (var step = 1; step <= Steps; step++)
        {
            Train(folder.At($"{step}"), 0, step);
            last = Numbers(folder.At($"{step}"), "model.");
            var kept = Math.Min(Decay, step / (step + 9.0));
            average = [.. average.Zip(last, (a, weight) => kept * a + (1 - kept) * weight)];
        }

        // Averaging does not change what is trained.
        Assert.Equal(last, Numbers(folder.At("averaged"), "training."));
        var saved = Numbers(folder.At("averaged"), "model.");
        Assert.All(average.Zip(saved), pair => Assert.Equal(pair.First, pair.Second, 1e-5 * Math.Max(1, Math.Abs(pair.First))));
        Assert.NotEqual(last, saved);
    }

    [Fact]
    public void What_is_measured_is_the_average()
    {
        var reports = Train(folder.At("averaged"), Decay, 0);
        var ofLast = Train(folder.At("last"), 0, 0);
        Assert.NotEqual(ofLast[^1].Largest.Loss, reports[^1].Largest.Loss);

        // A network that holds the average says the same.
        using var trainer = Trainer(folder.At("averaged"), Decay);
        trainer.Resume();
        var observer = new Epochs();
        trainer.Run(observer, CancellationToken.None);
        Assert.Equal(reports[^1].Largest.Loss, Assert.Single(observer.Reports).Largest.Loss);
    }

    [Fact]
    public void A_warm_start_takes_the_average_and_begins_with_it()
    {
        Train(folder.At("averaged"), Decay, 0);
        using var trainer = Trainer(folder.At("next"), 0.999);
        trainer.StartFrom(folder.At("averaged"));
        trainer.SaveTo(folder.At("next"));
        Assert.Equal(Numbers(folder.At("averaged"), "model."), Numbers(folder.At("next"), "model."));
        Assert.Equal(Numbers(folder.At("averaged"), "model."), Numbers(folder.At("next"), "training."));
    }

    [Fact]
    public void A_checkpoint_without_it_is_refused()
    {
        Train(folder.At("c"), 0, 1);
        using var trainer = Trainer(folder.At("c"), Decay);
        var e = Assert.Throws<InputException>(trainer.Resume);
        Assert.StartsWith($"checkpoint '{folder.At("c")}' has no tensor 'training.", e.Message, StringComparison.Ordinal);
        Assert.EndsWith("it was made without optimizer.weightAveraging.", e.Message, StringComparison.Ordinal);
    }

    private static SupernetTrainer Trainer(string checkpoint, double decay) => new(
        TrainingRuns.File.Recipe with { Optimizer = TrainingRuns.File.Recipe.Optimizer with { WeightAveraging = decay } },
        TrainingRuns.File.Space,
        TrainingRuns.Data.Images,
        checkpoint);

    private static List<EpochReport> Train(string checkpoint, double decay, int stopAfter, bool resume = false)
    {
        using var trainer = Trainer(checkpoint, decay);
        if (resume)
            trainer.Resume();
        using var source = new CancellationTokenSource();
        var observer = new Epochs(stopAfter, source);
        trainer.Run(observer, source.Token);
        return observer.Reports;
    }

    private static double[] Numbers(string checkpoint, string prefix) =>
    [
        .. Checkpoint.Open(checkpoint).Tensors
            .Where(tensor => tensor.Name.StartsWith(prefix, StringComparison.Ordinal))
            .OrderBy(tensor => tensor.Name, StringComparer.Ordinal)
            .SelectMany(tensor => MemoryMarshal.Cast<byte, float>(tensor.Data.Span).ToArray().Select(number => (double)number)),
    ];

    private sealed class Epochs(int stopAfter = 0, CancellationTokenSource? source = null) : TrainingObserver
    {
        public List<EpochReport> Reports { get; } = [];

        public override void OnStep(StepReport report)
        {
            if (report.Step == stopAfter)
                source!.Cancel();
        }

        public override void OnEpoch(EpochReport report) => Reports.Add(report);
    }
}
