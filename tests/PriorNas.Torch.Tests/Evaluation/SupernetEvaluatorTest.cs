using PriorNas.Files;
using PriorNas.Randomness;
using PriorNas.Torch.Data;
using PriorNas.Torch.Data.Loading;
using PriorNas.Torch.Evaluation;
using PriorNas.Torch.Supernet;
using PriorNas.Torch.Tests.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace PriorNas.Torch.Tests.Evaluation;

public class SupernetEvaluatorTest
{
    private static readonly EvaluationOptions All = new() { CalibrationImages = 32, BatchSize = 500 };

    [Theory]
    [InlineData(0)]
    [InlineData(32)]
    public void Counts_equal_those_of_sorted_logits(int calibrationImages)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var supernet = TestSpaces.Supernet(TestSpaces.Tiny);
        var result = Evaluate(supernet, All with { CalibrationImages = calibrationImages });
        var data = TrainingRuns.Data.Images;
        var transform = TrainingRuns.File.Recipe.Data.ValidationTransform(24);
        using var validation = FixedBatches.Load(data.Validation, [.. Enumerable.Range(0, 32)], transform, 32, TestContext.Current.CancellationToken);
        using var statistics = new RecalibratedStatistics();
        if (calibrationImages > 0)
        {
            var chosen = new RandomStream(1).Split("calibration").Permutation(96)[..32].Order().ToArray();
            using var calibration = FixedBatches.Load(data.Train, chosen, transform, 32, TestContext.Current.CancellationToken);
            supernet.forward(calibration[0].Images, TestSpaces.Tiny.Largest, statistics);
            statistics.Complete();
        }

        var logits = supernet.forward(validation[0].Images, TestSpaces.Tiny.Largest, calibrationImages > 0 ? statistics : BatchNormStatistics.Running);
        var (top1, top5, even) = (0, 0, 0);
        var (loss, margin) = (new double[20], new double[20]);
        for (var i = 0; i < 32; i++)
        {
            var values = logits[i].data<float>().ToArray();
            var label = (int)validation[0].Labels[i].item<long>();
            var better = values.Count(v => v > values[label]);
            top1 += better < 1 ? 1 : 0;
            even += better < 1 && i % 2 == 0 ? 1 : 0;
            top5 += better < 5 ? 1 : 0;
            loss[i % 20] += Math.Log(values.Sum(v => Math.Exp(v))) - values[label];
            margin[i % 20] += values[label] - values.Where((_, c) => c != label).Max();
        }

        Assert.Equal(new EvaluationResult(32, top1, top5, even), result with { Groups = null });
        for (var g = 0; g < 20; g++)
        {
            Assert.Equal(g < 12 ? 2 : 1, result.Groups![g].Images);
            Assert.Equal(loss[g], result.Groups[g].Loss, 1e-4);
            Assert.Equal(margin[g], result.Groups[g].Margin, 1e-4);
        }
    }

    [Fact]
    public void The_batch_size_does_not_change_a_result()
    {
        using var supernet = TestSpaces.Supernet(TestSpaces.Tiny);
        var (whole, divided) = (Evaluate(supernet, All), Evaluate(supernet, All with { BatchSize = 7 }));
        Assert.Equal(whole with { Groups = null }, divided with { Groups = null });
        for (var g = 0; g < ImageGroups.Count; g++)
        {
            Assert.Equal((whole.Groups![g].Images, whole.Groups[g].Top1Correct), (divided.Groups![g].Images, divided.Groups[g].Top1Correct));
            Assert.Equal(whole.Groups[g].Loss, divided.Groups[g].Loss, 1e-5);
        }
    }

    [Fact]
    public void A_subset_of_the_validation_images_is_measured()
    {
        using var supernet = TestSpaces.Supernet(TestSpaces.Tiny);
        var result = Evaluate(supernet, All with { ValidationImages = 10 });
        Assert.Equal(10, result.Images);

        // Fewer images than groups: the last ones stay empty.
        Assert.Equal(default, result.Groups![10]);
        Assert.InRange(result.StandardError(ScoreKind.Loss), 1e-6, 10);
    }

    [Fact]
    public void More_images_than_there_are_is_refused()
    {
        using var supernet = TestSpaces.Supernet(TestSpaces.Tiny);
        var e = Assert.Throws<InputException>(() => Evaluate(supernet, All with { CalibrationImages = 97 }));
        Assert.Equal("'evaluation.calibrationImages' is 97, but there are only 96 images; set it to at most that.", e.Message);
    }

    [Fact]
    public void An_evaluation_leaves_no_tensor_behind()
    {
        using var supernet = TestSpaces.Supernet(TestSpaces.Tiny, ActivationKind.Prelu);
        using var evaluator = Create(supernet, All);
        evaluator.Evaluate(TestSpaces.Tiny.Largest, TestContext.Current.CancellationToken);
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        evaluator.Evaluate(TestSpaces.Tiny.Smallest, TestContext.Current.CancellationToken);
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    private static EvaluationResult Evaluate(ElasticResNet supernet, EvaluationOptions options)
    {
        using var evaluator = Create(supernet, options);
        return evaluator.Evaluate(TestSpaces.Tiny.Largest, TestContext.Current.CancellationToken);
    }

    private static SupernetEvaluator Create(ElasticResNet supernet, EvaluationOptions options) =>
        SupernetEvaluator.Create(supernet, TrainingRuns.Data.Images, TrainingRuns.File.Recipe.Data, options, new RandomStream(1), cancellation: TestContext.Current.CancellationToken);
}
