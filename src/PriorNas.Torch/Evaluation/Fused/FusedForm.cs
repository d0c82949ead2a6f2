using PriorNas.SearchSpaces;
using static TorchSharp.torch;

namespace PriorNas.Torch.Evaluation.Fused;

/// <summary>How the fused layers of a network compute.</summary>
/// <param name="Precision">float32 or bfloat16.</param>
/// <param name="PositionsFirstUpTo">Feature maps up to this size in pixels are kept positions first, and their 3x3 convolutions are computed by products.</param>
internal sealed record FusedForm(ScalarType Precision, int PositionsFirstUpTo)
{
    /// <summary>Feature maps of 5 to 8 pixels are faster by products from about 64 channels on; a stage of this widest width has few narrower subnets.</summary>
    private const int ChannelsOfLargeMaps = 96;

    /// <summary>Whether no more than one sum may stand before a product, see <see cref="FeatureMapTransforms.Of(int, int, bool)"/>.</summary>
    internal bool IsRough => Precision == ScalarType.BFloat16;

    /// <summary>The form that is fastest for a network.</summary>
    /// <param name="widest">The network of maximal widths.</param>
    /// <param name="precision">float32 or bfloat16.</param>
    internal static FusedForm For(NetworkShape widest, ScalarType precision)
    {
        var large = widest.Blocks.ToArray().SelectMany(block => new[] { block.First, block.Second })
            .Where(convolution => convolution is { Kernel: 3, InputSize: > FeatureMapTransforms.SmallSize and <= FeatureMapTransforms.MaxSize }).ToArray();
        var wide = large.Length > 0 && large.All(convolution => convolution.InputChannels >= ChannelsOfLargeMaps && convolution.OutputChannels >= ChannelsOfLargeMaps);
        return new FusedForm(precision, wide && precision == ScalarType.Float32 ? FeatureMapTransforms.MaxSize : FeatureMapTransforms.SmallSize);
    }
}
