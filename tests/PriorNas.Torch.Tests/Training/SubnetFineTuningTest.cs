using PriorNas.Files;
using PriorNas.Randomness;
using PriorNas.SearchSpaces;
using PriorNas.Torch.Data;
using PriorNas.Torch.Data.Loading;
using PriorNas.Torch.Evaluation;
using PriorNas.Torch.Recipes;
using PriorNas.Torch.Supernet;
using PriorNas.Torch.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace PriorNas.Torch.Tests.Training;

/// <summary>Subnets that take training steps of their own before they are measured.</summary>
public sealed class SubnetFineTuningTest : IDisposable
{
    private const ulong Seed = 4;

    // All options that keep something beside the weights: slopes, statistics by width, running means of adapters, random branches.
    private static readonly Recipe Recipe = TrainingRuns.File.Recipe with
    {
        Network = new NetworkOptions { OuterActivation = ActivationKind.Prelu, Adapter = AdapterKind.BnSe, SwitchableBatchNorm = true, DropPath = 0.2 },
        Data = TrainingRuns.File.Recipe.Data with { Workers = 1 },
    };

    private static readonly FineTuneOptions Options = new() { Steps = 4, LearningRate = 0.4 };
    private static readonly Architecture[] Some = TestSpaces.Some(TestSpaces.Tiny, 2);
    private readonly ElasticResNet supernet = new(TestSpaces.Tiny, Recipe.Network, new RandomStream(Seed).Split("weights"));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => supernet.Dispose();

