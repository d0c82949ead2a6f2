using PriorNas.SearchSpaces;
using PriorNas.Torch.Supernet;
using static TorchSharp.torch;

namespace PriorNas.Torch.Evaluation;

/// <summary>A convolution with the batch norm that follows it.</summary>
internal sealed class FusedLayer(ElasticLayer layer, ConvolutionShape shape, FusedForm form, CalibrationRows calibration, bool readsImages = false) : IDisposable
{
    private readonly FusedConvolution convolution = new(layer.Convolution, shape, form, readsImages);
    private readonly FusedNorm norm = new(layer.Norm, calibration);

    /// <summary>Whether the maps that leave are kept places first.</summary>
    internal bool GivesPlacesFirst => convolution.GivesPlacesFirst;

    /// <param name="maps">In the order that the size of the maps asks for.</param>
    /// <param name="channels">The width without padding.</param>
    internal Tensor Apply(Tensor maps, int channels)
    {
        using var scope = NewDisposeScope();
        using var x = convolution.Apply(maps, FusedNorm.Padded(channels));
        if (!GivesPlacesFirst)
            return norm.Apply(x, imageDimension: 0, channels).MoveToOuterDisposeScope();

        // As [H * W, C, N, 1] the places-first order is channels last as well.
        var normalised = norm.Apply(x.unsqueeze(2).permute(0, 3, 1, 2), imageDimension: 2, channels);
        return normalised.permute(0, 2, 3, 1).reshape(x.shape).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        convolution.Dispose();
        norm.Dispose();
    }
}
