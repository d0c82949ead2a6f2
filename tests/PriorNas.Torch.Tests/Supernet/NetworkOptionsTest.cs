using PriorNas.Randomness;
using PriorNas.SearchSpaces;
using PriorNas.Torch.Interchange;
using PriorNas.Torch.Supernet;
using static TorchSharp.torch;

namespace PriorNas.Torch.Tests.Supernet;

/// <summary>What the options beside the activations do to the weights, the names and the outputs.</summary>
public class NetworkOptionsTest
{
    private static readonly AdapterKind[] Adapters = Enum.GetValues<AdapterKind>();

    /// <summary>Every adapter with and without switchable batch norm, in basic blocks and in bottlenecks.</summary>
    public static TheoryData<AdapterKind, bool, string> Networks =>
        [.. from adapter in Adapters from switchable in (bool[])[false, true] from space in (string[])["tiny", "bottlenecks"] select (adapter, switchable, space)];

    [Theory]
    [MemberData(nameof(Networks))]
    public void An_extracted_network_gives_the_same_bits(AdapterKind adapter, bool switchable, string space)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var supernet = Network(space, new NetworkOptions { Adapter = adapter, SwitchableBatchNorm = switchable });
        Scramble(supernet);
        foreach (var architecture in TestSpaces.Some(supernet.Space, 4))
        {
            // A network trained alone has the very tensors of an extracted one.
            var alone = new ElasticResNet(architecture, supernet.Options, new RandomStream(3));
            using var recalibrated = new RecalibratedStatistics();
            supernet.forward(randn(8, 3, 24, 24), architecture, recalibrated);
            recalibrated.Complete();
            foreach (var statistics in (BatchNormStatistics[])[BatchNormStatistics.Running, recalibrated])
            {
                var subnet = SubnetExtractor.Extract(supernet, architecture, statistics);
                Assert.Equal(Form(alone), Form(subnet));
                Assert.DoesNotContain(subnet.state_dict().Keys, name => name.Contains(".width", StringComparison.Ordinal));

                // Not of 3 px: the matrix products of such feature maps differ in the last bits now and then (docs/decisions/channels-last.md).
                foreach (var images in (Tensor[])[randn(3, 3, 24, 24), randn(1, 3, 24, 24), randn(2, 3, 7, 7)])
                    Assert.True(supernet.forward(images, architecture, statistics).bytes.SequenceEqual(subnet.forward(images, architecture, BatchNormStatistics.Running).bytes), architecture.Code);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void Other_options_leave_the_weights_of_the_plain_network_alone(AdapterKind adapter, bool switchable, string space)
    {
        using var scope = NewDisposeScope();
        var plain = Network(space, new NetworkOptions());
        var other = Network(space, new NetworkOptions { Adapter = adapter, SwitchableBatchNorm = switchable, DropPath = 0.5 });
        Assert.All(plain.named_parameters().Where(p => p.parameter.dim() > 1), p => Assert.True(p.parameter.bytes.SequenceEqual(other.get_parameter(p.name)!.bytes), p.name));
        if (adapter is AdapterKind.None or AdapterKind.Mlp)
        {
            var images = randn(4, 3, 24, 24);
            foreach (var architecture in TestSpaces.Some(plain.Space, 2))
                Assert.Equal(Training(plain, images, architecture), Training(other, images, architecture));
        }
    }

    [Theory]
    [InlineData("tiny")]
    [InlineData("bottlenecks")]
    public void Each_width_has_its_own_batch_norms_and_a_step_moves_those_of_its_widths_alone(string name)
    {
        using var scope = NewDisposeScope();
        var supernet = Network(name, new NetworkOptions { SwitchableBatchNorm = true, Adapter = AdapterKind.BnSe });
        foreach (var stage in Enumerable.Range(0, supernet.Space.Stages.Length))
        {
            var (inner, output) = (supernet.Space.Stages[stage].InnerWidths, supernet.Space.Stages[stage].Widths);
            Assert.Equal(inner.Order().Select(w => $"width{w} [{w}]"), Sets(supernet, $"stages.{stage}.0.bn1."));
            Assert.Equal(output.Order().Select(w => $"width{w} [{w}]"), Sets(supernet, $"stages.{stage}.0.adapter.bn."));
        }

        var architecture = TestSpaces.Some(supernet.Space, 3)[^1];
        supernet.forward(randn(4, 3, 24, 24), architecture, BatchNormStatistics.OfBatch).square().sum().backward();
        foreach (var (key, mean) in supernet.state_dict().Where(entry => entry.Key.EndsWith(".running_mean", StringComparison.Ordinal)))
        {
            var moved = mean.ne(zeros_like(mean)).any().item<bool>();
            var trained = supernet.get_parameter(key.Replace("running_mean", "weight", StringComparison.Ordinal))!.grad is not null;
            Assert.Equal((Serves(architecture, key), Serves(architecture, key)), (moved, trained));
        }
    }

    [Fact]
    public void Blocks_with_a_zero_start_are_their_shortcuts()
    {
        using var scope = NewDisposeScope();
        foreach (var (space, last) in (ReadOnlySpan<(string, string)>)[("tiny", ".bn2.weight"), ("bottlenecks", ".bn3.weight")])
        {
            var supernet = Network(space, new NetworkOptions { ZeroInitLastBatchNorm = true });
            Assert.All(
                supernet.named_parameters().Where(p => p.parameter.dim() == 1 && p.name.EndsWith(".weight", StringComparison.Ordinal)),
                p => Assert.Equal(p.name.EndsWith(last, StringComparison.Ordinal) ? 0 : p.parameter.numel(), p.parameter.sum().item<float>()));
        }

        var block = new ElasticBasicBlock(new BlockShape(new(3, 8, 12, 6, 1), new(3, 12, 8, 6, 1), null), new NetworkOptions { ZeroInitLastBatchNorm = true });
        var input = Native.ChannelsLast.From(rand(2, 8, 6, 6));
        Assert.True(block.forward(input, new BlockWidths(12, 8), BatchNormStatistics.OfBatch).equal(input).all().item<bool>());
    }

    [Fact]
    public void Images_of_any_size_from_8_pixels_pass_through_a_network_of_every_space()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        foreach (var name in SearchSpace.EmbeddedNames)
        {
            var network = new ElasticResNet(TestSpaces.Small(name).Smallest, new NetworkOptions(), new RandomStream(1));
            foreach (var size in (long[])[8, 9, 40])
                Assert.Equal([2, 10], network.forward(randn(2, 3, size, size), network.Widest, BatchNormStatistics.OfBatch).shape);
        }
    }

    [Theory]
    [InlineData(AdapterKind.Mlp, "mlp", "conv1.weight [4, 3, 1, 1]", "conv2.weight [3, 4, 1, 1]")]
    [InlineData(AdapterKind.Se, "se", "fc1.weight [4, 3, 1, 1]", "fc2.weight [3, 4, 1, 1]")]
    [InlineData(AdapterKind.BnSe, "bn-se", "bn.bias [3]", "bn.running_mean [3]", "bn.running_var [3]", "bn.weight [3]", "fc1.weight [4, 3, 1, 1]", "fc2.weight [3, 4, 1, 1]")]
    public void A_network_file_names_the_adapter_and_its_tensors(AdapterKind kind, string name, params string[] tensors)
    {
        using var folder = new TemporaryFolder();
        using var alone = new ElasticResNet(TestSpaces.Tiny.Smallest, new NetworkOptions { Adapter = kind, SwitchableBatchNorm = true }, new RandomStream(1));
        PlainNetworkFile.Write(folder.At("n"), alone);
        var file = SafeTensorsFile.Read(folder.At("n"), requireChecksum: true);
        const string Prefix = "layer1.0.adapter.";
        Assert.Equal(name, file.Metadata["adapter"]);
        Assert.Equal(tensors, file.Tensors.Where(t => t.Name.StartsWith(Prefix, StringComparison.Ordinal)).Select(t => $"{t.Name[Prefix.Length..]} [{string.Join(", ", t.Shape)}]").Order(StringComparer.Ordinal));
    }

    private static ElasticResNet Network(string space, NetworkOptions options) =>
        new(space == "tiny" ? TestSpaces.Tiny : TestSpaces.Bottlenecks, options, new RandomStream(1));

    /// <summary>Also the adapters' ends differ from what they start with.</summary>
    private static void Scramble(ElasticResNet network)
    {
        PlainNetwork.Scramble(network);
        foreach (var (name, parameter) in network.named_parameters())
        {
            if (name.Contains(".adapter.", StringComparison.Ordinal) && parameter.dim() == 4)
                parameter.copy_(randn_like(parameter));
        }
    }

    private static IEnumerable<string> Form(ElasticResNet network) => network.state_dict().Select(entry => $"{entry.Key} [{string.Join(", ", entry.Value.shape)}]");

    private static byte[] Training(ElasticResNet network, Tensor images, Architecture architecture) => network.forward(images, architecture, BatchNormStatistics.OfBatch).bytes.ToArray();

    private static IEnumerable<string> Sets(ElasticResNet network, string norm) => network.named_parameters()
        .Where(p => p.name.StartsWith(norm, StringComparison.Ordinal) && p.name.EndsWith(".bias", StringComparison.Ordinal))
        .Select(p => $"{p.name[norm.Length..^".bias".Length]} [{p.parameter.numel()}]");

    /// <summary>Whether a tensor of a batch norm's set takes part in a pass of an architecture.</summary>
    private static bool Serves(Architecture architecture, string key)
    {
        var parts = key.Split('.');
        var width = int.Parse(parts[^2]["width".Length..]);
        if (parts[0] != "stages")
            return width == architecture.StemChannels;
        var (stage, block) = (int.Parse(parts[1]), int.Parse(parts[2]));
        if (block >= architecture.Depth(stage))
            return false;
        var isInner = parts[3] == "bn1" || (parts[3] == "bn2" && architecture.Space.Block == BlockKind.Bottleneck);
        return width == (isInner ? architecture.InnerChannels(stage, block) : architecture.OutputChannels(stage, block));
    }
}
