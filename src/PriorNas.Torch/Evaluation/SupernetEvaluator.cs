using PriorNas.Randomness;
using PriorNas.SearchSpaces;
using PriorNas.Torch.Data;
using PriorNas.Torch.Data.Loading;
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
    private readonly bool ownsValidation;
    private readonly FixedBatches? calibration;
    private readonly bool ownsCalibration;

    private SupernetEvaluator(ElasticResNet supernet, FixedBatches validation, bool ownsValidation, FixedBatches? calibration, bool ownsCalibration = true)
    {
        this.supernet = supernet;
        this.validation = validation;
        this.ownsValidation = ownsValidation;
        this.calibration = calibration;
        this.ownsCalibration = ownsCalibration;
    }

    /// <summary>Loads the images that the options choose; both subsets depend on the seed alone.</summary>
    /// <param name="supernet">The network; stays the caller's.</param>
    /// <param name="data">Calibration images come from its training part.</param>
    /// <param name="transform">The validation transform is used for both.</param>
    /// <param name="options">How many images.</param>
    /// <param name="random">The run's root stream.</param>
    /// <param name="validation">Of <see cref="LoadValidation"/> with the same values; stays the caller's. If null, they are loaded.</param>
    /// <param name="shuffled">Keep the validation images in random order, so that the first ones are a sample of all.</param>
    /// <param name="cancellation">Ends the loading early.</param>
    /// <exception cref="Files.InputException">More images are asked for than there are, or some cannot be read.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static SupernetEvaluator Create(
        ElasticResNet supernet, ImageData data, DataOptions transform, EvaluationOptions options, RandomStream random, FixedBatches? validation = null, bool shuffled = false, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(supernet);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(transform);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(random);
        var calibrated = Subset(data.Train, options.CalibrationImages, "evaluation.calibrationImages", random.Split("calibration"));
        var calibrationBatch = options.CalibrationBatchSize == 0 ? options.CalibrationImages : options.CalibrationBatchSize;
        var loaded = validation ?? LoadValidation(data, transform, options, supernet.Space.ImageSize, random, shuffled, cancellation);
        try
        {
            var calibration = calibrated.Length == 0
                ? null
                : FixedBatches.Load(data.Train, calibrated, transform.ValidationTransform(supernet.Space.ImageSize), calibrationBatch, cancellation);
            return new SupernetEvaluator(supernet, loaded, ownsValidation: validation is null, calibration);
        }
        catch
        {
            if (validation is null)
                loaded.Dispose();
            throw;
        }
    }

    /// <summary>The validation images that the options choose, for several evaluators.</summary>
    /// <param name="data">Its validation images are used.</param>
    /// <param name="transform">Its validation transform is used.</param>
    /// <param name="options">How many images.</param>
    /// <param name="imageSize">In pixels.</param>
    /// <param name="random">The run's root stream; without meaning where all images are used.</param>
    /// <param name="shuffled">In random order, not in that of the set.</param>
    /// <param name="cancellation">Ends the loading early.</param>
    /// <returns>The caller's to dispose.</returns>
    /// <exception cref="Files.InputException">More images are asked for than there are, or some cannot be read.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static FixedBatches LoadValidation(
        ImageData data, DataOptions transform, EvaluationOptions options, int imageSize, RandomStream random, bool shuffled = false, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(transform);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(random);
        var count = options.ValidationImages == 0 ? data.Validation.Count : options.ValidationImages;
        var chosen = Subset(data.Validation, count, "evaluation.validationImages", random.Split("validation"), shuffled);
        return FixedBatches.Load(data.Validation, chosen, transform.ValidationTransform(imageSize), options.BatchSize, cancellation);
    }

    /// <summary>Images that each architecture is shown: calibration and validation.</summary>
    public int Images => (calibration?.Count ?? 0) + validation.Count;

    /// <summary>Of these, validation images.</summary>
    public int ValidationImages => validation.Count;

    /// <summary>Batches of validation images.</summary>
    public int ValidationBatches => validation.BatchCount;

    /// <summary>Validation images in the batches before one.</summary>
    internal int ImagesBefore(int batch) => Enumerable.Range(0, batch).Sum(validation.CountOf);

    /// <summary>An evaluator of many architectures by the same images, which shares what they have in common.</summary>
    /// <param name="precision">With which arithmetic.</param>
    /// <returns>The caller's to dispose, before this.</returns>
    public PrefixSharingEvaluator Sharing(EvaluationPrecision precision) => Sharing(precision, PrefixSharingEvaluator.PathBytes);

    internal PrefixSharingEvaluator Sharing(EvaluationPrecision precision, long pathBytes) => new(supernet, calibration, validation, precision, pathBytes);

    /// <summary>As <see cref="Sharing(EvaluationPrecision)"/>, by other validation images.</summary>
    /// <param name="images">Stay the caller's.</param>
    /// <param name="precision">With which arithmetic.</param>
    internal PrefixSharingEvaluator SharingBy(FixedBatches images, EvaluationPrecision precision) => new(supernet, calibration, images, precision);

    /// <summary>The calibration images, the validation images and the labels of the latter, in the order in which they are used.</summary>
    /// <exception cref="InvalidOperationException">There are no calibration images.</exception>
    internal (Tensor Calibration, Tensor Validation, Tensor Labels) AllImages()
    {
        var batches = calibration ?? throw new InvalidOperationException("Without calibration images there is nothing to take statistics from.");
        return (Join(batches), Join(validation), cat([.. Enumerable.Range(0, validation.BatchCount).Select(validation.LabelsOf)]));

        static Tensor Join(FixedBatches images) => cat([.. Enumerable.Range(0, images.BatchCount).Select(i => images[i].Images)]);
    }

    /// <summary>An evaluator of another network by the same images.</summary>
    /// <param name="network">Stays the caller's.</param>
    /// <returns>The caller's to dispose, before this.</returns>
    internal SupernetEvaluator Of(ElasticResNet network) => new(network, validation, ownsValidation: false, calibration, ownsCalibration: false);

    /// <summary>Measures one architecture.</summary>
    /// <param name="architecture">One that the network serves.</param>
    /// <param name="cancellation">Ends the measuring after the batch in work.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public EvaluationResult Evaluate(Architecture architecture, CancellationToken cancellation = default)
    {
        using var noGradient = no_grad();
        using var recalibrated = calibration is null ? null : Recalibrate(architecture, calibration, cancellation);
        return Measure(architecture, recalibrated ?? BatchNormStatistics.Running, cancellation);
    }

    /// <summary>Cuts an architecture's network out, with the statistics that it is measured with, and measures it.</summary>
    /// <returns>A network that is the caller's to dispose, and its accuracy.</returns>
    public (ElasticResNet Network, EvaluationResult Result) Extract(Architecture architecture)
    {
        using var noGradient = no_grad();
        using var recalibrated = calibration is null ? null : Recalibrate(architecture, calibration, CancellationToken.None);
        var statistics = recalibrated ?? BatchNormStatistics.Running;
        var result = Measure(architecture, statistics, CancellationToken.None);
        return (SubnetExtractor.Extract(supernet, architecture, statistics), result);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (ownsValidation)
            validation.Dispose();
        if (ownsCalibration)
            calibration?.Dispose();
    }

    private EvaluationResult Measure(Architecture architecture, BatchNormStatistics statistics, CancellationToken cancellation)
    {
        var sum = default(EvaluationResult);
        for (var i = 0; i < validation.BatchCount; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var batch = validation[i];
            sum = sum.Plus(BatchResult.Of(supernet.forward(batch.Images, architecture, statistics), batch.Labels, sum.Images));
        }

        return sum;
    }

    private RecalibratedStatistics Recalibrate(Architecture architecture, FixedBatches images, CancellationToken cancellation)
    {
        var statistics = new RecalibratedStatistics();
        try
        {
            for (var i = 0; i < images.BatchCount; i++)
            {
                cancellation.ThrowIfCancellationRequested();
                using var scope = NewDisposeScope();
                supernet.forward(images[i].Images, architecture, statistics);
            }
        }
        catch
        {
            statistics.Dispose();
            throw;
        }

        statistics.Complete();
        return statistics;
    }

    /// <summary>A fixed random choice of image indices, in ascending order unless shuffled.</summary>
    private static int[] Subset(ImageSet images, int count, string key, RandomStream random, bool shuffled = false)
    {
        if (count > images.Count)
            throw new Files.InputException($"'{key}' is {count}, but there are only {images.Count} images; set it to at most that.");
        var chosen = random.Permutation(images.Count).Take(count);
        return shuffled ? [.. chosen] : [.. chosen.Order()];
    }
}
