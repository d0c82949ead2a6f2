using System.Runtime.InteropServices;
using PriorNas.Files;
using PriorNas.Torch.Interchange;
using PriorNas.Torch.Recipes;
using PriorNas.Torch.Training;

namespace PriorNas.Torch.Tests.Training;

/// <summary>What fails or is interrupted beside a step loses no step and no epoch's report. An epoch has three steps, a run two epochs.</summary>
public sealed class InterruptedEpochTest : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void An_epoch_is_saved_before_it_is_measured_and_measured_when_the_run_goes_on()
    {
        var whole = new Observer();
        Assert.True(Train("whole", whole));
        using var source = new CancellationTokenSource();
        var interrupted = new Observer { AtStep = step => Cancel(source, step == 3) };
        Assert.False(Train("parts", interrupted, source));
        Assert.Equal(("3", 0), (StepOf("parts"), interrupted.Epochs.Count));
        AssertGoesOn(whole, firstStep: 3, epochs: 2);
    }

    [Fact]
    public void A_run_interrupted_while_its_last_epoch_is_measured_reports_it_when_it_goes_on()
    {
        var whole = new Observer();
        Assert.True(Train("whole", whole));
        using var source = new CancellationTokenSource();
        Assert.False(Train("parts", new Observer { AtStep = step => Cancel(source, step == 6) }, source));
        AssertGoesOn(whole, firstStep: 6, epochs: 1);
    }

    [Theory]
    [InlineData(2, 0, 2)]
    [InlineData(3, 0, 2)]
    [InlineData(4, 1, 1)]
    public void Steps_are_saved_where_the_observer_fails(int step, int reported, int left)
    {
        var whole = new Observer();
        Assert.True(Train("whole", whole));
        var failing = new Observer { AtStep = at => Fail(at == step) };
        Assert.Equal("full", Assert.Throws<IOException>(() => Train("parts", failing)).Message);
        Assert.Equal((FormattableString.Invariant($"{step}"), reported), (StepOf("parts"), failing.Epochs.Count));
        AssertGoesOn(whole, firstStep: step, epochs: left);
    }

    [Fact]
    public void An_epoch_is_saved_where_nobody_can_hear_of_it()
    {
        var whole = new Observer();
        Assert.True(Train("whole", whole));
        Assert.Throws<IOException>(() => Train("parts", new Observer { AtEpoch = () => Fail(true) }));
        Assert.Equal("3", StepOf("parts"));
        AssertGoesOn(whole, firstStep: 3, epochs: 2);
    }

    [Fact]
    public void The_checkpoint_of_an_epoch_is_kept_though_the_observer_fails_at_its_last_step()
    {
        var recipe = TrainingRuns.File.Recipe with { Checkpoint = new CheckpointOptions { Keep = 1, Seconds = 0 } };
        using (var trainer = new SupernetTrainer(recipe, TrainingRuns.File.Space, TrainingRuns.Data.Images, folder.At("last.safetensors"), TestContext.Current.CancellationToken))
            Assert.Throws<IOException>(() => trainer.Run(new Observer { AtStep = step => Fail(step == 3) }, CancellationToken.None));
        Assert.Equal(File.ReadAllBytes(folder.At("last.safetensors")), File.ReadAllBytes(folder.At("epoch-0001.safetensors")));
    }

    /// <summary>The first step moves the weights beyond all numbers; its own loss is finite.</summary>
    [Fact]
    public void Weights_that_are_not_finite_are_neither_saved_nor_measured()
    {
        var recipe = TrainingRuns.File.Recipe with
        {
            Epochs = 1,
            Data = TrainingRuns.File.Recipe.Data with { BatchSize = 96 },
            Optimizer = new OptimizerOptions { LearningRate = 1e30, WeightDecay = 1e20 },
        };
        var observer = new Observer();
        using var trainer = new SupernetTrainer(recipe, TrainingRuns.File.Space, TrainingRuns.Data.Images, folder.At("c"), TestContext.Current.CancellationToken);
        var e = Assert.Throws<TrainingException>(() => trainer.Run(observer, CancellationToken.None));
        Assert.StartsWith($"weights or statistics after step 1 are not finite numbers; the checkpoint in '{folder.At("c")}' is from before. Lower optimizer.learningRate", e.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(folder.At("c")));
        Assert.Empty(observer.Epochs);
    }

    [Fact]
    public void A_checkpoint_with_numbers_that_are_not_finite_is_refused()
    {
        using var trainer = TrainingRuns.Trainer(folder.At("c"));
        trainer.SaveTo(folder.At("c"));
        var file = SafeTensorsFile.Read(folder.At("c"));
        BitConverter.TryWriteBytes(MemoryMarshal.AsMemory(file["model.headBias"].Data).Span, float.NaN);
        SafeTensorsFile.Write(folder.At("c"), file.Tensors, file.Metadata.ToDictionary());
        Assert.Equal(
            $"checkpoint '{folder.At("c")}' holds weights or statistics that are not finite numbers; put an earlier checkpoint in its position, or start a new run.",
            Assert.Throws<InputException>(trainer.Resume).Message);
    }

    private static void Cancel(CancellationTokenSource source, bool now)
    {
        if (now)
            source.Cancel();
    }

    private static void Fail(bool now)
    {
        if (now)
            throw new IOException("full");
    }

    private bool Train(string checkpoint, Observer observer, CancellationTokenSource? source = null)
    {
        using var trainer = TrainingRuns.Trainer(folder.At(checkpoint));
        if (File.Exists(folder.At(checkpoint)))
            trainer.Resume();
        return trainer.Run(observer, source?.Token ?? CancellationToken.None);
    }

    private void AssertGoesOn(Observer whole, long firstStep, int epochs)
    {
        var rest = new Observer();
        Assert.True(Train("parts", rest));
        Assert.Equal(firstStep, rest.FirstStep);
        Assert.Equal(whole.Epochs.TakeLast(epochs), rest.Epochs);
        Assert.Equal(File.ReadAllBytes(folder.At("whole")), File.ReadAllBytes(folder.At("parts")));
    }

    private string StepOf(string checkpoint) => SafeTensorsFile.Read(folder.At(checkpoint), requireChecksum: true).Metadata["step"];

    private sealed class Observer : TrainingObserver
    {
        internal List<EpochReport> Epochs { get; } = [];

        internal long FirstStep { get; private set; }

        internal Action<long> AtStep { get; init; } = _ => { };

        internal Action AtEpoch { get; init; } = () => { };

        public override void OnStart(TrainingPlan plan) => FirstStep = plan.FirstStep;

        public override void OnStep(StepReport report) => AtStep(report.Step);

        public override void OnEpoch(EpochReport report)
        {
            AtEpoch();
            Epochs.Add(report);
        }
    }
}
