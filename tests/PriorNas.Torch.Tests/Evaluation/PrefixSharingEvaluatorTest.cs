using System.Text.RegularExpressions;
using PriorNas.Randomness;
using PriorNas.SearchSpaces;
using PriorNas.Torch.Data;
using PriorNas.Torch.Data.Loading;
using PriorNas.Torch.Evaluation;
using PriorNas.Torch.Evaluation.Fused;
using PriorNas.Torch.Supernet;
using PriorNas.Torch.Tests.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace PriorNas.Torch.Tests.Evaluation;

public class PrefixSharingEvaluatorTest
{
    /// <summary>Spaces, and sizes of images with which feature maps of each size up to four pixels are met, wide ones of five to eight, and stems that small.</summary>
    public static TheoryData<string, int> Spaces => new()
    {
        { "tiny", 24 }, { "tiny", 16 }, { "tiny", 12 }, { "resnet20-width", 32 }, { "resnet48", 32 }, { "resnet50", 32 }, { "bottlenecks", 24 }, { "bottlenecks", 8 }, { "narrow", 24 },
        { "resnet48", 64 }, { "resnet48", 56 }, { "resnet48", 48 }, { "resnet48", 40 }, { "resnet48", 8 }, { "resnet48", 16 }, { "wide", 8 },
    };

    [Theory]
    [MemberData(nameof(Spaces))]
    public void Exact_layers_give_the_bits_of_one_network_after_another_and_fused_ones_differ_by_rounding(string name, int size)
    {
        using var supernet = Supernet(name, size);
        foreach (var calibration in new[] { 0, 12 })
        {
            using var images = new Images(size, calibration);
            using var exact = new ExactPrefixLayers(supernet, images.Calibration, images.Validation);
            Compare(supernet, images, exact, (expected, actual, architecture) => Assert.True(expected.bytes.SequenceEqual(actual.bytes), architecture.Code));
            using var fused = new FusedPrefixLayers(supernet, images.Calibration, images.Validation, ScalarType.Float32);
            Compare(supernet, images, fused, (expected, actual, architecture) => Assert.InRange(RelativeError(expected, actual), 0, 1e-4));
        }
    }

    [Theory]
    [InlineData("tiny", 24)]
    [InlineData("resnet48", 32)]
    public void Layers_of_16_bits_differ_by_their_rounding(string name, int size)
    {
        using var supernet = Supernet(name, size);
        using var images = new Images(size, 12);
        using var layers = new FusedPrefixLayers(supernet, images.Calibration, images.Validation, ScalarType.BFloat16);
        Compare(supernet, images, layers, (expected, actual, architecture) => Assert.InRange(RelativeError(expected, actual), 1e-5, 0.2));
    }

    [Theory]
    [InlineData(EvaluationPrecision.Exact)]
    [InlineData(EvaluationPrecision.Float32)]
    public void Counts_equal_those_of_the_plain_loop_and_groups_do_not_change_them(EvaluationPrecision precision)
    {
        using var supernet = TestSpaces.Supernet(TestSpaces.Tiny, ActivationKind.Prelu);
        var order = Order(TestSpaces.Tiny, 8);
        var options = new EvaluationOptions { CalibrationImages = 32, CalibrationBatchSize = 16, BatchSize = 7 };
        using var evaluator = SupernetEvaluator.Create(supernet, TrainingRuns.Data.Images, TrainingRuns.File.Recipe.Data, options, new RandomStream(1), cancellation: TestContext.Current.CancellationToken);
        EvaluationResult[] expected = [.. order.Architectures.Select(a => evaluator.Evaluate(a, TestContext.Current.CancellationToken))];
        foreach (var pathBytes in new[] { PrefixSharingEvaluator.PathBytes, 3_000_000, 1 })
        {
            using var sharing = evaluator.Sharing(precision, pathBytes);
            var actual = Evaluate(sharing, order);
            if (precision == EvaluationPrecision.Exact)
                Assert.Equal(expected, actual);
            Assert.Equal(expected.Select(result => result with { Groups = null }), actual.Select(result => result with { Groups = null }));
            Assert.All(expected.Zip(actual), pair => RequireClose(pair.First.Groups!, pair.Second.Groups!, 1e-3));
            Assert.Equal((double)order.MultiplyAdds * evaluator.Images, sharing.MultiplyAdds); // Calibration images pass once.
        }
    }

