using PriorNas.Priors;
using PriorNas.SearchSpaces;
using PriorNas.Torch.Supernet;
using TorchSharp;
using static TorchSharp.torch;

namespace PriorNas.Torch.Tests.Supernet;

public class ElasticResNetTest
{
    [Theory]
    [MemberData(nameof(TestSpaces.Names), MemberType = typeof(TestSpaces))]
    public void A_subnet_computes_what_a_plain_network_with_the_sliced_weights_does(string name)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var supernet = TestSpaces.Supernet(TestSpaces.Small(name)).to(ScalarType.Float64);
        PlainNetwork.Scramble(supernet);
        var images = randn(2, 3, 32, 32, dtype: ScalarType.Float64);
        foreach (var architecture in TestSpaces.Some(supernet.Space, 6))
        {
            var expected = PlainNetwork.Forward(supernet.state_dict(), architecture, images);
            var actual = supernet.forward(images, architecture, BatchNormStatistics.Running);
            Assert.True(actual.allclose(expected, rtol: 1e-9, atol: 1e-9), architecture.Code);
        }
    }

    [Theory]
    [MemberData(nameof(TestSpaces.Names), MemberType = typeof(TestSpaces))]
    public void It_has_as_many_parameters_as_the_prior_counts(string name)
    {
        var space = SearchSpace.Open(name);
        using var supernet = TestSpaces.Supernet(space);
        Assert.Equal(ShapePrior.Named("params").Score(space.LargestOfNetwork), supernet.parameters().Sum(p => p.numel()));
    }

    [Theory]
    [InlineData(ActivationKind.Relu)]
    [InlineData(ActivationKind.Prelu)]
    [InlineData(ActivationKind.Swish)]
    [InlineData(ActivationKind.Mish)]
    [InlineData(ActivationKind.Selu)]
    public void A_backward_pass_reaches_exactly_what_the_subnet_uses(ActivationKind outer)
    {
        using var scope = NewDisposeScope();
        var supernet = TestSpaces.Supernet(TestSpaces.Tiny, outer);
        var smallest = TestSpaces.Tiny.Smallest;
        supernet.forward(randn(4, 3, 24, 24), smallest, BatchNormStatistics.OfBatch).square().sum().backward();
        foreach (var (name, parameter) in supernet.named_parameters())
        {
            var used = !name.StartsWith("stages.", StringComparison.Ordinal) || int.Parse(name.Split('.')[2]) < smallest.Depth(int.Parse(name.Split('.')[1]));
            Assert.Equal(used, parameter.grad is not null);
        }

        var stem = supernet.get_parameter("stemConv.weight")!.grad!;
        Assert.All(Enumerable.Range(0, (int)stem.size(0)), channel => Assert.Equal(channel < smallest.StemChannels, stem[channel].abs().sum().item<float>() > 0));
    }

    [Fact]
    public void The_same_seed_gives_the_same_weights_and_another_seed_others()
    {
        using var scope = NewDisposeScope();
        Tensor Weights(ulong seed) => TestSpaces.Supernet(TestSpaces.Tiny, seed: seed).get_parameter("stages.1.0.conv1.weight")!;
        Assert.True(Weights(5).bytes.SequenceEqual(Weights(5).bytes));
        Assert.False(Weights(5).bytes.SequenceEqual(Weights(6).bytes));
    }

    [Fact]
    public void Checkpoint_keys_are_pinned()
    {
        using var supernet = TestSpaces.Supernet(TestSpaces.Tiny, ActivationKind.Prelu);
        var keys = supernet.state_dict().Select(entry => $"{entry.Key} [{string.Join(", ", entry.Value.shape)}]");
        GoldenFile.AssertEqual("tiny-supernet-keys.txt", string.Join("\n", keys.Order(StringComparer.Ordinal)) + "\n");
    }

    [Fact]
    public void Images_of_another_shape_and_architectures_of_another_space_are_refused()
    {
        using var scope = NewDisposeScope();
        var supernet = TestSpaces.Supernet(TestSpaces.Tiny);
        var e = Assert.Throws<ArgumentException>(() => supernet.forward(randn(2, 1, 24, 24), TestSpaces.Tiny.Largest, BatchNormStatistics.Running));
        Assert.Equal("images must be [N, 3, H, W] Float32, but are [2, 1, 24, 24] Float32. (Parameter 'images')", e.Message);
        e = Assert.Throws<ArgumentException>(() => supernet.forward(randn(2, 3, 24, 24), SearchSpace.Open("resnet48").Largest, BatchNormStatistics.Running));
        Assert.Equal("The architecture is of space 'resnet48', the supernet of 'tiny'. (Parameter 'architecture')", e.Message);
    }

    [Fact]
    public void Training_statistics_reach_only_the_leading_channels()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var supernet = TestSpaces.Supernet(TestSpaces.Tiny);
        supernet.forward(randn(4, 3, 24, 24), TestSpaces.Tiny.Smallest, BatchNormStatistics.OfBatch);
        var mean = supernet.get_buffer("stemBn.running_mean")!;
        var used = TestSpaces.Tiny.Smallest.StemChannels;
        Assert.All(Enumerable.Range(0, (int)mean.size(0)), channel => Assert.Equal(channel < used, mean[channel].item<float>() != 0));
    }
}
