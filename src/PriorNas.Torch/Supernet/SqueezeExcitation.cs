using PriorNas.SearchSpaces;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace PriorNas.Torch.Supernet;

/// <summary>The adapters <see cref="AdapterKind.Se"/> and <see cref="AdapterKind.BnSe"/>: each channel of an image is scaled by a gate in (0, 1).</summary>
internal sealed class SqueezeExcitation : ElasticAdapter
{
    private readonly ElasticNorm? bn;
    private readonly ElasticConv2d fc1;
    private readonly ElasticConv2d fc2;

    /// <param name="maximalChannels">Its largest width.</param>
    /// <param name="norm">Of the squeezed features; null for none.</param>
    internal SqueezeExcitation(int maximalChannels, ElasticNorm? norm)
        : base(nameof(SqueezeExcitation))
    {
        bn = norm;
        fc1 = new ElasticConv2d(new ConvolutionShape(1, maximalChannels, HiddenChannels(maximalChannels), InputSize: 1, Stride: 1));
        fc2 = new ElasticConv2d(new ConvolutionShape(1, HiddenChannels(maximalChannels), maximalChannels, InputSize: 1, Stride: 1));
        RegisterComponents();
    }

    /// <param name="input">[N, C, H, W] float32, channels last in memory.</param>
    /// <param name="statistics">For the batch norm.</param>
    /// <returns>[N, C, H, W].</returns>
    public override Tensor forward(Tensor input, BatchNormStatistics statistics)
    {
        using var scope = NewDisposeScope();
        var channels = (int)input.size(1);
        var x = input.mean([2L, 3L], keepdim: true); // [N, C, 1, 1]
        x = bn is null ? x : bn.forward(x, statistics);
        x = functional.relu(fc1.forward(x, HiddenChannels(channels))); // [N, h, 1, 1]
        x = fc2.forward(x, channels).sigmoid(); // [N, C, 1, 1]
        return (input * x).MoveToOuterDisposeScope();
    }
}