    [Theory]
    [InlineData(EvaluationPrecision.Exact, PrefixSharingEvaluator.PathBytes)]
    [InlineData(EvaluationPrecision.Float32, PrefixSharingEvaluator.PathBytes)]
    [InlineData(EvaluationPrecision.BFloat16, PrefixSharingEvaluator.PathBytes)]
    [InlineData(EvaluationPrecision.Exact, 1)]
    [InlineData(EvaluationPrecision.Float32, 1)]
    public void A_walk_leaves_no_tensor_behind_also_if_it_is_cancelled(EvaluationPrecision precision, long pathBytes)
    {
        using var supernet = TestSpaces.Supernet(TestSpaces.Tiny, ActivationKind.Prelu);
        using var images = new Images(24, 12);
        var order = Order(TestSpaces.Tiny, 6);
        using var evaluator = new PrefixSharingEvaluator(supernet, images.Calibration, images.Validation, precision, pathBytes);
        Evaluate(evaluator, order);
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Evaluate(evaluator, order);
        using var source = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => evaluator.Evaluate(order, (_, _) => source.Cancel(), source.Token));
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void Activations_that_are_no_slopes_follow_in_an_operation_of_their_own()
    {
        using var supernet = new ElasticResNet(TestSpaces.Tiny, new NetworkOptions { InnerActivation = ActivationKind.Mish, OuterActivation = ActivationKind.Swish }, new RandomStream(1));
        using var images = new Images(24, 12);
        using var fused = new FusedPrefixLayers(supernet, images.Calibration, images.Validation, ScalarType.Float32);
        Compare(supernet, images, fused, (expected, actual, architecture) => Assert.InRange(RelativeError(expected, actual), 0, 1e-4));
    }

    [Fact]
    public void Networks_with_adapters_are_computed_exactly()
    {
        using var supernet = new ElasticResNet(TestSpaces.Tiny, new NetworkOptions { Adapter = AdapterKind.BnSe, SwitchableBatchNorm = true }, new RandomStream(1));
        using var images = new Images(24, 12);
        using var sharing = new PrefixSharingEvaluator(supernet, images.Calibration, images.Validation, EvaluationPrecision.Float32);
        using var exact = new PrefixSharingEvaluator(supernet, images.Calibration, images.Validation, EvaluationPrecision.Exact);
        Assert.Equal(Evaluate(exact, Order(TestSpaces.Tiny, 6)), Evaluate(sharing, Order(TestSpaces.Tiny, 6)));
    }

    [Fact]
    public void Sixteen_bits_measure_the_same_losses_but_for_their_rounding_and_batches_add_up()
    {
        using var supernet = TestSpaces.Supernet(TestSpaces.Tiny, ActivationKind.Prelu);
        var order = Order(TestSpaces.Tiny, 4);
        var options = new EvaluationOptions { CalibrationImages = 32, BatchSize = 7 };
        using var evaluator = SupernetEvaluator.Create(
            supernet, TrainingRuns.Data.Images, TrainingRuns.File.Recipe.Data, options, new RandomStream(1), cancellation: TestContext.Current.CancellationToken);
        EvaluationResult[] expected = [.. order.Architectures.Select(a => evaluator.Evaluate(a, TestContext.Current.CancellationToken))];
        using var rough = evaluator.Sharing(EvaluationPrecision.BFloat16);
        Assert.All(expected.Zip(Evaluate(rough, order)), pair => Assert.Equal(pair.First.Loss, pair.Second.Loss, 0.2));

        // As in rounds: the batches from 0 to 2 and the others, each measured apart, are together all of them.
        using var exact = evaluator.Sharing(EvaluationPrecision.Exact);
        var sums = new EvaluationResult[order.Architectures.Length];
        foreach (var batches in new[] { 0..2, 2..evaluator.ValidationBatches })
            exact.Evaluate(order, batches, (index, result) => sums[index] = sums[index].Plus(result), TestContext.Current.CancellationToken);
        Assert.Equal(expected, sums);
    }

