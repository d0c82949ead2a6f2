using System.Collections.Immutable;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace PriorNas.Torch.Supernet;

/// <summary>The widths for which the batch norms of a block have sets of their own; each list may name a width more than once.</summary>
/// <param name="Inner">Of the batch norms between the convolutions.</param>
/// <param name="Output">Of the batch norms before the addition, the shortcut's and the adapter's.</param>
internal sealed record NormWidths(ImmutableArray<int> Inner, ImmutableArray<int> Output);

/// <summary>A batch norm of elastic width: one set of parameters and statistics for all widths, or one for each.</summary>
internal abstract class ElasticNorm(string name) : Module<Tensor, BatchNormStatistics, Tensor>(name)
{
    /// <summary>A batch norm of weight 1, bias 0, mean 0 and variance 1.</summary>
    /// <param name="maximalChannels">Its largest width.</param>
    /// <param name="widths">Those that have a set each; null for one set that all share.</param>
    internal static ElasticNorm Create(int maximalChannels, ImmutableArray<int>? widths)
    {
        int[] distinct = widths is { } own ? [.. own.Distinct().Order()] : [];
        return distinct.Length > 1 ? new SwitchableBatchNorm2d(distinct) : new ElasticBatchNorm2d(maximalChannels);
    }

    /// <summary>The set that serves feature maps of this many channels.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    internal abstract ElasticBatchNorm2d OfWidth(long channels);

    /// <summary>Lets the layer give 0 for every input, until its weights are trained.</summary>
    internal abstract void ZeroWeight();
}
