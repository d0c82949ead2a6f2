using PriorNas.SearchSpaces;
using PriorNas.Torch.Native;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace PriorNas.Torch.Tests.Supernet;

/// <summary>
/// The Zen-score by its definition (Lin et al. 2021, algorithm 1), written out plainly: random networks, random
/// images, batch norms on the statistics of the batch, ReLU.
/// </summary>
internal sealed class SampledZen(Generator generator, bool keepsShortcuts)
{
    private const int Images = 16;
    private double logDeviations;

    /// <summary>The mean score of so many random networks of an architecture.</summary>
    internal double Score(Architecture architecture, int repeats) => Enumerable.Range(0, repeats).Average(_ => Once(NetworkShape.Of(architecture)));

    private double Once(NetworkShape network)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        logDeviations = 0;
        var size = network.Stem.InputSize;
        var images = Normal(Images, 3, size, size);
        var both = Forward(network, images, images + 0.01 * Normal(Images, 3, size, size));
        var distance = (both.First - both.Second).abs().sum().item<float>() / Images;
        return Math.Log(distance) + logDeviations;
    }

    /// <summary>The maps before the average pool.</summary>
    private (Tensor First, Tensor Second) Forward(NetworkShape network, Tensor first, Tensor second)
    {
        var map = Relu(ConvBn(network.Stem, (first, second)));
        if (network.HasMaxPool)
            map = (functional.max_pool2d(map.First, 3, 2, 1), functional.max_pool2d(map.Second, 3, 2, 1));
        foreach (var block in network.Blocks)
        {
            var x = ConvBn(block.Second, Relu(ConvBn(block.First, map)));
            if (block.Third is { } third)
                x = ConvBn(third, Relu(x));
            if (keepsShortcuts)
            {
                var shortcut = block.Projection is { } projection ? ConvBn(projection, map) : map;
                x = (x.First + shortcut.First, x.Second + shortcut.Second);
            }

            map = Relu(x);
        }

        return map;
    }

    /// <summary>A convolution and its norm of both maps; the deviations of the first are added to the score.</summary>
    private (Tensor First, Tensor Second) ConvBn(ConvolutionShape shape, (Tensor First, Tensor Second) map)
    {
        var weight = Normal(shape.OutputChannels, shape.InputChannels, shape.Kernel, shape.Kernel);
        Tensor Convolved(Tensor x) => functional.conv2d(x, weight, strides: [shape.Stride, shape.Stride], padding: [shape.Kernel / 2, shape.Kernel / 2]);
        var (first, second) = (Convolved(map.First), Convolved(map.Second));
        logDeviations += Math.Log(Variance(first).mean().item<float>()) / 2;
        return (Normalised(first), Normalised(second));
    }

    private static Tensor Variance(Tensor x) => x.var([0L, 2L, 3L], unbiased: false, keepdim: true);

    private static Tensor Normalised(Tensor x) => (x - x.mean([0L, 2L, 3L], keepdim: true)) / (Variance(x) + 1e-5).sqrt();

    private static (Tensor First, Tensor Second) Relu((Tensor First, Tensor Second) map) => (functional.relu(map.First), functional.relu(map.Second));

    private Tensor Normal(params long[] shape) => ChannelsLast.From(randn(shape, generator: generator));
}
