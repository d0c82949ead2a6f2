using PriorNas.Files;
using PriorNas.Priors;
using PriorNas.Torch.Evaluation;
using PriorNas.Torch.Interchange;
using PriorNas.Torch.Runs;
using PriorNas.Torch.Tests.Training;
using PriorNas.Torch.Training;

namespace PriorNas.Torch.Tests.Runs;

public sealed class StandAloneTrainingTest : IDisposable
{
    private static readonly StandAloneNetwork[] Networks =
    [
        new(TestSpaces.Tiny.Smallest, 4),
        new(TestSpaces.Tiny.Parse("12131213100420000112131").Canonical(), 4),
        new(TestSpaces.Tiny.Smallest, 5),
    ];

    private readonly TemporaryFolder temporary = new();

    public void Dispose() => temporary.Dispose();

    [Fact]
    public void Results_depend_neither_on_the_jobs_nor_on_an_interruption()
    {
        var whole = Train("whole", jobs: 1).Results;
        Assert.NotNull(whole);
        Assert.Equal(whole, Train("parallel", jobs: 3).Results);

        var (stopped, _) = Train("stopped", stopAfterStep: 2);
        Assert.Null(stopped);
        Assert.Single(Directory.GetFiles(temporary.At("stopped/checkpoint")));
        Assert.Equal(whole, Train("stopped").Results);
        Assert.Empty(Directory.GetFiles(temporary.At("stopped/checkpoint")));
        Assert.Equal(File.ReadAllBytes(Weights("whole", Networks[0])), File.ReadAllBytes(Weights("stopped", Networks[0])));
    }

    [Fact]
    public void Nothing_is_trained_twice_and_a_network_without_its_weights_is_trained_again()
    {
        var (whole, steps) = Train("run");
        Assert.Equal(18, steps); // 3 networks, 2 epochs of 3 batches
        Assert.Equal(0, Train("run").Steps);
        File.Delete(Weights("run", Networks[1]));
        var (again, repeated) = Train("run");
        Assert.Equal(6, repeated);
        Assert.Equal(whole, again);
    }

    [Fact]
    public void A_network_is_as_large_as_its_architecture_needs()
    {
        Train("run");
        foreach (var network in Networks)
        {
            var file = SafeTensorsFile.Read(Weights("run", network));
            var trainable = file.Tensors.Where(t => !t.Name.Contains("running", StringComparison.Ordinal) && !t.Name.Contains("outer", StringComparison.Ordinal));
            Assert.Equal(Prior.Named("params").Score(network.Architecture), trainable.Sum(t => t.Shape.Aggregate(1L, (a, b) => a * b)));
        }
    }

    [Fact]
    public void Different_seeds_give_different_networks()
    {
        Train("run");
        Assert.NotEqual(File.ReadAllBytes(Weights("run", Networks[0])), File.ReadAllBytes(Weights("run", Networks[2])));
    }

    [Fact]
    public void A_folder_of_another_kind_or_recipe_is_refused()
    {
        using (RunFolder.OpenOrCreate(temporary.At("alone"), TrainingRuns.File, TrainingRuns.Data, RunKind.StandAlone))
        {
        }

        var path = temporary.At("alone");
        Assert.Equal($"run folder '{path}' holds networks trained alone, not a supernet; give another folder.", Assert.Throws<InputException>(() => RunFolder.Open(path)).Message);
        var other = RecipeFile.Read(TrainingRuns.Text, "recipe 'test'", ["epochs=3"]);
        Assert.Equal(
            $"run folder '{path}' was made by another recipe (see its recipe.json); go on with the same recipe and settings, or give another --run.",
            Assert.Throws<InputException>(() => RunFolder.OpenOrCreate(path, other, TrainingRuns.Data, RunKind.StandAlone)).Message);
    }

    [Fact]
    public void A_failure_of_one_network_ends_the_work_and_keeps_the_results()
    {
        var diverging = RecipeFile.Read(TrainingRuns.Text, "recipe 'test'", ["optimizer.learningRate=1e30"]);
        using var folder = RunFolder.OpenOrCreate(temporary.At("run"), diverging, TrainingRuns.Data, RunKind.StandAlone);
        using var training = new StandAloneTraining(folder, TrainingRuns.Data) { Jobs = 2 };
        Assert.Throws<TrainingException>(() => training.Run(Networks, _ => new Counter(), _ => { }, TestContext.Current.CancellationToken));
    }

    private string Weights(string run, StandAloneNetwork network) => temporary.At($"{run}/networks/{network.Name}.safetensors");

    private (IReadOnlyDictionary<StandAloneNetwork, EvaluationResult>? Results, int Steps) Train(string name, int jobs = 1, int stopAfterStep = int.MaxValue)
    {
        using var folder = RunFolder.OpenOrCreate(temporary.At(name), TrainingRuns.File, TrainingRuns.Data, RunKind.StandAlone);
        using var training = new StandAloneTraining(folder, TrainingRuns.Data) { Jobs = jobs, KeepsWeights = true };
        using var source = new CancellationTokenSource();
        var counter = new Counter { StopAfter = stopAfterStep, Source = source };
        return (training.Run(Networks, _ => counter, _ => { }, source.Token), counter.Steps);
    }

    private sealed class Counter : TrainingObserver
    {
        private int steps;

        internal int Steps => steps;

        internal int StopAfter { get; init; } = int.MaxValue;

        internal CancellationTokenSource? Source { get; init; }

        public override void OnStep(StepReport report)
        {
            if (Interlocked.Increment(ref steps) == StopAfter)
                Source!.Cancel();
        }
    }
}
