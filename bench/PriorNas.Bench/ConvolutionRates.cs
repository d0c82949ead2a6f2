using System.Diagnostics;
using PriorNas.Torch.Native;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace PriorNas.Bench;

/// <summary>The rate of 3x3 convolutions of the tensor library, the floor under any evaluator that calls them.</summary>
internal static class ConvolutionRates
{
    private const int Images = 320;

    /// <summary>Prints the best of several runs for the widths and sizes of a ResNet on images of a size.</summary>
    internal static int Measure(int imageSize)
    {
        using var noGradient = no_grad();
        foreach (var (channels, size) in new[] { (64, imageSize / 4), (128, imageSize / 8), (256, imageSize / 16), (512, imageSize / 32) })
        {
            using var scope = NewDisposeScope();
            var input = ChannelsLast.From(randn(Images, channels, size, size));
            var weight = randn(channels, channels, 3, 3);
            var work = 2.0 * Images * size * size * 9 * channels * channels / 1e9;
            var (single, rough) = (work / Best(input, weight), work / Best(input.to(ScalarType.BFloat16), weight.to(ScalarType.BFloat16)));
            Console.WriteLine(FormattableString.Invariant($"{channels} channels, {size}x{size}: {single:F0} GFLOP/s in float32, {rough:F0} in bfloat16"));
        }

        return 0;
    }

    private static double Best(Tensor input, Tensor weight)
    {
        var best = double.MaxValue;
        for (var i = 0; i < 12; i++)
        {
            var clock = Stopwatch.StartNew();
            functional.conv2d(input, weight, padding: [1, 1]).Dispose();
            best = Math.Min(best, clock.Elapsed.TotalSeconds);
        }

        return best;
    }
}
