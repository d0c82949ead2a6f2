using PriorNas.Priors;
using PriorNas.Randomness;
using PriorNas.SearchSpaces;
using PriorNas.Torch.Supernet;
using TorchSharp;
using static TorchSharp.torch;

namespace PriorNas.Torch.Tests.Supernet;

public class ElasticBottleneckTest
{
    /// <summary>Basic blocks stand beside them as a check of the check.</summary>
    public static TheoryData<string> Kinds => ["bottleneck", "basic"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Values_and_gradients_equal_those_of_a_plain_network(string kind)
    {
        using var scope = NewDisposeScope();
        var supernet = TestSpaces.Supernet(Space(kind)).to(ScalarType.Float64);
        using (no_grad())
            PlainNetwork.Scramble(supernet);
        var images = randn(2, 3, 12, 12, dtype: ScalarType.Float64);
        foreach (var architecture in TestSpaces.Some(supernet.Space, 3))
        {
            var (elastic, plain) = (supernet.forward(images, architecture, BatchNormStatistics.Running), PlainNetwork.Forward(supernet.state_dict(), architecture, images));
            var direction = randn_like(plain);
            var (ours, theirs) = (Gradients(supernet, elastic, direction), Gradients(supernet, plain, direction));
            Assert.True(elastic.allclose(plain, rtol: 1e-9, atol: 1e-9), architecture.Code);
            Assert.Equal(theirs.Keys, ours.Keys);
            Assert.All(ours, pair => Assert.True(pair.Value.allclose(theirs[pair.Key], rtol: 1e-8, atol: 1e-9), $"{architecture.Code} {pair.Key}"));
        }
    }

    [Fact]
    public void It_has_as_many_parameters_as_the_prior_counts()
    {
        using var supernet = TestSpaces.Supernet(TestSpaces.Bottlenecks);
        Assert.Equal(new ParamsPrior().Score(TestSpaces.Bottlenecks.LargestOfNetwork), supernet.parameters().Sum(p => p.numel()));
    }

    [Fact]
    public void An_extracted_subnet_gives_the_same_outputs_to_the_bit()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var supernet = TestSpaces.Supernet(TestSpaces.Bottlenecks);
        PlainNetwork.Scramble(supernet);
        var images = randn(4, 3, 24, 24);
        foreach (var architecture in TestSpaces.Some(supernet.Space, 3))
        {
            using var subnet = SubnetExtractor.Extract(supernet, architecture, BatchNormStatistics.Running);
            Assert.Equal(new ParamsPrior().Score(architecture), subnet.parameters().Sum(p => p.numel()));
            var expected = supernet.forward(images, architecture, BatchNormStatistics.Running);
            Assert.True(subnet.forward(images, architecture, BatchNormStatistics.Running).bytes.SequenceEqual(expected.bytes), architecture.Code);
        }
    }

    /// <summary>An inner PReLU has one slope for both positions of a block.</summary>
    [Fact]
    public void Checkpoint_keys_are_pinned()
    {
        var options = new NetworkOptions { InnerActivation = ActivationKind.Prelu, OuterActivation = ActivationKind.Prelu };
        using var supernet = new ElasticResNet(TestSpaces.Bottlenecks, options, new RandomStream(1));
        var keys = supernet.state_dict().Where(entry => entry.Key.StartsWith("stages.1", StringComparison.Ordinal)).Select(entry => $"{entry.Key} [{string.Join(", ", entry.Value.shape)}]");
        GoldenFile.AssertEqual("bottleneck-keys.txt", string.Join("\n", keys.Order(StringComparer.Ordinal)) + "\n");
    }

    /// <summary>Both inner activations of a block act: with a slope of 1 everywhere, a network of PReLU is linear between its norms.</summary>
    [Fact]
    public void The_inner_activation_stands_at_both_inner_places()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var options = new NetworkOptions { InnerActivation = ActivationKind.Prelu };
        var shape = new BlockShape(new(1, 8, 12, 6, 1), new(3, 12, 12, 6, 1), new(1, 8, 64, 6, 1), new(1, 12, 64, 6, 1));
        var block = new ElasticBottleneckBlock(shape, options);
        foreach (var (name, parameter) in block.named_parameters())
        {
            if (parameter.dim() == 4)
                parameter.copy_(randn_like(parameter));
            else if (name == "inner.slope")
                parameter.fill_(1);
        }

        // Before the outer ReLU the block with slope 1 is linear, so positive outputs of a sum are sums of outputs.
        var (a, b) = (randn(2, 8, 6, 6).abs() + 10, randn(2, 8, 6, 6).abs() + 10);
        var widths = new BlockWidths(12, 64);
        Tensor Forward(Tensor input) => block.forward(Native.ChannelsLast.From(input), widths, BatchNormStatistics.Running);
        var (ofA, ofB, ofSum) = (Forward(a), Forward(b), Forward(a + b));
        var positive = ofA.gt(0).logical_and(ofB.gt(0)).logical_and(ofSum.gt(0));
        Assert.True(positive.sum().item<long>() > 100);
        Assert.True((ofA + ofB).masked_select(positive).allclose(ofSum.masked_select(positive), rtol: 1e-3, atol: 1e-2));

        block.get_parameter("inner.slope")!.fill_(0);
        Assert.False(Forward(a).allclose(ofA));
    }

    private static SearchSpace Space(string kind) => kind == "basic" ? TestSpaces.Tiny : TestSpaces.Bottlenecks;

    /// <summary>Gradients of what took part, by name, cleared from the network.</summary>
    private static SortedDictionary<string, Tensor> Gradients(ElasticResNet supernet, Tensor output, Tensor direction)
    {
        output.backward([direction]);
        var gradients = new SortedDictionary<string, Tensor>(supernet.named_parameters().Where(p => p.parameter.grad is not null).ToDictionary(p => p.name, p => p.parameter.grad!.clone()), StringComparer.Ordinal);
        supernet.zero_grad();
        return gradients;
    }
}
