using PriorNas.SearchSpaces;
using PriorNas.Torch.Data.Loading;
using PriorNas.Torch.Evaluation.Fused;
using PriorNas.Torch.Native;
using PriorNas.Torch.Supernet;
using static TorchSharp.torch;

namespace PriorNas.Torch.Evaluation;

/// <summary>
/// Measures many subnets by one walk through the tree of their prefixes: each layer that several of them share, with equal inputs, is
/// computed once, for calibration and validation images alike, and so are its batch-norm statistics. Only the feature maps of the current path are
/// held, of the layers that are needed again.
/// </summary>
public sealed class PrefixSharingEvaluator : IDisposable
{
    /// <summary>Bytes that the feature maps of a path may take; where all validation images take more, they are measured group by group. Longer paths are no faster.</summary>
    internal const long PathBytes = 1L << 29;

    /// <summary>So many architectures are measured by all groups before the next ones, so that results come as they are finished.</summary>
    private const int ArchitecturesOfPortion = 32;

    /// <summary>Twice the error of a logit, relative to the largest of its image, that the tests allow the rounding of float32.</summary>
    private const double CloseMargin = 2e-4;

    private readonly FixedBatches validation;
    private readonly PrefixLayers layers;
    private readonly long pathImages;
    private readonly int calibrationImages;

    /// <param name="supernet">Stays the caller's; its weights may be copied.</param>
    /// <param name="calibration">Images for the batch-norm statistics, stays the caller's; null for the running statistics.</param>
    /// <param name="validation">What is measured; stays the caller's.</param>
    /// <param name="precision">With which arithmetic; see <see cref="PrecisionFor"/>.</param>
    /// <param name="pathBytes">See <see cref="PathBytes"/>.</param>
    internal PrefixSharingEvaluator(ElasticResNet supernet, FixedBatches? calibration, FixedBatches validation, EvaluationPrecision precision, long pathBytes = PathBytes)
    {
        this.validation = validation;
        layers = PrecisionFor(supernet.Options, precision) switch
        {
            EvaluationPrecision.Exact => new ExactPrefixLayers(supernet, calibration, validation),
            var fused => new FusedPrefixLayers(supernet, calibration, validation, fused == EvaluationPrecision.BFloat16 ? ScalarType.BFloat16 : ScalarType.Float32),
        };
        calibrationImages = calibration?.Count ?? 0;
        pathImages = pathBytes / BytesOfImage(supernet.Widest);
    }

    /// <summary>
    /// Predictions so far whose two highest logits differ by less than 2e-4 of the largest: as far as each logit of
    /// <see cref="EvaluationPrecision.Float32"/> is within 1e-4 of that of <see cref="EvaluationPrecision.Exact"/>, which the tests measure, only these can differ.
    /// </summary>
    public long CloseCalls { get; private set; }

    /// <summary>Multiply-adds so far of all images, calibration images included, as often as they were computed.</summary>
    public double MultiplyAdds { get; private set; }

    /// <summary>Measures architectures by all validation images.</summary>
    /// <param name="order">Of the supernet's space.</param>
    /// <param name="done">Is told the index of an architecture in the order and its result, as soon as it is finished.</param>
    /// <param name="cancellation">Ends the walk at the next layer; what is finished has been told.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public void Evaluate(PrefixOrder order, Action<int, EvaluationResult> done, CancellationToken cancellation = default) =>
        Evaluate(order, 0..validation.BatchCount, done, cancellation);

