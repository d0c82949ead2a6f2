using PriorNas.Files;
using PriorNas.Priors;
using PriorNas.SearchSpaces;
using PriorNas.Torch.Evaluation;
using PriorNas.Torch.Interchange;
using PriorNas.Torch.Recipes;
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
        Assert.All(Networks, network => Assert.Equal(File.ReadAllBytes(Weights("whole", network)), File.ReadAllBytes(Weights("parallel", network))));

        var (stopped, _) = Train("stopped", stopAfterStep: 2);
        Assert.Null(stopped);
        Assert.Single(Directory.GetFiles(temporary.At("stopped/checkpoint")));
        Assert.Equal(whole, Train("stopped").Results);
        Assert.Empty(Directory.GetFiles(temporary.At("stopped/checkpoint")));
        Assert.All(Networks, network => Assert.Equal(File.ReadAllBytes(Weights("whole", network)), File.ReadAllBytes(Weights("stopped", network))));
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
            Assert.Equal(ShapePrior.Named("params").Score(network.Architecture), trainable.Sum(t => t.Shape.Aggregate(1L, (a, b) => a * b)));
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
        Open("alone", TrainingRuns.Data).Dispose();
        var path = temporary.At("alone");
        Assert.Equal($"run folder '{path}' holds networks trained alone, not a supernet; give another folder.", Assert.Throws<InputException>(() => RunFolder.Open(path)).Message);
        var other = RecipeFile.Read(TrainingRuns.Text, "recipe 'test'", ["epochs=3"]);
        Assert.Equal(
            $"run folder '{path}' was made by another recipe (see its recipe.json); continue with the same recipe and settings, or give another --run.",
            Assert.Throws<InputException>(() => RunFolder.Open(path, RunKind.StandAlone, other)).Message);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_network_that_diverges_does_not_keep_the_others_from_their_results(int jobs)
    {
        var whole = Train("whole").Results!;
        var counter = new Counter();
        using (var folder = Open("run", TrainingRuns.Data))
        using (var training = new StandAloneTraining(folder, TrainingRuns.Data, Validation) { Jobs = jobs })
        {
            var e = Assert.Throws<TrainingException>(() => training.Run(Networks, network => network == Networks[1] ? new Diverging() : counter, _ => { }, TestContext.Current.CancellationToken));
            Assert.Equal($"1 of 3 networks could not be trained; the others have their results. {Networks[1].Name}: it diverged.", e.Message);
            Assert.Equal(12, counter.Steps);
            Assert.Equal([Networks[1]], training.Missing(Networks));
            counter = new Counter();
            Assert.Equal(whole, training.Run(Networks, _ => counter, _ => { }, TestContext.Current.CancellationToken));
            Assert.Equal(6, counter.Steps);
        }
    }

    /// <summary>As <c>--accept-differences</c> lets it happen.</summary>
    [Fact]
    public void Networks_of_other_images_have_results_checkpoints_and_weights_of_their_own()
    {
        var others = RunData.Open(TrainingRuns.File.Recipe with { Data = TrainingRuns.File.Recipe.Data with { SyntheticSeed = 99 } }, TrainingRuns.File.Space, null, TestContext.Current.CancellationToken);
        Train("run", stopAfterStep: 2);
        using (var folder = Open("run", others))
        using (var validation = new StandAloneValidation(folder.Recipe, folder.Space.ImageSize, others.Images))
        using (var training = new StandAloneTraining(folder, others, validation) { KeepsWeights = true })
        {
            var counter = new Counter();
            Assert.NotNull(training.Run(Networks, _ => counter, _ => { }, TestContext.Current.CancellationToken));
            Assert.Equal(18, counter.Steps);
            Assert.NotEqual(Weights("run", Networks[0]), training.WeightsPath(Networks[0]));
        }

        Assert.Single(Directory.GetFiles(temporary.At("run/checkpoint")));
        var (results, steps) = Train("run");
        Assert.Equal(16, steps);
        Assert.Equal(Train("whole").Results, results);
    }

    [Fact]
    public void A_long_code_gives_no_longer_a_file_name_than_file_systems_take()
    {
        const string Stage = """{ "depth": { "min": 1, "max": 9 }, "projection": "every-block", "output": "per-block", "widths": { "channels": [100, 101] } }""";
        var space = SearchSpace.Read(
            $$"""
            {
              "name": "deep", "imageSize": 24, "classes": 10, "block": "basic", "code": "widths", "stem": { "kind": "conv3x3", "followsFirstStage": false, "widths": { "channels": [100] } },
              "stages": [ {{Stage}}, {{Stage}}, {{Stage}}, {{Stage}} ]
            }
            """,
            "deep");
        var (one, other) = (new StandAloneNetwork(space.Largest, ulong.MaxValue), new StandAloneNetwork(space.Smallest, ulong.MaxValue));
        Assert.InRange(one.Architecture.Code.Length, 256, 1000);
        Assert.Matches("^[0-9a-f]{64}-seed18446744073709551615$", one.Name);
        Assert.NotEqual(one.Name, other.Name);
    }

    private static StandAloneValidation Validation { get; } = new(TrainingRuns.File.Recipe, TrainingRuns.File.Space.ImageSize, TrainingRuns.Data.Images);

    private RunFolder Open(string name, RunData data) => Directory.Exists(temporary.At(name))
        ? RunFolder.Open(temporary.At(name), RunKind.StandAlone, TrainingRuns.File)
        : RunFolder.Create(temporary.At(name), TrainingRuns.File, data, RunKind.StandAlone);

    private string Weights(string run, StandAloneNetwork network) => temporary.At($"{run}/networks/{network.Name}.safetensors");

    private (IReadOnlyDictionary<StandAloneNetwork, EvaluationResult>? Results, int Steps) Train(string name, int jobs = 1, int stopAfterStep = int.MaxValue)
    {
        using var folder = Open(name, TrainingRuns.Data);
        using var training = new StandAloneTraining(folder, TrainingRuns.Data, Validation) { Jobs = jobs, KeepsWeights = true };
        using var source = new CancellationTokenSource();
        var counter = new Counter { StopAfter = stopAfterStep, Source = source };
        return (training.Run(Networks, _ => counter, _ => { }, source.Token), counter.Steps);
    }

    private sealed class Diverging : TrainingObserver
    {
        public override void OnStep(StepReport report) => throw new TrainingException("it diverged.");
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
