using System.Diagnostics;
using PriorNas.Files;
using PriorNas.Randomness;
using PriorNas.Torch.Data;
using PriorNas.Torch.Evaluation;
using PriorNas.Torch.Rankings;
using PriorNas.Torch.Recipes;
using PriorNas.Torch.Runs;
using PriorNas.Torch.Supernet;
using PriorNas.Torch.Training;
using TorchSharp;

namespace PriorNas.Torch.Tests.Training;

/// <summary>No path of training or evaluation leaves a native tensor behind, or memory.</summary>
public sealed class LeakTest : IDisposable
{
    private readonly TemporaryFolder folder = new();

    /// <summary>Each value of each option at least once, with several combinations of those that share code.</summary>
    public static TheoryData<string> Paths =>
    [
        "network.outerActivation=relu",
        "network.outerActivation=prelu network.innerActivation=prelu",
        "network.outerActivation=swish rank.pairs=2 rank.schedule=constant rank.weight=5",
        "network.outerActivation=mish rank.pairs=2 rank.minimalHammingDistance=12 rank.schedule=constant",
        "network.outerActivation=selu sampling.nets=2",
        "network.outerActivation=prelu rank.pairs=2 rank.schedule=constant distillation.teacher=none evaluation.calibrationImages=0",
        "distillation.teacher=none sampling.nets=2 optimizer.momentum=0",
        "optimizer.nesterov=true optimizer.gradientClip=0.1 optimizer.weightDecay=0.1 evaluation.calibrationBatchSize=3",
        "data.augmentation=random-resized-crop data.flip=false evaluation.batchSize=5",
        "data.flip=false data.padding=0 data.workers=1",
        "network.adapter=mlp data.augmentation=center-crop data.resolutions=[16,24,32]",
        "network.adapter=se network.zeroInitLastBatchNorm=true network.dropPath=0.3",

        // Without momentum, which each set of a width gets when a subnet of that width is first trained.
        "network.adapter=bn-se network.switchableBatchNorm=true rank.pairs=2 rank.schedule=constant optimizer.momentum=0",
    ];

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(Paths))]
    public void A_run_holds_no_more_tensors_after_a_step_than_after_the_one_before(string settings)
    {
        var (recipe, data) = Small([.. settings.Split(' '), "epochs=3"]);
        var before = LiveTensors.CountAfterCollection();
        var counts = new Counts();
        using (var trainer = new SupernetTrainer(recipe, TestSpaces.Tiny, data, folder.At("c")))
            Assert.True(trainer.Run(counts, TestContext.Current.CancellationToken));
        using (var trainer = new SupernetTrainer(recipe, TestSpaces.Tiny, data, folder.At("c")))
            trainer.Resume();

        // The first steps make momentum, which stays. What is counted after an epoch's validation is counted at the next step.
        Assert.Equal(6, counts.AfterSteps.Count);
        Assert.Single(counts.AfterSteps.Skip(2).Distinct());
        var after = torch.Tensor.TotalCount;
        Assert.Equal(before + CountedForEver(recipe.Network, networks: 2), after);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(16, 0)]
    [InlineData(16, 5)]
    public void An_evaluation_leaves_no_tensor(int calibrationImages, int calibrationBatch)
    {
        var (recipe, data) = Small([]);
        foreach (var kind in Enum.GetValues<ActivationKind>())
        {
            var before = LiveTensors.CountAfterCollection();
            using (var supernet = TestSpaces.Supernet(TestSpaces.Tiny, kind))
            using (var evaluator = SupernetEvaluator.Create(
                supernet, data, recipe.Data, new EvaluationOptions { CalibrationImages = calibrationImages, CalibrationBatchSize = calibrationBatch }, new RandomStream(1), cancellation: TestContext.Current.CancellationToken))
            {
                var held = torch.Tensor.TotalCount;
                foreach (var architecture in TestSpaces.Some(TestSpaces.Tiny, 2))
                {
                    evaluator.Evaluate(architecture, TestContext.Current.CancellationToken);
                    Assert.Equal(held, torch.Tensor.TotalCount);
                }
            }

            var after = torch.Tensor.TotalCount;
            Assert.Equal(before + CountedForEver(new NetworkOptions { OuterActivation = kind }, networks: 1), after);
        }
    }

    /// <summary>What is refused when networks and images are made already.</summary>
    [Fact]
    public void What_cannot_be_made_leaves_no_tensor()
    {
        var (recipe, data) = Small(["network.outerActivation=prelu"]);
        var tooMany = recipe with { Evaluation = recipe.Evaluation with { ValidationImages = 1000 } };
        var broken = new ImageData(new BrokenImages(data.Train), data.Validation);
        var before = LiveTensors.CountAfterCollection();
        Assert.Throws<InputException>(() => new SupernetTrainer(tooMany, TestSpaces.Tiny, data, folder.At("c")));
        Assert.Throws<InputException>(() => new StandAloneTrainer(tooMany, TestSpaces.Tiny.LargestOfNetwork, data, folder.At("c")));
        Assert.Throws<InputException>(() => new SupernetTrainer(recipe, TestSpaces.Tiny, broken, folder.At("c")));
        using (var run = RunFolder.Create(folder.At("run"), TrainingRuns.File, TrainingRuns.Data))
        {
            File.WriteAllText(run.CheckpointPath, "damaged");
            Assert.Throws<InputException>(() => new SupernetRanking(run, TrainingRuns.Data, recipe.Evaluation));
        }

        using (var supernet = new ElasticResNet(TestSpaces.Tiny, recipe.Network, new RandomStream(1)))
        using (var empty = new RecalibratedStatistics())
            Assert.Throws<ArgumentException>(() => SubnetExtractor.Extract(supernet, TestSpaces.Tiny.LargestOfNetwork, empty));
        var after = torch.Tensor.TotalCount;
        Assert.Equal(before + CountedForEver(recipe.Network, networks: 6), after);
    }

    /// <summary>Takes minutes, so it runs only when asked for; CONTRIBUTING says how.</summary>
    [Fact(Explicit = true)]
    public void Memory_grows_by_less_than_20_MB_from_step_200_to_step_1200()
    {
        const double Limit = 20;
        var batch = Environment.GetEnvironmentVariable("PRIORNAS_LEAK_BATCH") ?? "16";
        var (recipe, data) = Small([
            $"data.batchSize={batch}", $"data.syntheticTrainImages={5 * int.Parse(batch)}", "rank.pairs=2", "rank.schedule=constant", "network.outerActivation=prelu", "epochs=240",
            "optimizer.learningRate=0.01"]);
        var memory = new Memory();
        using var trainer = new SupernetTrainer(recipe, TestSpaces.Tiny, data, folder.At("c"));
        Assert.True(trainer.Run(memory, TestContext.Current.CancellationToken));
        var report = string.Join("\n", memory.Megabytes.Select(pair => FormattableString.Invariant($"step {pair.Key,5}: {pair.Value:F1} MB")));
        TestContext.Current.TestOutputHelper?.WriteLine($"batch {batch}\n{report}");
        Assert.True(memory.Megabytes[1200] - memory.Megabytes[200] < Limit, report);
    }

    /// <summary>
    /// TorchSharp takes the tensor of which a Parameter is made out of that tensor's object, and then never counts the empty object down: one
    /// for each parameter of each network, and no memory.
    /// </summary>
    private static long CountedForEver(NetworkOptions options, int networks)
    {
        var before = LiveTensors.CountAfterCollection();
        torch.nn.Parameter(torch.zeros(1)).Dispose();
        var each = torch.Tensor.TotalCount - before;
        using var network = new ElasticResNet(TestSpaces.Tiny, options, new RandomStream(1));
        return networks * each * network.parameters().Count();
    }

    private static (Recipe Recipe, ImageData Data) Small(string[] settings)
    {
        string[] small = ["data.batchSize=8", "data.syntheticTrainImages=16", "data.syntheticValidationImages=8", "evaluation.calibrationImages=8", "rank.pairs=0"];
        var recipe = RecipeFile.Read(TrainingRuns.Text, "recipe", [.. small, .. settings]).Recipe;
        return (recipe, ImageData.Synthetic(new RandomStream(1), recipe.Data.SyntheticTrainImages, recipe.Data.SyntheticValidationImages, TestSpaces.Tiny.ImageSize, TestSpaces.Tiny.Classes));
    }

    private sealed class BrokenImages(ImageSet images) : ImageSet
    {
        public override int Count => images.Count;

        public override IReadOnlyList<string> Classes => images.Classes;

        public override int Label(int index) => images.Label(index);

        public override string Describe(int index) => images.Describe(index);

        public override RgbImage Read(int index) => throw new InputException("broken.");
    }

    private sealed class Counts : TrainingObserver
    {
        internal List<long> AfterSteps { get; } = [];

        public override void OnStep(StepReport report) => AfterSteps.Add(torch.Tensor.TotalCount);
    }

    /// <summary>The memory of the process that is in use, after a garbage collection so that only what is held counts.</summary>
    private sealed class Memory : TrainingObserver
    {
        private const double Megabyte = 1e6;

        internal SortedDictionary<long, double> Megabytes { get; } = [];

        public override void OnStep(StepReport report)
        {
            if (report.Step % 200 != 0)
                return;
            GC.Collect();
            using var process = Process.GetCurrentProcess();
            Megabytes[report.Step] = process.WorkingSet64 / Megabyte;
        }
    }
}