    [Fact]
    public void It_leaves_weights_and_statistics_to_the_bit_and_no_gradient_and_no_tensor()
    {
        using var evaluator = Evaluator();
        var tuning = new SubnetFineTuning(supernet, Recipe, Options, TrainingRuns.Data.Images.Train, evaluator);
        var before = State();
        tuning.Evaluate(Some[^1], Token);
        var alive = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        foreach (var architecture in Some)
        {
            tuning.Evaluate(architecture, Token);
            Assert.Equal(before, State());
            Assert.All(supernet.parameters(), parameter => Assert.Null(parameter.grad));
        }

        Assert.Equal(alive, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void The_order_of_the_subnets_and_what_was_measured_before_do_not_matter()
    {
        using var evaluator = Evaluator();
        var forwards = new SubnetFineTuning(supernet, Recipe, Options, TrainingRuns.Data.Images.Train, evaluator);
        var results = Some.Select(architecture => forwards.Evaluate(architecture, Token)).ToArray();
        var backwards = new SubnetFineTuning(supernet, Recipe, Options, TrainingRuns.Data.Images.Train, evaluator);
        Assert.Equal(results.Reverse(), Some.Reverse().Select(architecture => backwards.Evaluate(architecture, Token)));
        Assert.Equal(results[1], forwards.Evaluate(Some[1], Token));
    }

    /// <summary>Two batches are read ahead, so that the fourth is started only when the first step has moved the weights.</summary>
    [Fact]
    public void An_attempt_that_is_cancelled_between_steps_leaves_no_trace()
    {
        using var evaluator = Evaluator();
        using var source = new CancellationTokenSource();
        var images = new WatchedImages(TrainingRuns.Data.Images.Train, 3 * Recipe.Data.BatchSize + 1, source.Cancel);
        var tuning = new SubnetFineTuning(supernet, Recipe, Options with { Steps = 1_000_000 }, images, evaluator);
        var before = State();
        Assert.ThrowsAny<OperationCanceledException>(() => tuning.Evaluate(Some[^1], source.Token));
        Assert.Equal(before, State());
        Assert.All(supernet.parameters(), parameter => Assert.Null(parameter.grad));

        // The same object continues as if nothing had been; with as many steps as a fresh one has.
        using var stopped = new CancellationTokenSource();
        var again = new WatchedImages(TrainingRuns.Data.Images.Train, 3 * Recipe.Data.BatchSize + 1, stopped.Cancel);
        var interrupted = new SubnetFineTuning(supernet, Recipe, Options with { Steps = 12 }, again, evaluator);
        Assert.ThrowsAny<OperationCanceledException>(() => interrupted.Evaluate(Some[^1], stopped.Token));
        var fresh = new SubnetFineTuning(supernet, Recipe, Options with { Steps = 12 }, TrainingRuns.Data.Images.Train, evaluator);
        Assert.Equal(fresh.Evaluate(Some[^1], Token), interrupted.Evaluate(Some[^1], Token));
    }

    /// <summary>Of recalibrated statistics, which take no part of what the steps leave in the running ones.</summary>
    [Fact]
    public void At_a_rate_that_moves_nothing_it_is_the_plain_measurement()
    {
        using var evaluator = Evaluator();
        var tuning = new SubnetFineTuning(supernet, Recipe, Options with { LearningRate = 1e-30 }, TrainingRuns.Data.Images.Train, evaluator);
        foreach (var architecture in Some)
        {
            var (plain, tuned) = (evaluator.Evaluate(architecture, Token), tuning.Evaluate(architecture, Token));
            Assert.Equal((plain.Images, plain.Top1Correct, plain.Top5Correct), (tuned.Images, tuned.Top1Correct, tuned.Top5Correct));
            Assert.Equal(plain.Loss, tuned.Loss, 1e-5);
        }
    }

    [Fact]
    public void The_loss_of_the_subnet_on_the_images_that_it_learns_falls()
    {
        using var plain = new ElasticResNet(TestSpaces.Tiny, new NetworkOptions(), new RandomStream(Seed));
        var recipe = TrainingRuns.File.Recipe;
        var learnt = TrainingRuns.Data.Images with { Validation = TrainingRuns.Data.Images.Train };
        using var evaluator = SupernetEvaluator.Create(plain, learnt, recipe.Data, recipe.Evaluation, new RandomStream(Seed), cancellation: Token);
        var tuning = new SubnetFineTuning(plain, recipe, new FineTuneOptions { Steps = 40, LearningRate = 2 }, learnt.Train, evaluator);
        foreach (var architecture in (Architecture[])[TestSpaces.Tiny.Smallest, Some[^1]])
        {
            var (before, after) = (evaluator.Evaluate(architecture, Token).Loss, tuning.Evaluate(architecture, Token).Loss);
            Assert.True(after < before - 0.1, FormattableString.Invariant($"{before} became {after}"));
        }
    }

    /// <summary>The steps, written from the definition: batches of the run's own form, cross-entropy with labels, SGD with momentum and weight decay.</summary>
    [Fact]
    public void Two_steps_are_those_of_plain_sgd()
    {
        var recipe = Recipe with { Network = new NetworkOptions(), Optimizer = Recipe.Optimizer with { Momentum = 0.8, WeightDecay = 0.01, ReferenceBatchSize = 64 } };
        using var plain = new ElasticResNet(TestSpaces.Tiny, recipe.Network, new RandomStream(Seed));
        using var reference = new ElasticResNet(TestSpaces.Tiny, recipe.Network, new RandomStream(Seed));
        using var evaluator = Evaluator(plain);
        var tuning = new SubnetFineTuning(plain, recipe, new FineTuneOptions { Steps = 2, LearningRate = 0.3 }, TrainingRuns.Data.Images.Train, evaluator);
        var tuned = tuning.Evaluate(Some[^1], Token);

        // One step of warm-up has the peak of 0.3 x 32 / 64, the other is where the cosine starts: at the peak, too.
        using var optimizer = optim.SGD(reference.parameters(), 0.15, momentum: 0.8, weight_decay: 0.01);
        var random = new RandomStream(Seed).Split("fine-tuning").Split("data");
        using var loader = new BatchLoader(TrainingRuns.Data.Images.Train, recipe.Data.TrainingTransform(24), recipe.Data.BatchSize, random, workers: 2);
        loader.Start(0);
        for (var step = 0; step < 2; step++)
        {
            using var scope = NewDisposeScope();
            var batch = loader.Next();
            reference.zero_grad();
            nn.functional.cross_entropy(reference.forward(batch.Images, Some[^1], BatchNormStatistics.OfBatch), batch.Labels).backward();
            optimizer.step();
        }

        using var ofReference = Evaluator(reference);
        Assert.Equal(ofReference.Evaluate(Some[^1], Token).Loss, tuned.Loss, 1e-4);
    }

    [Fact]
    public void A_loss_that_is_not_finite_is_named_and_the_weights_come_back()
    {
        using var evaluator = Evaluator();
        var recipe = Recipe with { Optimizer = Recipe.Optimizer with { WeightDecay = 1e6 } };
        var tuning = new SubnetFineTuning(supernet, recipe, new FineTuneOptions { Steps = 20, LearningRate = 1e6 }, TrainingRuns.Data.Images.Train, evaluator);
        var before = State();
        var e = Assert.Throws<TrainingException>(() => tuning.Evaluate(Some[0], Token));
        Assert.Matches($"^fine-tuning {Some[0].Code}: the loss of step \\d+ is not a finite number\\. Lower the learning rate of fine-tuning\\.$", e.Message);
        Assert.Equal(before, State());
    }

    [Theory]
    [InlineData(0, 0.1, "fine-tuning takes 0 steps, allowed is 1 to 1000000.")]
    [InlineData(1_000_001, 0.1, "fine-tuning takes 1000001 steps, allowed is 1 to 1000000.")]
    [InlineData(1, 0, "the learning rate of fine-tuning is 0, allowed is above 0, to 1000000.")]
    [InlineData(1, 1e7, "the learning rate of fine-tuning is 10000000, allowed is above 0, to 1000000.")]
    [InlineData(1, double.NaN, "the learning rate of fine-tuning is NaN, allowed is above 0, to 1000000.")]
    public void Numbers_outside_their_ranges_are_refused(int steps, double rate, string message)
    {
        using var evaluator = Evaluator();
        var options = new FineTuneOptions { Steps = steps, LearningRate = rate };
        Assert.Equal(message, Assert.Throws<InputException>(() => new SubnetFineTuning(supernet, Recipe, options, TrainingRuns.Data.Images.Train, evaluator)).Message);
    }

    private SupernetEvaluator Evaluator(ElasticResNet? network = null) => SupernetEvaluator.Create(
        network ?? supernet, TrainingRuns.Data.Images, Recipe.Data, Recipe.Evaluation, new RandomStream(Seed), cancellation: Token);

    private Dictionary<string, string> State() => supernet.state_dict().ToDictionary(entry => entry.Key, entry => Convert.ToHexString(entry.Value.bytes));

    /// <summary>Images that say when so many readings of them have started.</summary>
    private sealed class WatchedImages(ImageSet images, int readings, Action reached) : ImageSet
    {
        private int begun;

        public override int Count => images.Count;

        public override IReadOnlyList<string> Classes => images.Classes;

        public override int Label(int index) => images.Label(index);

        public override string Describe(int index) => images.Describe(index);

        public override RgbImage Read(int index)
        {
            if (Interlocked.Increment(ref begun) == readings)
                reached();
            return images.Read(index);
        }
    }
}
