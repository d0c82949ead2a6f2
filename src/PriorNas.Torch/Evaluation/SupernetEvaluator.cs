using PriorNas.Randomness;
using PriorNas.SearchSpaces;
using PriorNas.Torch.Data;
using PriorNas.Torch.Supernet;
using static TorchSharp.torch;

namespace PriorNas.Torch.Evaluation;

/// <summary>
/// Measures subnets inside the supernet, one after another: batch-norm statistics from the calibration images (or the running ones),
/// then top-1 and top-5 over the validation images.
/// </summary>
public sealed class SupernetEvaluator : IDisposable
{
    private readonly ElasticResNet supernet;
    private readonly FixedBatches validation;
    private readonly FixedBatches? calibration;

    private SupernetEvaluator(ElasticResNet supernet, FixedBatches validation, FixedBatches? calibration)
    {
        this.supernet = supernet;
        this.validation = validation;
        this.calibration = calibration;
    }

    /// <summary>Loads the images that the options choose; both subsets depend on the seed alone.</summary>
    /// <param name="supernet">The network; stays the caller's.</param>
    /// <param name="data">Calibration images come from its training part.</param>
    /// <param name="transform">The validation transform is used for both.</param>
    /// <param name="options">How many images.</param>
    /// <param name="random">The run's root stream.</param>
    /// <exception cref="Files.InputException">More images are asked for than there are.</exception>
    public static SupernetEvaluator Create(ElasticResNet supernet, ImageData data, DataOptions transform, EvaluationOptions options, RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(supernet);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(transform);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(random);
        var images = transform.ValidationTransform(supernet.Space.ImageSize);
        var validated = Subset(data.Validation, options.ValidationImages == 0 ? data.Validation.Count : options.ValidationImages, "evaluation.validationImages", random.Split("validation"));
        var calibrated = Subset(data.Train, options.CalibrationImages, "evaluation.calibrationImages", random.Split("calibration"));
        var calibrationBatch = options.CalibrationBatchSize == 0 ? options.CalibrationImages : options.CalibrationBatchSize;
        return new SupernetEvaluator(
            supernet,
            FixedBatches.Load(data.Validation, validated, images, options.BatchSize),
            calibrated.Length == 0 ? null : FixedBatches.Load(data.Train, calibrated, images, calibrationBatch));
    }

    /// <summary>Measures one architecture.</summary>
    public EvaluationResult Evaluate(Architecture architecture)
    {
        using var noGradient = no_grad();
        using var recalibrated = calibration is null ? null : Recalibrate(architecture, calibration);
        return Measure(architecture, recalibrated ?? BatchNormStatistics.Running);
    }

    /// <summary>Cuts an architecture's network out, with the statistics that it is measured with, and measures it.</summary>
    /// <returns>A network that is the caller's to dispose, and its accuracy.</returns>
    public (ElasticResNet Network, EvaluationResult Result) Extract(Architecture architecture)
    {
        using var noGradient = no_grad();
        using var recalibrated = calibration is null ? null : Recalibrate(architecture, calibration);
        var statistics = recalibrated ?? BatchNormStatistics.Running;
        return (SubnetExtractor.Extract(supernet, architecture, statistics), Measure(architecture, statistics));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        validation.Dispose();
        calibration?.Dispose();
    }

    private EvaluationResult Measure(Architecture architecture, BatchNormStatistics statistics)
    {
        var (images, top1, top5) = (0, 0, 0);
        for (var i = 0; i < validation.BatchCount; i++)
        {
            using var scope = NewDisposeScope();
            var batch = validation[i];
            var logits = supernet.forward(batch.Images, architecture, statistics); // [N, classes]
            var best = logits.topk((int)Math.Min(5, logits.size(1)), dim: 1).indexes; // [N, 5], the best first
            var hits = best.eq(batch.Labels.unsqueeze(1)); // [N, 5] bool, at most one true in a row
            top1 += (int)hits.narrow(1, 0, 1).sum().item<long>();
            top5 += (int)hits.sum().item<long>();
            images += (int)logits.size(0);
        }

        return new EvaluationResult(images, top1, top5);
    }

    private RecalibratedStatistics Recalibrate(Architecture architecture, FixedBatches images)
    {
        var statistics = new RecalibratedStatistics();
        for (var i = 0; i < images.BatchCount; i++)
        {
            using var scope = NewDisposeScope();
            supernet.forward(images[i].Images, architecture, statistics);
        }

        statistics.Complete();
        return statistics;
    }

    /// <summary>A fixed random choice of image indices, in ascending order.</summary>
    private static int[] Subset(ImageSet images, int count, string key, RandomStream random)
    {
        if (count > images.Count)
            throw new Files.InputException($"'{key}' is {count}, but there are only {images.Count} images; set it to at most that.");
        return [.. random.Permutation(images.Count).Take(count).Order()];
    }
}
