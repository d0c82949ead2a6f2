using PriorNas.Randomness;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace PriorNas.Torch.Supernet;

/// <summary>Random weights from our own stream: the same on every thread count, and one parameter's draw does not shift another's.</summary>
internal static class WeightInitialization
{
    /// <summary>Fills convolutions (4 dimensions) and the head; batch norms and slopes keep what they have, and an MLP adapter starts as the identity.</summary>
    internal static void Fill(Module network, ConvolutionInitialization initialization, RandomStream random)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        foreach (var (name, parameter) in network.named_parameters())
        {
            var stream = random.Split(name);
            if (parameter.dim() == 4)
            {
                var taps = parameter.size(2) * parameter.size(3);
                var (deviation, bound) = (Math.Sqrt(2.0 / (parameter.size(0) * taps)), 1 / Math.Sqrt(parameter.size(1) * taps));
                parameter.copy_(Drawn(parameter, initialization switch
                {
                    ConvolutionInitialization.NormalFanOut => () => deviation * stream.NextGaussian(),
                    ConvolutionInitialization.UniformFanIn => () => stream.NextDouble(-bound, bound),
                    _ => throw new ArgumentOutOfRangeException(nameof(initialization), initialization, "There is no such initialization."),
                }));
            }
            else if (name is "headWeight" or "headBias")
            {
                var bound = 1 / Math.Sqrt(network.get_parameter("headWeight")!.size(1));
                parameter.copy_(Drawn(parameter, () => stream.NextDouble(-bound, bound)));
            }
        }

        foreach (var adapter in network.modules().OfType<ChannelMlp>())
            adapter.ZeroEnd();
    }

    private static Tensor Drawn(Tensor shape, Func<double> draw)
    {
        var values = new float[shape.numel()];
        for (var i = 0; i < values.Length; i++)
            values[i] = (float)draw();
        return tensor(values, shape.shape);
    }
}
