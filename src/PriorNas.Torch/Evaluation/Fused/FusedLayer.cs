using PriorNas.SearchSpaces;
using PriorNas.Torch.Native;
using PriorNas.Torch.Supernet;
using static TorchSharp.torch;

namespace PriorNas.Torch.Evaluation.Fused;

/// <summary>A convolution with the batch norm that follows it, and with the addition and the activation that follow the batch norm.</summary>
internal sealed class FusedLayer(ElasticLayer layer, ConvolutionShape shape, FusedForm form, CalibrationRows calibration, bool readsImages = false) : IDisposable
{
    private readonly FusedConvolution convolution = new(layer.Convolution, shape, form, readsImages);
    private readonly FusedNorm norm = new(layer.Norm, calibration);

    /// <summary>Whether the feature maps that leave are kept positions first.</summary>
    internal bool GivesPositionsFirst => convolution.GivesPositionsFirst;

    /// <param name="maps">In the order that the size of the feature maps asks for.</param>
    /// <param name="channels">The width without padding.</param>
    /// <param name="activation">Null for none.</param>
    /// <param name="residual">Added before the activation, in the order of the result; null for nothing.</param>
    internal Tensor Apply(Tensor maps, int channels, Activation? activation = null, Tensor? residual = null)
    {
        using var scope = NewDisposeScope();
        var x = convolution.Apply(maps, FusedNorm.Padded(channels));
        x = GivesPositionsFirst ? x : ChannelsLast.From(x); // An alias, unless the convolution has chosen another order.
        var slope = activation is null ? 1 : activation.NegativeSlope;
        norm.Apply(RowsOf(x), channels, residual is null ? null : RowsOf(residual), slope ?? 1);
        return (slope is null ? activation!.forward(x) : x).MoveToOuterDisposeScope();
    }

    public void Dispose() => convolution.Dispose();

    private ChannelRows RowsOf(Tensor maps) =>
        GivesPositionsFirst ? new ChannelRows(maps, maps.size(0), maps.size(1)) : new ChannelRows(maps.permute(0, 2, 3, 1), 1, maps.size(0));
}
