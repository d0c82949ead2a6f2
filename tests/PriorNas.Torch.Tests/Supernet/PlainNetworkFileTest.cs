using System.Runtime.InteropServices;
using PriorNas.Files;
using PriorNas.Randomness;
using PriorNas.Sampling;
using PriorNas.Torch.Interchange;
using PriorNas.Torch.Supernet;
using TorchSharp;
using static TorchSharp.torch;

namespace PriorNas.Torch.Tests.Supernet;

public sealed class PlainNetworkFileTest : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_network_reads_back_as_it_was_written()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var activations = Enum.GetValues<ActivationKind>();
        var adapters = Enum.GetValues<AdapterKind>();
        for (var i = 0; i < 16; i++)
        {
            var space = i % 2 == 0 ? TestSpaces.Tiny : TestSpaces.Bottlenecks;
            var options = new NetworkOptions { InnerActivation = activations[i % activations.Length], OuterActivation = activations[i / 3 % activations.Length], Adapter = adapters[i % 3 == 0 ? 0 : i % adapters.Length] };
            var written = new ElasticResNet(UniformSampler.Draw(space, new RandomStream(6).Split(i)), options, new RandomStream(1).Split(i));
            PlainNetwork.Scramble(written);
            PlainNetworkFile.Write(folder.At("n"), written);
            var read = PlainNetworkFile.Read(folder.At("n"));

            Assert.Equal((written.Widest.Code, space.Hash, options), (read.Widest.Code, read.Space.Hash, read.Options));
            Assert.Equal(written.state_dict().Keys.Order(StringComparer.Ordinal), read.state_dict().Keys.Order(StringComparer.Ordinal));
            Assert.All(written.state_dict(), entry => Assert.True(entry.Value.bytes.SequenceEqual(read.state_dict()[entry.Key].bytes), entry.Key));
            var images = randn(2, 3, space.ImageSize, space.ImageSize);
            Assert.True(written.forward(images, written.Widest, BatchNormStatistics.Running).bytes.SequenceEqual(read.forward(images, read.Widest, BatchNormStatistics.Running).bytes));
        }
    }

    [Fact]
    public void What_another_architecture_has_or_has_not_is_refused_by_name()
    {
        Write();
        Refused("' lacks the tensor layer1.0.bn1.weight; use an intact copy.", tensors => tensors.Where(t => t.Name != "layer1.0.bn1.weight"));
        Refused("' lacks 2 tensors, fc.bias, fc.weight; use an intact copy.", tensors => tensors.Where(t => !t.Name.StartsWith("fc.", StringComparison.Ordinal)));
        Refused("' has, and its architecture has not, the tensor extra; use an intact copy.", tensors => tensors.Append(new SafeTensor("extra", "F32", [1], new byte[4])));
        Refused(
            "' has, and its architecture has not, 2 tensors, layer1.0.adapter.conv1.weight, layer9.0.conv1.weight; use an intact copy.",
            tensors => tensors.Append(new SafeTensor("layer9.0.conv1.weight", "F32", [1], new byte[4])).Append(new SafeTensor("layer1.0.adapter.conv1.weight", "F32", [1], new byte[4])));
        Refused("' lacks the tensor fc.bias; use an intact copy.", tensors => tensors.Select(t => t.Name == "fc.bias" ? t with { Name = "fc.bios" } : t));
    }

    [Fact]
    public void A_tensor_of_another_shape_or_type_or_without_finite_numbers_is_refused_by_name()
    {
        Write();
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Refused("Tensor 'fc.bias' is F32 [2, 5] in the file and F32 [10] in the network; ", Changed("fc.bias", t => t with { Shape = [2, 5] }));
        Refused("Tensor 'fc.bias' is F32 [9] in the file and F32 [10] in the network; ", Changed("fc.bias", t => t with { Shape = [9], Data = t.Data[..36] }));
        Refused("Tensor 'bn1.running_var' is I32 [3] in the file and F32 [3] in the network; ", Changed("bn1.running_var", t => t with { Type = "I32" }));
        Refused("Tensor 'bn1.running_var' is BF16 [6] in the file and F32 [3] in the network; ", Changed("bn1.running_var", t => t with { Type = "BF16", Shape = [6] }));
        foreach (var value in new[] { float.NaN, float.PositiveInfinity, float.NegativeInfinity })
            Refused("': tensor 'fc.bias' holds numbers that are not finite; ", Changed("fc.bias", t => t with { Data = Numbers(0, 1, 2, 3, 4, 5, 6, 7, 8, value) }));
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void Metadata_of_no_network_are_refused()
    {
        Write();
        Refused("' is not a network of this program (its format is 'pt', wanted is 'priornas-network-1'); extract writes one.", ("format", "pt"));
        Refused("' is not a network of this program (its format is '', wanted is 'priornas-network-1'); extract writes one.", ("format", null));
        foreach (var key in new[] { "space", "architecture", "innerActivation", "outerActivation" })
            Refused($"' has no '{key}' in its metadata; use an intact copy.", (key, null));
        Refused("' has 'gelu' as 'outerActivation', it may be relu, prelu, swish, mish, selu.", ("outerActivation", "gelu"));
        Refused("' has 'cbam' as 'adapter', it may be none, mlp, se, bn-se.", ("adapter", "cbam"));
        Refused("architecture '12' is not of space 'tiny'", ("architecture", "12"));
        Refused($"search space of network '{folder.At("m")}'", ("space", "{}"));

        // Of another architecture of the space: the shapes are others.
        Refused("' lacks ", ("architecture", TestSpaces.Tiny.Largest.Code));
    }

    [Fact]
    public void A_file_without_a_checksum_or_with_another_is_refused()
    {
        Write();
        var bytes = File.ReadAllBytes(folder.At("n"));
        bytes[^1] ^= 1;
        File.WriteAllBytes(folder.At("m"), bytes);
        Assert.StartsWith($"'{folder.At("m")}' is damaged", Assert.Throws<InputException>(() => PlainNetworkFile.Read(folder.At("m"))).Message, StringComparison.Ordinal);
        Assert.StartsWith($"'{folder.At("none")}' cannot be read: ", Assert.Throws<InputException>(() => PlainNetworkFile.Read(folder.At("none"))).Message, StringComparison.Ordinal);
    }

    private void Write()
    {
        using var network = new ElasticResNet(TestSpaces.Tiny.Smallest, new NetworkOptions(), new RandomStream(1));
        PlainNetworkFile.Write(folder.At("n"), network);
    }

    private void Refused(string words, Func<IEnumerable<SafeTensor>, IEnumerable<SafeTensor>> change)
    {
        var file = SafeTensorsFile.Read(folder.At("n"));
        Refused(words, [.. change(file.Tensors)], file.Metadata);
    }

    private void Refused(string words, (string Key, string? Value) change)
    {
        var file = SafeTensorsFile.Read(folder.At("n"));
        var metadata = file.Metadata.ToDictionary();
        metadata.Remove(change.Key);
        if (change.Value is not null)
            metadata.Add(change.Key, change.Value);
        Refused(words, file.Tensors, metadata);
    }

    private void Refused(string words, IReadOnlyList<SafeTensor> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        SafeTensorsFile.Write(folder.At("m"), tensors, metadata);
        Assert.Contains(words, Assert.Throws<InputException>(() => PlainNetworkFile.Read(folder.At("m"))).Message, StringComparison.Ordinal);
    }

    private static Func<IEnumerable<SafeTensor>, IEnumerable<SafeTensor>> Changed(string name, Func<SafeTensor, SafeTensor> change) =>
        tensors => tensors.Select(tensor => tensor.Name == name ? change(tensor) : tensor);

    private static byte[] Numbers(params float[] values) => MemoryMarshal.AsBytes(values.AsSpan()).ToArray();
}