    /// <summary>Measures architectures by some validation batches.</summary>
    /// <param name="order">Of the supernet's space.</param>
    /// <param name="batches">Which batches, at least one.</param>
    /// <param name="done">Is told the index of an architecture in the order and its result, as soon as it is finished.</param>
    /// <param name="cancellation">Ends the walk at the next layer; what is finished has been told.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public void Evaluate(PrefixOrder order, Range batches, Action<int, EvaluationResult> done, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(order);
        ArgumentNullException.ThrowIfNull(done);
        using var noGradient = no_grad();
        Range[] groups = [.. Groups(batches)];
        var portion = groups.Length == 1 ? order.Architectures.Length : ArchitecturesOfPortion;
        try
        {
            for (var first = 0; first < order.Architectures.Length; first += portion)
                EvaluatePortion(order, first..Math.Min(first + portion, order.Architectures.Length), groups, done, cancellation);
        }
        finally
        {
            layers.Start(CalibrationUse.Pass);
        }
    }

    /// <summary>The arithmetic that networks are measured with: what is asked for, but exact where residual branches have adapters.</summary>
    internal static EvaluationPrecision PrecisionFor(NetworkOptions network, EvaluationPrecision asked) =>
        network.Adapter == AdapterKind.None ? asked : EvaluationPrecision.Exact;

    /// <inheritdoc/>
    public void Dispose() => layers.Dispose();

    /// <summary>Consecutive validation batches whose feature maps, in the first group with those of the calibration images, fit the bytes of a path; at least one batch each.</summary>
    private IEnumerable<Range> Groups(Range batches)
    {
        var (start, count) = batches.GetOffsetAndLength(validation.BatchCount);
        var (first, images) = (start, (long)calibrationImages);
        for (var i = start; i < start + count; i++)
        {
            images += validation.CountOf(i);
            if (i > first && images > pathImages)
            {
                yield return first..i;
                (first, images) = (i, validation.CountOf(i));
            }
        }

        yield return first..(start + count);
    }

    /// <summary>float32 values that leave stem and blocks.</summary>
    private static long BytesOfImage(Architecture widest)
    {
        var shape = NetworkShape.Of(widest);
        var elements = shape.Stem.OutputElements;
        foreach (var block in shape.Blocks)
            elements += block.Last.OutputElements;
        return sizeof(float) * elements;
    }

    private void EvaluatePortion(PrefixOrder order, Range portion, Range[] groups, Action<int, EvaluationResult> done, CancellationToken cancellation)
    {
        var (first, count) = portion.GetOffsetAndLength(order.Architectures.Length);
        var results = new EvaluationResult[count];
        foreach (var (i, group) in groups.Index())
        {
            using var scope = NewDisposeScope();
            var (firstBatch, batches) = group.GetOffsetAndLength(validation.BatchCount);
            Tensor[] labels = [.. Enumerable.Range(firstBatch, batches).Select(validation.LabelsOf)];
            var firstImage = Enumerable.Range(0, firstBatch).Sum(validation.CountOf);
            MultiplyAdds += (double)order.CostOfWalk(portion) * ((i == 0 ? calibrationImages : 0) + labels.Sum(batch => batch.size(0)));
            layers.Start(groups.Length == 1 ? CalibrationUse.Pass : i == 0 ? CalibrationUse.PassAndKeep : CalibrationUse.Kept);
            using var walk = new PrefixWalk(layers, group, order, portion);
            walk.Run(
                (index, logits) =>
                {
                    var counted = Count(logits, labels, firstImage);
                    results[index - first] = results[index - first].Plus(counted);
                    if (group.Equals(groups[^1]))
                        done(index, results[index - first]);
                },
                cancellation);
        }
    }

    private EvaluationResult Count(Tensor[] logits, Tensor[] labels, int first)
    {
        // Fused layers give the logits of all batches in one.
        using var allLabels = logits.Length == labels.Length ? null : cat(labels);
        var sum = default(EvaluationResult);
        foreach (var (batch, expected) in logits.Zip(allLabels is null ? labels : [allLabels]))
        {
            sum = sum.Plus(BatchResult.Of(batch, expected, first + sum.Images));
            CloseCalls += CloseCallsOf(batch);
        }

        return sum;
    }

    private static long CloseCallsOf(Tensor logits)
    {
        using var scope = NewDisposeScope();
        var best = logits.topk((int)Math.Min(2, logits.size(1)), dim: 1).values; // [N, 2]
        var margin = best.select(1, 0).sub(best.select(1, best.size(1) - 1));
        return margin.lt(logits.abs().amax([1L]).Times(CloseMargin)).sum().item<long>();
    }
}
