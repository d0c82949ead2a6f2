using System.Runtime.InteropServices;
using PriorNas.Files;
using PriorNas.Torch.Checkpoints;
using PriorNas.Torch.Interchange;
using PriorNas.Torch.Recipes;
using PriorNas.Torch.Supernet;
using PriorNas.Torch.Training;

namespace PriorNas.Torch.Tests.Issues;

/// <summary>
/// A warm start took weights that were not finite, so that the run ended at its first step; it refused bfloat16, which is the upper half of
/// float32.
/// </summary>
public sealed class WarmStartNumbersTest : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void Weights_that_are_not_finite_are_refused_by_name_and_nothing_is_changed(float value)
    {
        using var source = TestSpaces.Supernet(TestSpaces.Tiny, seed: 1);
        using var optimizer = new SupernetOptimizer(source, new OptimizerOptions());
        Checkpoint.Save(folder.At("checkpoint"), source, optimizer.State(), step: 3);
        Refused("checkpoint", "model.stages.1.0.bn1.running_var", t => t with { Data = Last(t, value) });
        WritePlain(source);
        Refused("plain", "layer3.1.conv2.weight", t => t with { Data = Last(t, value) });
        Refused("plain", "fc.bias", t => t with { Type = "F64", Data = Doubles(10, value) });
    }

    /// <summary>1e39 is a double, but no float.</summary>
    [Fact]
    public void A_double_that_float32_cannot_hold_is_refused()
    {
        using var source = TestSpaces.Supernet(TestSpaces.Tiny, seed: 1);
        WritePlain(source);
        Refused("plain", "fc.bias", t => t with { Type = "F64", Data = Doubles(10, 1e39) });
    }

    /// <summary>What is not taken may hold anything: here the head of other classes.</summary>
    [Fact]
    public void Only_tensors_that_are_taken_must_be_finite()
    {
        using var source = TestSpaces.Supernet(TestSpaces.Tiny.With(imageSize: 24, classes: 7), seed: 1);
        WritePlain(source);
        Change("plain", "fc.bias", t => t with { Data = Last(t, float.NaN) });
        using var target = TestSpaces.Supernet(TestSpaces.Tiny, seed: 2);
        Assert.Equal(["headBias", "headWeight"], WarmStart.Take(folder.At("plain"), target).NotTaken);
    }

    /// <summary>Each of the 65,536 patterns of bits but those of infinite and no numbers; they fill the weights of the network.</summary>
    [Fact]
    public void Numbers_of_bfloat16_are_taken_as_they_are()
    {
        using var source = TestSpaces.Supernet(TestSpaces.Tiny, seed: 1);
        WritePlain(source);
        var file = SafeTensorsFile.Read(folder.At("plain"));
        ushort[] finite = [.. Enumerable.Range(0, 0x10000).Where(bits => (bits & 0x7f80) != 0x7f80).Select(bits => (ushort)bits)];
        var next = 0;
        SafeTensor[] halves = [.. file.Tensors.Select(t => t with { Type = "BF16", Data = MemoryMarshal.AsBytes<ushort>([.. Enumerable.Range(0, t.Data.Length / 4).Select(_ => finite[next++ % finite.Length])]).ToArray() })];
        Assert.True(next > finite.Length);
        SafeTensorsFile.Write(folder.At("plain"), halves, file.Metadata);

        using var target = TestSpaces.Supernet(TestSpaces.Tiny, seed: 2);
        var start = WarmStart.Take(folder.At("plain"), target);
        Assert.Equal((halves.Length, 0), (start.Taken, start.NotTaken.Length));
        foreach (var (name, tensor) in target.state_dict())
        {
            var saved = MemoryMarshal.Cast<byte, ushort>(halves.Single(t => t.Name == PlainNetworkFile.NameOf(name)).Data.Span);
            var taken = MemoryMarshal.Cast<byte, ushort>(tensor.bytes);
            for (var i = 0; i < saved.Length; i++)
                Assert.True(taken[2 * i] == 0 && taken[2 * i + 1] == saved[i], name);
        }
    }

    private void Refused(string file, string name, Func<SafeTensor, SafeTensor> change)
    {
        var original = File.ReadAllBytes(folder.At(file));
        Change(file, name, change);
        using var target = TestSpaces.Supernet(TestSpaces.Tiny, seed: 2);
        using var untouched = TestSpaces.Supernet(TestSpaces.Tiny, seed: 2);
        var e = Assert.Throws<InputException>(() => WarmStart.Take(folder.At(file), target));
        Assert.Equal($"'{folder.At(file)}': tensor '{name}' holds numbers that are not finite; give the weights of a training that did not diverge.", e.Message);
        Assert.All(target.state_dict(), entry => Assert.True(entry.Value.bytes.SequenceEqual(untouched.state_dict()[entry.Key].bytes), entry.Key));
        File.WriteAllBytes(folder.At(file), original);
    }

    private void Change(string path, string name, Func<SafeTensor, SafeTensor> change)
    {
        var file = SafeTensorsFile.Read(folder.At(path));
        Assert.Contains(file.Tensors, tensor => tensor.Name == name);
        SafeTensorsFile.Write(folder.At(path), [.. file.Tensors.Select(tensor => tensor.Name == name ? change(tensor) : tensor)], file.Metadata);
    }

    private void WritePlain(ElasticResNet network) =>
        SafeTensorsFile.Write(folder.At("plain"), [.. network.state_dict().Select(entry => TensorBytes.From(PlainNetworkFile.NameOf(entry.Key), entry.Value))], new Dictionary<string, string>());

    private static byte[] Last(SafeTensor tensor, float value)
    {
        var data = tensor.Data.ToArray();
        BitConverter.TryWriteBytes(data.AsSpan(data.Length - 4), value);
        return data;
    }

    private static byte[] Doubles(int count, double last) => MemoryMarshal.AsBytes<double>([.. new double[count - 1], last]).ToArray();
}
