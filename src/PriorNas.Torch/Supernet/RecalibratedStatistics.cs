using static TorchSharp.torch;

namespace PriorNas.Torch.Supernet;

/// <summary>
/// Batch-norm statistics of one subnet alone (BN recalibration; Yu and Huang 2019, section 3.2). While it collects, every layer normalises by its
/// batch, and the batch's mean and unbiased variance are kept; over several batches their plain averages are. Afterwards these
/// statistics are used. The supernet's running statistics are neither read nor changed.
/// </summary>
public sealed class RecalibratedStatistics : BatchNormStatistics, IDisposable
{
    private readonly Dictionary<ElasticBatchNorm2d, LayerStatistics> layers = [];
    private bool collecting = true;

    /// <summary>Ends the collection: from now on forward passes use what was collected.</summary>
    /// <exception cref="InvalidOperationException">No forward pass has been made.</exception>
    public void Complete()
    {
        if (layers.Count == 0)
            throw new InvalidOperationException("No batch was passed through the network, so there are no statistics.");
        collecting = false;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var layer in layers.Values)
        {
            layer.Mean.Dispose();
            layer.Variance.Dispose();
        }

        layers.Clear();
    }

    internal override Tensor Normalize(ElasticBatchNorm2d layer, Tensor input)
    {
        if (!collecting)
        {
            var known = layers[layer];
            return layer.Apply(input, known.Mean, known.Variance, byBatch: false, momentum: 0);
        }

        if (!layers.TryGetValue(layer, out var statistics))
        {
            // They outlive the scope of the forward pass.
            statistics = new LayerStatistics(zeros(input.size(1), dtype: input.dtype).DetachFromDisposeScope(), zeros(input.size(1), dtype: input.dtype).DetachFromDisposeScope());
            layers.Add(layer, statistics);
        }

        // A momentum of 1 / n makes the n-th batch's share that of a plain average.
        statistics.Batches++;
        return layer.Apply(input, statistics.Mean, statistics.Variance, byBatch: true, momentum: 1.0 / statistics.Batches);
    }

    internal override (Tensor Mean, Tensor Variance) Of(ElasticBatchNorm2d layer, long channels)
    {
        if (!layers.TryGetValue(layer, out var known) || known.Mean.size(0) != channels)
            throw new ArgumentException($"The statistics are not of a network that has {channels} channels in this layer; recalibrate with the same architecture.", nameof(channels));
        return (known.Mean.alias(), known.Variance.alias());
    }

    private sealed class LayerStatistics(Tensor mean, Tensor variance)
    {
        internal Tensor Mean { get; } = mean;

        internal Tensor Variance { get; } = variance;

        internal int Batches { get; set; }
    }
}
