using PriorNas.SearchSpaces;
using PriorNas.Torch.Interchange;
using PriorNas.Torch.Supernet;
using static TorchSharp.torch;

namespace PriorNas.Torch.Tests.Supernet;

public class SubnetExtractorTest
{
    [Theory]
    [MemberData(nameof(TestSpaces.Names), MemberType = typeof(TestSpaces))]
    public void An_extracted_network_gives_the_same_bits_with_running_statistics(string name)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var supernet = TestSpaces.Supernet(TestSpaces.Small(name), ActivationKind.Prelu);
        PlainNetwork.Scramble(supernet);
        foreach (var architecture in TestSpaces.Some(supernet.Space, 6))
        {
            var subnet = SubnetExtractor.Extract(supernet, architecture, BatchNormStatistics.Running);
            foreach (var size in new[] { 3, 32 })
            {
                var images = randn(3, 3, size, size);
                AssertSameBits(supernet.forward(images, architecture, BatchNormStatistics.Running), subnet.forward(images, architecture, BatchNormStatistics.Running), architecture);
            }
        }
    }

    [Theory]
    [MemberData(nameof(TestSpaces.Names), MemberType = typeof(TestSpaces))]
    public void An_extracted_network_gives_the_same_bits_with_recalibrated_statistics(string name)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var supernet = TestSpaces.Supernet(TestSpaces.Small(name));
        var images = randn(3, 3, 32, 32);
        foreach (var architecture in TestSpaces.Some(supernet.Space, 3))
        {
            using var recalibrated = new RecalibratedStatistics();
            supernet.forward(randn(16, 3, 32, 32), architecture, recalibrated);
            recalibrated.Complete();
            var subnet = SubnetExtractor.Extract(supernet, architecture, recalibrated);
            AssertSameBits(supernet.forward(images, architecture, recalibrated), subnet.forward(images, architecture, BatchNormStatistics.Running), architecture);
        }
    }

    [Fact]
    public void An_extracted_network_shares_no_memory_with_the_supernet()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var supernet = TestSpaces.Supernet(TestSpaces.Tiny);
        var subnet = SubnetExtractor.Extract(supernet, TestSpaces.Tiny.Smallest, BatchNormStatistics.Running);
        var before = subnet.state_dict().ToDictionary(t => t.Key, t => t.Value.clone());
        foreach (var tensor in supernet.state_dict().Values)
            tensor.fill_(7);
        Assert.All(subnet.state_dict(), entry => Assert.True(entry.Value.bytes.SequenceEqual(before[entry.Key].bytes), entry.Key));
    }

    [Fact]
    public void Statistics_of_another_architecture_are_refused()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var supernet = TestSpaces.Supernet(TestSpaces.Tiny);
        using var recalibrated = new RecalibratedStatistics();
        supernet.forward(randn(4, 3, 24, 24), TestSpaces.Tiny.Largest, recalibrated);
        recalibrated.Complete();
        Assert.Throws<ArgumentException>(() => SubnetExtractor.Extract(supernet, TestSpaces.Tiny.Smallest, recalibrated));
    }

    [Fact]
    public void A_network_alone_refuses_deeper_and_wider_architectures()
    {
        using var scope = NewDisposeScope();
        var subnet = SubnetExtractor.Extract(TestSpaces.Supernet(TestSpaces.Tiny), TestSpaces.Tiny.Smallest, BatchNormStatistics.Running);
        Assert.Throws<ArgumentException>(() => subnet.forward(randn(1, 3, 24, 24), TestSpaces.Tiny.Largest, BatchNormStatistics.Running));
        Assert.Throws<ArgumentException>(() => subnet.forward(randn(1, 3, 24, 24), TestSpaces.Tiny.Parse("11111110000110000110000"), BatchNormStatistics.Running));
    }

    [Fact]
    public void A_network_file_has_the_names_of_torchvision_and_the_values_of_the_network()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var folder = new TemporaryFolder();
        var architecture = TestSpaces.Tiny.Parse("11213330000113100210000");
        var subnet = SubnetExtractor.Extract(TestSpaces.Supernet(TestSpaces.Tiny, ActivationKind.Prelu), architecture, BatchNormStatistics.Running);
        PlainNetworkFile.Write(folder.At("network.safetensors"), subnet);

        var file = SafeTensorsFile.Read(folder.At("network.safetensors"), requireChecksum: true);
        Assert.Equal(architecture.Code, file.Metadata["architecture"]);
        Assert.Equal(TestSpaces.Tiny.Hash, SearchSpace.Read(file.Metadata["space"], "metadata").Hash);
        Assert.Equal("prelu", file.Metadata["outerActivation"]);
        GoldenFile.AssertEqual("tiny-network-keys.txt", string.Join("\n", file.Tensors.Select(t => $"{t.Name} [{string.Join(", ", t.Shape)}]").Order(StringComparer.Ordinal)) + "\n");
        foreach (var (name, tensor) in subnet.state_dict())
        {
            var saved = zeros_like(tensor);
            TensorBytes.CopyTo(file.Tensors.Single(t => t.Name == PlainNetworkFile.NameOf(name)), saved);
            Assert.True(saved.bytes.SequenceEqual(tensor.bytes), name);
        }
    }

    private static void AssertSameBits(Tensor expected, Tensor actual, Architecture architecture) =>
        Assert.True(expected.bytes.SequenceEqual(actual.bytes), architecture.Code);
}
