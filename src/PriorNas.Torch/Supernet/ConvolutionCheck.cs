using PriorNas.Randomness;
using PriorNas.SearchSpaces;
using PriorNas.Torch.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace PriorNas.Torch.Supernet;

/// <summary>How the layers of a supernet agree with plain arithmetic in double precision on this machine.</summary>
/// <param name="Convolutions">How many were compared, forward and backward.</param>
/// <param name="Wrong">Those whose output or gradients are off by more than <see cref="ConvolutionCheck.Tolerance"/>.</param>
/// <param name="MaxError">The largest deviation, relative to the largest value of its tensor; NaN if one is not a number.</param>
public sealed record ConvolutionAgreement(int Convolutions, IReadOnlyList<string> Wrong, double MaxError);

/// <summary>
/// A self-test of the convolutions that a supernet uses: channels last, 1x1 ones as matrix products. The native library is known to err
/// in other forms (docs/decisions/channels-last.md); those are not run, since they may write outside their buffers.
/// </summary>
public static class ConvolutionCheck
{
    /// <summary>Deviation, relative to the largest value of a tensor, that rounding of float32 explains.</summary>
    public const double Tolerance = 1e-5;

    private const int Images = 2;
    private const int Size = 9;

    private static readonly (int Kernel, int Stride)[] Kernels = [(1, 1), (1, 2), (3, 1), (3, 2), (7, 2)];
    private static readonly (int Input, int Output)[] Channels = [(3, 4), (12, 20), (16, 40), (16, 48)];
    private static readonly (int Input, int Output)[] WideChannels = [(128, 512)];

    private static IEnumerable<(int Kernel, int Stride, int Input, int Output)> Layers =>
        from kernel in Kernels
        from channels in kernel.Kernel == 1 ? [.. Channels, .. WideChannels] : Channels
        select (kernel.Kernel, kernel.Stride, channels.Input, channels.Output);

    /// <summary>Compares outputs and gradients of some convolutions amid freed memory that was filled with NaN; takes well under a second.</summary>
    public static ConvolutionAgreement Run()
    {
        var wrong = new List<string>();
        var largest = 0.0;
        foreach (var (kernel, stride, input, output) in Layers)
        {
            using var scope = NewDisposeScope();
            var plain = PlainConvolution.Random(new RandomStream(1).Split($"{kernel} {stride} {input}"), Images, input, output, Size, kernel, stride);
            var error = ErrorOf(plain);
            largest = double.IsNaN(largest) || double.IsNaN(error) ? double.NaN : Math.Max(largest, error);
            if (!(error < Tolerance))
                wrong.Add($"{kernel}x{kernel}, stride {stride}, {input} to {output} channels");
        }

        return new ConvolutionAgreement(Layers.Count(), wrong, largest);
    }

    private static double ErrorOf(PlainConvolution plain)
    {
        // Whatever reads memory before writing it gives itself away.
        foreach (var length in (ReadOnlySpan<int>)[plain.Input.Length, plain.Output.Length, plain.Weight.Length, 4096])
        {
            using var number = float.NaN.ToScalar();
            full(length, number).Dispose();
        }

        var layer = new ElasticConv2d(new ConvolutionShape(plain.Kernel, plain.InputChannels, plain.OutputChannels, Size, plain.Stride));
        var weight = layer.parameters().Single();
        using (no_grad())
            weight.copy_(tensor(plain.Weight, dtype: ScalarType.Float32).view(weight.shape));
        var images = ChannelsLast.From(tensor(plain.Input, dtype: ScalarType.Float32).view(Images, plain.InputChannels, Size, Size)).requires_grad_(true);
        var maps = layer.forward(images, plain.OutputChannels); // [N, out, ceil(H / stride), ceil(W / stride)]
        maps.backward([tensor(plain.OutputGradient, dtype: ScalarType.Float32).view(maps.shape)]);
        return ((double[])[Deviation(plain.Output, maps), Deviation(plain.InputGradient, images.grad!), Deviation(plain.WeightGradient, weight.grad!)])
            .Aggregate((a, b) => double.IsNaN(a) || double.IsNaN(b) ? double.NaN : Math.Max(a, b));
    }

    private static double Deviation(double[] expected, Tensor actual)
    {
        var values = actual.detach().contiguous().data<float>().ToArray();
        var scale = expected.Max(Math.Abs);
        return values.Zip(expected, (a, e) => Math.Abs(a - e) / scale).Aggregate((a, b) => double.IsNaN(a) || double.IsNaN(b) ? double.NaN : Math.Max(a, b));
    }
}
