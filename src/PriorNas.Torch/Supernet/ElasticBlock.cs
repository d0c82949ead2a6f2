using PriorNas.Randomness;
using PriorNas.SearchSpaces;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace PriorNas.Torch.Supernet;

/// <summary>The widths of one active block.</summary>
/// <param name="Inner">Channels between its convolutions.</param>
/// <param name="Output">Channels that leave it.</param>
internal readonly record struct BlockWidths(int Inner, int Output)
{
    /// <summary>Those of an architecture's active block, indices 0-based.</summary>
    internal static BlockWidths Of(Architecture architecture, int stage, int block) =>
        new(architecture.InnerChannels(stage, block), architecture.OutputChannels(stage, block));
}

/// <summary>A convolution and the batch norm that follows it.</summary>
internal readonly record struct ElasticLayer(ElasticConv2d Convolution, ElasticNorm Norm);

/// <summary>A residual block of elastic widths.</summary>
internal abstract class ElasticBlock(string name, NetworkOptions options) : Module<Tensor, BlockWidths, BatchNormStatistics, Tensor>(name)
{
    private readonly double dropRate = options.DropPath;

    /// <summary>A block of the kind that its shape is of.</summary>
    /// <param name="maximal">The shape of its weights.</param>
    /// <param name="options">Its activations and the rest.</param>
    /// <param name="norms">The widths for which its batch norms have sets of their own; null for one set that all share.</param>
    internal static ElasticBlock Create(BlockShape maximal, NetworkOptions options, NormWidths? norms) => maximal.Third is null
        ? new ElasticBasicBlock(maximal, options, norms)
        : new ElasticBottleneckBlock(maximal, options, norms);

    /// <summary>The layers of the residual branch in order; the inner activation stands between them.</summary>
    internal abstract IReadOnlyList<ElasticLayer> Branch { get; }

    /// <summary>The shortcut's layer; null where the shortcut is the identity.</summary>
    internal abstract ElasticLayer? Shortcut { get; }

    internal abstract Activation Inner { get; }

    internal abstract Activation Outer { get; }

    /// <summary>Whether something follows the branch's last batch norm before the addition.</summary>
    internal abstract bool HasAdapter { get; }

    /// <summary>A pass that drops no branch.</summary>
    public sealed override Tensor forward(Tensor input, BlockWidths widths, BatchNormStatistics statistics) => forward(input, widths, statistics, dropPath: null);

    public abstract Tensor forward(Tensor input, BlockWidths widths, BatchNormStatistics statistics, RandomStream? dropPath);

    /// <summary>What follows the last batch norm of the residual branch.</summary>
    /// <param name="residual">[N, output, H', W'].</param>
    /// <param name="adapter">Null for none.</param>
    /// <param name="statistics">For the adapter's batch norm.</param>
    /// <param name="dropPath">Null drops nothing.</param>
    /// <returns>[N, output, H', W'], to be added to the shortcut.</returns>
    private protected Tensor EndBranch(Tensor residual, ElasticAdapter? adapter, BatchNormStatistics statistics, RandomStream? dropPath)
    {
        var adapted = adapter is null ? residual : adapter.forward(residual, statistics);
        return dropPath is null || dropRate == 0 ? adapted : DropPath.Apply(adapted, dropRate, dropPath);
    }
}
