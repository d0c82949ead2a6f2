using PriorNas.Priors;
using PriorNas.Randomness;
using PriorNas.Sampling;
using PriorNas.SearchSpaces;
using PriorNas.Torch.Data;
using PriorNas.Torch.Data.Loading;
using PriorNas.Torch.Interchange;
using PriorNas.Torch.Recipes;
using PriorNas.Torch.Supernet;
using PriorNas.Torch.Training;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace PriorNas.Torch.Tests.Training;

/// <summary>
/// Random choices are keyed by purpose and step, so an option that is switched off or changed shifts none of the others'. Seen from outside:
/// at a learning rate too small to move any weight, a loss depends on initial weights, batch and architecture alone.
/// </summary>
public sealed class IndependentChoicesTest : IDisposable
{
    private const ulong Seed = 4;
    private static readonly string[] Still = ["epochs=1", "rank.pairs=2", "rank.schedule=constant", "optimizer.learningRate=1e-40", "optimizer.weightDecay=0", "optimizer.warmUpSteps=0"];
    private readonly TemporaryFolder folder = new();

    /// <summary>What is changed; which of (largest, smallest, random, rank) must stay, bit by bit.</summary>
    public static TheoryData<string, string> Changes => new()
    {
        { "rank.pairs=0", "largest smallest random" },
        { "rank.prior=zen", "largest smallest random" },
        { "rank.weight=0", "largest smallest random rank" },
        { "rank.schedule=warm-up", "largest smallest random rank" },
        { "rank.minimalHammingDistance=12", "largest smallest random" },
        { "distillation.teacher=none", "largest rank" },
        { "sampling.nets=2", "largest smallest rank" },
        { "sampling.smallest=false", "largest rank" },
        { "sampling.nets=7", "largest smallest rank" },
        { "evaluation.calibrationImages=0", "largest smallest random rank" },
        { "evaluation.validationImages=5", "largest smallest random rank" },
        { "data.workers=1", "largest smallest random rank" },
        { "checkpoint.seconds=1", "largest smallest random rank" },
        { "optimizer.momentum=0", "largest smallest random rank" },
    };

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(Changes))]
    public void A_changed_option_leaves_the_draws_of_the_others_alone(string change, string same)
    {
        var (usual, changed) = (Train([]), Train([change]));
        Assert.Equal(usual.Select(step => step.Largest), changed.Select(step => step.Largest));
        foreach (var (ours, theirs) in usual.Zip(changed))
        {
            Assert.Equal(same.Contains("smallest", StringComparison.Ordinal), ours.Smallest == theirs.Smallest);
            if (same.Contains("random", StringComparison.Ordinal))
                Assert.Equal(ours.Random, theirs.Random);
            if (same.Contains("rank", StringComparison.Ordinal))
                Assert.Equal((ours.Rank, ours.ViolatedPairs), (theirs.Rank, theirs.ViolatedPairs));
        }
    }

    /// <summary>The losses of every step, computed from the streams' names: weights, order and crops of the batch, subnets and pairs.</summary>
    [Theory]
    [InlineData(3)]
    [InlineData(6)]
    public void Losses_are_those_of_the_streams_by_purpose_and_step(int subnets)
    {
        var reports = Train([$"sampling.nets={subnets}"]);
        var recipe = Recipe([]);
        var random = new RandomStream(Seed);
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var supernet = new ElasticResNet(TestSpaces.Tiny, recipe.Network, random.Split("weights"));
        using var loader = new BatchLoader(
            TrainingRuns.Data.Images.Train, recipe.Data.TrainingTransform(TestSpaces.Tiny.ImageSize), recipe.Data.BatchSize, random.Split("data"), workers: 1);
        loader.Start(0);
        for (var step = 0; step < reports.Count; step++)
        {
            var batch = loader.Next();
            Tensor Logits(Architecture a) => supernet.forward(batch.Images, a, BatchNormStatistics.OfBatch);
            double CrossEntropy(Architecture a) => functional.cross_entropy(Logits(a), batch.Labels).item<float>();
            var teacher = functional.softmax(Logits(TestSpaces.Tiny.Largest), 1);
            double Distilled(Architecture a) => -(teacher * functional.log_softmax(Logits(a), 1)).sum(1).mean().item<float>();

            // The same subnets whatever their number: those of a step are the first of a longer row.
            var architectures = random.Split("architectures");
            var drawn = SubnetSampler.Create(SamplerKind.Uniform).Draw(SamplingDomain.Of(TestSpaces.Tiny), 4, architectures, step);
            Assert.Equal(CrossEntropy(TestSpaces.Tiny.Largest), reports[step].Largest!.Value, 1e-5);
            Assert.Equal(drawn[..(subnets - 2)].Average(Distilled), reports[step].Random!.Value, 1e-5);
            var pairs = architectures.Split("pairs", step);
            var expected = 0.0;
            for (var i = 0; i < 2; i++)
            {
                var (first, second) = PairSampler.Draw(SamplingDomain.Of(TestSpaces.Tiny), 0, pairs);
                var sign = Math.Sign(ShapePrior.Named("flops").Score(second) - ShapePrior.Named("flops").Score(first));
                expected += Math.Max(0, sign * (CrossEntropy(second) - CrossEntropy(first)));
            }

            Assert.Equal(expected, reports[step].Rank, 1e-5);
        }
    }

    [Theory]
    [InlineData("pad-crop")]
    [InlineData("random-resized-crop")]
    public void Without_mirroring_an_epoch_has_the_same_order_and_the_same_crops(string augmentation)
    {
        using var scope = NewDisposeScope();
        var mirrored = 0;
        using var with = Loader([$"data.augmentation={augmentation}"]);
        using var without = Loader([$"data.augmentation={augmentation}", "data.flip=false"]);
        for (var number = 0; number < 6; number++)
        {
            var (ours, theirs) = (with.Next(), without.Next());
            Assert.Equal(ours.Labels.data<long>().ToArray(), theirs.Labels.data<long>().ToArray());
            for (var i = 0; i < ours.Images.size(0); i++)
            {
                var (image, plain) = (ours.Images[i], theirs.Images[i]);
                var same = image.equal(plain).all().item<bool>();
                mirrored += same ? 0 : 1;
                Assert.True(same || image.allclose(plain.flip(2), rtol: 1e-4, atol: 1e-4));
            }
        }

        // Of 192 images about half.
        Assert.InRange(mirrored, 60, 132);
    }

    [Fact]
    public void Initial_weights_depend_on_the_seed_and_the_network_alone()
    {
        string[][] variants =
        [
            [], ["rank.pairs=0"], ["data.flip=false", "data.augmentation=random-resized-crop"], ["distillation.teacher=none", "sampling.nets=2"], ["network.outerActivation=mish"], ["data.syntheticSeed=9"],
        ];
        var weights = variants.Select(Initial).ToArray();
        var keys = weights[4].Keys;
        Assert.All(weights, w => Assert.All(keys, key => Assert.Equal(weights[0][key], w[key])));
    }

    private List<StepLosses> Train(string[] settings)
    {
        var observer = new TrainingRuns.StopAfter(0, new CancellationTokenSource());
        using var trainer = new SupernetTrainer(Recipe(settings), TestSpaces.Tiny, TrainingRuns.Data.Images, folder.At("c"));
        Assert.True(trainer.Run(observer, TestContext.Current.CancellationToken));
        return [.. observer.Reports.Select(report => report.Losses)];
    }

    private Dictionary<string, string> Initial(string[] settings)
    {
        using var trainer = new SupernetTrainer(Recipe(settings), TestSpaces.Tiny, TrainingRuns.Data.Images, folder.At("c"));
        Assert.False(trainer.Run(new TrainingRuns.StopAfter(0, new CancellationTokenSource()), new CancellationToken(canceled: true)));
        return SafeTensorsFile.Read(folder.At("c")).Tensors.ToDictionary(tensor => tensor.Name, tensor => Convert.ToHexString(tensor.Data.Span));
    }

    private static BatchLoader Loader(string[] settings)
    {
        var recipe = Recipe(settings);
        var loader = new BatchLoader(
            TrainingRuns.Data.Images.Train, recipe.Data.TrainingTransform(TestSpaces.Tiny.ImageSize), recipe.Data.BatchSize, new RandomStream(Seed).Split("data"), recipe.Data.Workers);
        loader.Start(0);
        return loader;
    }

    private static Recipe Recipe(string[] settings) => RecipeFile.Read(TrainingRuns.Text, "recipe", [.. Still, .. settings]).Recipe;
}
