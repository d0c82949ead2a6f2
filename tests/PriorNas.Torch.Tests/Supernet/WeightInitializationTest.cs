using System.Runtime.InteropServices;
using PriorNas.Randomness;
using PriorNas.Torch.Supernet;
using TorchSharp.Modules;

namespace PriorNas.Torch.Tests.Supernet;

/// <summary>The distributions that a network's weights start with, against their definitions.</summary>
public class WeightInitializationTest
{
    /// <summary>Of the weights over their standard deviation: the variance is 2 / (k² out), or that of a uniform number within 1 / sqrt(k² in), 1 / (3 k² in).</summary>
    [Theory]
    [InlineData(ConvolutionInitialization.NormalFanOut, 3)]
    [InlineData(ConvolutionInitialization.UniformFanIn, 1.8)]
    public void Convolutions_have_the_moments_of_their_definition(ConvolutionInitialization kind, double fourthMoment)
    {
        using var network = Network(kind);
        var pooled = new List<double>();
        foreach (var (name, weight) in Convolutions(network))
        {
            var (taps, values) = (weight.size(2) * weight.size(3), Values(weight));
            var variance = kind == ConvolutionInitialization.NormalFanOut ? 2.0 / (taps * weight.size(0)) : 1.0 / (3 * taps * weight.size(1));
            double[] standardised = [.. values.Select(value => value / Math.Sqrt(variance))];

            // Five standard errors of a mean and of a mean square.
            Assert.InRange(standardised.Average(), -5 / Math.Sqrt(values.Length), 5 / Math.Sqrt(values.Length));
            Assert.True(Math.Abs(standardised.Average(v => v * v) - 1) < 5 * Math.Sqrt((fourthMoment - 1) / values.Length), name);
            pooled.AddRange(standardised);
        }

        Assert.Equal(fourthMoment, pooled.Average(v => v * v * v * v), 0.1);
    }

    [Fact]
    public void Uniform_weights_fill_their_interval_and_no_more()
    {
        using var network = Network(ConvolutionInitialization.UniformFanIn);
        foreach (var (name, weight) in Convolutions(network))
        {
            var (bound, values) = (1 / Math.Sqrt(weight.size(1) * weight.size(2) * weight.size(3)), Values(weight));
            Assert.InRange(values.Max(), 0.95 * bound, bound * (1 + 1e-6));
            Assert.InRange(values.Min(), -bound * (1 + 1e-6), -0.95 * bound);
            Assert.True(values.Distinct().Count() > 0.99 * values.Length, name);
        }
    }

    /// <summary>The numbers that every earlier version drew: a normal one after another from the stream of the parameter's name.</summary>
    [Fact]
    public void The_default_draws_the_bytes_that_it_always_drew()
    {
        using var network = new ElasticResNet(TestSpaces.Tiny, new NetworkOptions(), new RandomStream(7));
        Assert.Equal(ConvolutionInitialization.NormalFanOut, network.Options.Initialization);
        foreach (var (name, weight) in Convolutions(network))
        {
            var stream = new RandomStream(7).Split(name);
            var deviation = Math.Sqrt(2.0 / (weight.size(0) * weight.size(2) * weight.size(3)));
            Assert.Equal(Enumerable.Range(0, (int)weight.numel()).Select(_ => (float)(deviation * stream.NextGaussian())), Values(weight));
        }
    }

    [Theory]
    [InlineData(AdapterKind.None)]
    [InlineData(AdapterKind.Mlp)]
    public void Everything_but_the_convolutions_is_the_same_by_both(AdapterKind adapter)
    {
        using var normal = Network(ConvolutionInitialization.NormalFanOut, adapter);
        using var uniform = Network(ConvolutionInitialization.UniformFanIn, adapter);
        foreach (var (name, parameter) in normal.named_parameters())
        {
            // The end of an MLP adapter is 0 in any case.
            var same = parameter.dim() != 4 || Values(parameter).All(value => value == 0);
            Assert.Equal((name, same), (name, Values(parameter).SequenceEqual(Values(uniform.get_parameter(name)!))));
        }
    }

    private static ElasticResNet Network(ConvolutionInitialization kind, AdapterKind adapter = AdapterKind.None) =>
        new(TestSpaces.Tiny, new NetworkOptions { Initialization = kind, Adapter = adapter }, new RandomStream(5));

    private static IEnumerable<(string Name, Parameter Weight)> Convolutions(ElasticResNet network) =>
        network.named_parameters().Where(p => p.parameter.dim() == 4);

    private static float[] Values(TorchSharp.torch.Tensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.contiguous().bytes).ToArray();
}
