using PriorNas.SearchSpaces;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace PriorNas.Torch.Supernet;

/// <summary>The widths of one active block.</summary>
/// <param name="Inner">Channels between its convolutions.</param>
/// <param name="Output">Channels that leave it.</param>
internal readonly record struct BlockWidths(int Inner, int Output);

/// <summary>A residual block of elastic widths.</summary>
internal abstract class ElasticBlock(string name) : Module<Tensor, BlockWidths, BatchNormStatistics, Tensor>(name)
{
    /// <summary>A block of the kind that its shape is of.</summary>
    /// <param name="maximal">The shape of its weights.</param>
    /// <param name="options">Its activations.</param>
    internal static ElasticBlock Create(BlockShape maximal, NetworkOptions options) => maximal.Third is null
        ? new ElasticBasicBlock(maximal, options)
        : new ElasticBottleneckBlock(maximal, options);
}
