using PriorNas.SearchSpaces;
using PriorNas.Torch.Native;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace PriorNas.Torch.Supernet;

/// <summary>
/// A convolution whose weight of maximal width [maxOut, maxIn, k, k] serves every narrower one by its leading slice [out, in, k, k]
/// (AutoSlim, Yu and Huang 2019). Same padding (k / 2), no bias.
/// </summary>
internal sealed class ElasticConv2d : Module<Tensor, int, Tensor>
{
    private readonly Parameter weight;
    private readonly int stride;

    /// <param name="maximal">The shape of its weight.</param>
    internal ElasticConv2d(ConvolutionShape maximal)
        : base(nameof(ElasticConv2d))
    {
        stride = maximal.Stride;
        weight = Parameter(zeros(maximal.OutputChannels, maximal.InputChannels, maximal.Kernel, maximal.Kernel));
        RegisterComponents();
    }

    /// <summary>[maxOut, maxIn, k, k].</summary>
    internal Tensor Weight => weight;

    internal int Stride => stride;

    /// <param name="input">[N, in, H, W] float32, channels last in memory.</param>
    /// <param name="outputChannels">1 to maxOut.</param>
    /// <returns>[N, out, ceil(H / stride), ceil(W / stride)].</returns>
    public override Tensor forward(Tensor input, int outputChannels)
    {
        using var slice = LeadingSlice(weight, outputChannels, input.size(1));
        return Convolve(input, slice, stride);
    }

    /// <summary>
    /// A convolution of same padding without bias, in the form that is right in this library: a 1x1 one is a matrix product over the channels
    /// of the positions that the stride leaves, since libtorch 2.10's own gives wrong values at many widths, ends the process at some, and
    /// writes past its workspace with stride 2 (docs/decisions/channels-last.md).
    /// </summary>
    /// <param name="input">[N, in, H, W], channels last in memory.</param>
    /// <param name="weight">[out, in, k, k], k odd.</param>
    /// <param name="stride">1 or 2.</param>
    /// <returns>[N, out, ceil(H / stride), ceil(W / stride)].</returns>
    internal static Tensor Convolve(Tensor input, Tensor weight, int stride)
    {
        var kernel = weight.size(2);
        if (kernel > 1)
            return functional.conv2d(input, weight, strides: [stride, stride], padding: [kernel / 2, kernel / 2]);
        using var positions = stride == 1 ? input.alias() : Subsample(input, stride);
        using var channelsLast = positions.permute(0, 2, 3, 1); // [N, H, W, in]
        // Copied also where it is all of the weight: the bits of a matrix product depend on the distance between the rows of a weight and on
        // whether it is a parameter, so only with copies on both sides does a slice give those of a weight of its own.
        using var matrix = weight.flatten(1).clone(); // [out, in]
        using var output = functional.linear(channelsLast, matrix);
        return output.permute(0, 3, 1, 2);
    }

    /// <returns>The positions that a stride leaves: [N, in, ceil(H / stride), ceil(W / stride)], channels last.</returns>
    private static Tensor Subsample(Tensor input, int stride)
    {
        using var rows = input.slice(2, 0, input.size(2), stride);
        using var positions = rows.slice(3, 0, input.size(3), stride);
        return ChannelsLast.From(positions);
    }

    /// <summary>A view of the first rows and columns; an alias where that is all of it.</summary>
    private static Tensor LeadingSlice(Tensor weight, long outputs, long inputs)
    {
        if (outputs > weight.size(0) || inputs > weight.size(1))
            throw new ArgumentException($"A weight of [{weight.size(0)}, {weight.size(1)}] channels cannot serve [{outputs}, {inputs}].", nameof(weight));
        using var rows = weight.narrow(0, 0, outputs);
        return rows.narrow(1, 0, inputs);
    }
}
