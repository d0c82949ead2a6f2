using static TorchSharp.torch;

namespace PriorNas.Torch.Supernet;

/// <summary>Where a forward pass takes its batch-norm statistics from, and where it leaves them.</summary>
public abstract class BatchNormStatistics
{
    /// <summary>
    /// As in training: each layer normalises by its batch and moves the leading slice of its running statistics towards it, by 0.1.
    /// </summary>
    public static BatchNormStatistics OfBatch { get; } = new Shared(byBatch: true);

    /// <summary>The running statistics that training left, a mixture over all subnets.</summary>
    public static BatchNormStatistics Running { get; } = new Shared(byBatch: false);

    internal abstract Tensor Normalize(ElasticBatchNorm2d layer, Tensor input);

    /// <summary>Mean and variance [C] of a layer's leading channels, as they stand now.</summary>
    internal abstract (Tensor Mean, Tensor Variance) Of(ElasticBatchNorm2d layer, long channels);

    private sealed class Shared(bool byBatch) : BatchNormStatistics
    {
        internal override Tensor Normalize(ElasticBatchNorm2d layer, Tensor input)
        {
            using var mean = layer.RunningMean.narrow(0, 0, input.size(1));
            using var variance = layer.RunningVariance.narrow(0, 0, input.size(1));
            return layer.Apply(input, mean, variance, byBatch, momentum: 0.1);
        }

        internal override (Tensor Mean, Tensor Variance) Of(ElasticBatchNorm2d layer, long channels) =>
            (layer.RunningMean.narrow(0, 0, channels), layer.RunningVariance.narrow(0, 0, channels));
    }
}
