using PriorNas.Files;
using PriorNas.Torch.Recipes;
using PriorNas.Torch.Training;

namespace PriorNas.Torch.Tests.Training;

public sealed class SupernetTrainerTest : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(5)]
    public void A_run_stopped_at_any_step_and_resumed_ends_with_the_same_bytes(int stopAfter)
    {
        var whole = Train(folder.At("whole"), 0);
        Train(folder.At("parts"), stopAfter);
        var resumed = Train(folder.At("parts"), 0, resume: true);
        Assert.Equal(stopAfter + 1, resumed[0].Step);
        Assert.Equal(whole.Skip(stopAfter).Select(r => r.Losses), resumed.Select(r => r.Losses));
        Assert.Equal(File.ReadAllBytes(folder.At("whole")), File.ReadAllBytes(folder.At("parts")));
    }

    [Fact]
    public void A_run_that_has_ended_stays_as_it_is_when_resumed()
    {
        Train(folder.At("run"), 0);
        var before = File.ReadAllBytes(folder.At("run"));
        Assert.Empty(Train(folder.At("run"), 0, resume: true));
        Assert.Equal(before, File.ReadAllBytes(folder.At("run")));
    }

    [Fact]
    public void A_loss_that_is_not_finite_ends_the_run_with_the_remedy()
    {
        var recipe = TrainingRuns.File.Recipe with { Optimizer = new OptimizerOptions { LearningRate = 1e30 } };
        using var trainer = new SupernetTrainer(recipe, TrainingRuns.File.Space, TrainingRuns.Data.Images, folder.At("c"));
        var e = Assert.Throws<TrainingException>(() => trainer.Run(new TrainingRuns.StopAfter(0, new CancellationTokenSource()), CancellationToken.None));
        Assert.Matches("^a loss of step [23] is not a finite number; .*Lower optimizer.learningRate or rank.weight, or set optimizer.gradientClip", e.Message);
    }

    [Fact]
    public void A_checkpoint_of_another_network_is_refused()
    {
        Train(folder.At("c"), 1);
        using var trainer = new SupernetTrainer(
            TrainingRuns.File.Recipe with { Network = new() }, TrainingRuns.File.Space, TrainingRuns.Data.Images, folder.At("c"));
        var e = Assert.Throws<InputException>(trainer.Resume);
        Assert.Equal($"checkpoint '{folder.At("c")}' has a tensor 'model.stages.0.0.outer.slope', which this network has not: it was made by a network with other options.", e.Message);
        using var other = new SupernetTrainer(
            TrainingRuns.File.Recipe with { Network = TrainingRuns.File.Recipe.Network with { InnerActivation = PriorNas.Torch.Supernet.ActivationKind.Prelu } },
            TrainingRuns.File.Space,
            TrainingRuns.Data.Images,
            folder.At("c"));
        e = Assert.Throws<InputException>(other.Resume);
        Assert.Equal($"checkpoint '{folder.At("c")}' has no tensor 'model.stages.0.0.inner.slope': it was made by a network with other options.", e.Message);
    }

    private static List<StepReport> Train(string checkpoint, int stopAfter, bool resume = false)
    {
        using var trainer = TrainingRuns.Trainer(checkpoint);
        if (resume)
            trainer.Resume();
        using var source = new CancellationTokenSource();
        var observer = new TrainingRuns.StopAfter(stopAfter, source);
        Assert.Equal(stopAfter == 0, trainer.Run(observer, source.Token));
        return observer.Reports;
    }
}