    private static void RequireClose(ImageGroups expected, ImageGroups actual, double tolerance)
    {
        for (var g = 0; g < ImageGroups.Count; g++)
        {
            Assert.Equal((expected[g].Images, expected[g].Top1Correct), (actual[g].Images, actual[g].Top1Correct));
            Assert.Equal(expected[g].Loss, actual[g].Loss, tolerance);
            Assert.Equal(expected[g].Margin, actual[g].Margin, tolerance);
        }
    }

    private static ElasticResNet Supernet(string name, int size)
    {
        var space = (name switch
        {
            "bottlenecks" => TestSpaces.Bottlenecks,

            // Feature maps of three channels which are not images.
            "narrow" => SearchSpace.Read(Regex.Replace(TestSpaces.Tiny.Declaration, @"\b(16,\s*10,\s*6,\s*3|32,\s*20,\s*12,\s*6)\b", "3, 2"), "narrow"),
            "wide" => SearchSpace.Read(Regex.Replace(TestSpaces.Tiny.Declaration, @"\b(16,\s*10,\s*6,\s*3|32,\s*20,\s*12,\s*6)\b", "104, 97"), "wide"),
            _ => SearchSpace.Open(name),
        }).With(size, classes: 10);
        var supernet = new ElasticResNet(space, new NetworkOptions { OuterActivation = ActivationKind.Prelu }, new RandomStream(3));

        // Trained batch norms are neither 0 nor 1.
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        foreach (var (tensorName, tensor) in supernet.state_dict())
        {
            if (tensorName.Contains("bn", StringComparison.OrdinalIgnoreCase))
                tensor.copy_(rand_like(tensor).add(tensor.mul(0.5f)));
        }

        return supernet;
    }

    private static PrefixOrder Order(SearchSpace space, int count) => PrefixOrder.Of(TestSpaces.Some(space, count));

    private static void Compare(ElasticResNet supernet, Images images, PrefixLayers layers, Action<Tensor, Tensor, Architecture> compare)
    {
        using var noGradient = no_grad();
        var order = Order(supernet.Space, 3);
        using var walk = new PrefixWalk(layers, 0..images.Validation.BatchCount, order, 0..order.Architectures.Length);
        walk.Run(
            (index, logits) =>
            {
                using var scope = NewDisposeScope();
                using var statistics = new RecalibratedStatistics();
                var architecture = order.Architectures[index];
                if (images.Calibration is { } calibration)
                {
                    for (var i = 0; i < calibration.BatchCount; i++)
                        supernet.forward(calibration[i].Images, architecture, statistics);
                    statistics.Complete();
                }

                var expected = Enumerable.Range(0, images.Validation.BatchCount)
                    .Select(i => supernet.forward(images.Validation[i].Images, architecture, images.Calibration is null ? BatchNormStatistics.Running : statistics)).ToList();
                compare(cat(expected), cat([.. logits]), architecture);
            },
            TestContext.Current.CancellationToken);
    }

    private static EvaluationResult[] Evaluate(PrefixSharingEvaluator evaluator, PrefixOrder order)
    {
        var results = new EvaluationResult[order.Architectures.Length];
        evaluator.Evaluate(order, (index, result) => results[index] = result, TestContext.Current.CancellationToken);
        return results;
    }

    /// <summary>Of the logits of an image, relative to its largest.</summary>
    private static double RelativeError(Tensor expected, Tensor actual) =>
        ((expected - actual).abs().amax([1L]) / expected.abs().amax([1L])).max().item<float>();

    /// <summary>Some synthetic images in uneven batches.</summary>
    private sealed class Images : IDisposable
    {
        internal Images(int size, int calibration)
        {
            var data = TrainingRuns.Data.Images;
            var transform = TrainingRuns.File.Recipe.Data.ValidationTransform(size);
            Calibration = calibration == 0 ? null : FixedBatches.Load(data.Train, [.. Enumerable.Range(0, calibration)], transform, calibration / 2);
            Validation = FixedBatches.Load(data.Validation, [.. Enumerable.Range(0, 10)], transform, 6);
        }

        internal FixedBatches? Calibration { get; }

        internal FixedBatches Validation { get; }

        public void Dispose()
        {
            Calibration?.Dispose();
            Validation.Dispose();
        }
    }
}
