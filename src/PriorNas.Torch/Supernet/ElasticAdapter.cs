using System.Collections.Immutable;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace PriorNas.Torch.Supernet;

/// <summary>
/// The small modules that may end the residual branch of every block, after its last batch norm and before the addition. They give a subnet
/// a way to use the shared weights differently from other subnets: what they compute depends on all of its channels. C is the block's
/// output width, h = max(4, C / 4) rounded down the width inside; a subnet uses the leading channels of both.
/// </summary>
public enum AdapterKind
{
    /// <summary>No adapter.</summary>
    None,

    /// <summary>x + W2 relu(W1 x) at each position: 1x1 convolutions C to h and h to C without bias, the second 0 at first, so that it starts as the identity.</summary>
    Mlp,

    /// <summary>x sigmoid(W2 relu(W1 z)), z the mean of each channel over the feature map; C to h and h to C without bias (squeeze and excitation, Hu et al. 2018, equations 2 to 4).</summary>
    Se,

    /// <summary>As se, with a batch norm of z, over the images of the batch, before W1.</summary>
    BnSe,
}

/// <summary>An adapter of elastic width.</summary>
internal abstract class ElasticAdapter(string name) : Module<Tensor, BatchNormStatistics, Tensor>(name)
{
    private const int Reduction = 4;
    private const int MinHidden = 4;

    /// <summary>An adapter of a kind; null for none.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="maximalChannels">Its largest width.</param>
    /// <param name="normWidths">The widths for which its batch norm has sets of their own; null for one set that all share.</param>
    internal static ElasticAdapter? Create(AdapterKind kind, int maximalChannels, ImmutableArray<int>? normWidths) => kind switch
    {
        AdapterKind.None => null,
        AdapterKind.Mlp => new ChannelMlp(maximalChannels),
        AdapterKind.Se => new SqueezeExcitation(maximalChannels, norm: null),
        AdapterKind.BnSe => new SqueezeExcitation(maximalChannels, ElasticNorm.Create(maximalChannels, normWidths)),
        _ => throw new InvalidOperationException($"Adapter {kind} has no module."),
    };

    /// <summary>Channels inside, of an adapter of this width.</summary>
    private protected static int HiddenChannels(int channels) => Math.Max(MinHidden, channels / Reduction);
}
