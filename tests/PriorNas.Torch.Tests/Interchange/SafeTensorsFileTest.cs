using System.Text;
using PriorNas.Torch.Interchange;

namespace PriorNas.Torch.Tests.Interchange;

public class SafeTensorsFileTest
{
    [Fact]
    public void A_written_file_is_read_back_in_the_order_of_element_size_and_name()
    {
        var file = SafeTensorsFile.Read(Samples.Write(Samples.Small, Samples.Metadata), "small", requireChecksum: true);
        Assert.Equal(["steps", "a.weight", "b", "empty", "mask"], file.Tensors.Select(tensor => tensor.Name));
        Assert.Equal(Samples.Metadata, file.Metadata);
        foreach (var tensor in Samples.Small)
        {
            var read = file[tensor.Name];
            Assert.Equal((tensor.Type, tensor.Form), (read.Type, read.Form));
            Assert.True(tensor.Data.Span.SequenceEqual(read.Data.Span));
        }
    }

    /// <summary>Pinned: the bytes of a checkpoint must not change from version to version. The digest was computed outside of this code.</summary>
    [Fact]
    public void The_bytes_of_a_file_are_pinned()
    {
        var bytes = Samples.Write([new SafeTensor("x", "U8", [2], new byte[] { 7, 9 })], new Dictionary<string, string> { ["by"] = "\"é\"" });
        const string Header = """{"__metadata__":{"by":"\"é\"","sha256":"17b164a0247f6be8b76ae3b0514a93b81d7c29905de627758cd621fd7bda413a"},"x":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}""";
        var header = Encoding.UTF8.GetBytes(Header);
        byte[] padding = [.. Enumerable.Repeat((byte)' ', (8 - header.Length % 8) % 8)];
        Assert.Equal([(byte)(header.Length + padding.Length), 0, 0, 0, 0, 0, 0, 0, .. header, .. padding, 7, 9], bytes);
    }

    [Fact]
    public void The_bytes_do_not_depend_on_the_order_in_which_things_are_given()
    {
        var turned = Samples.Write([.. Samples.Small.Reverse()], Samples.Metadata.Reverse().ToDictionary());
        Assert.Equal(Samples.Write(Samples.Small, Samples.Metadata), turned);
    }

    [Fact]
    public void Every_tensor_starts_at_a_multiple_of_its_element_size()
    {
        var bytes = Samples.Write(Samples.Small, Samples.Metadata);
        var at = 8 + BitConverter.ToInt64(bytes);
        foreach (var tensor in SafeTensorsFile.Read(bytes, "small").Tensors)
        {
            Assert.Equal(0, at % SafeTensorType.ElementBytes(tensor.Type));
            at += tensor.Data.Length;
        }
    }

    [Fact]
    public void A_file_on_disk_is_read_like_its_bytes()
    {
        using var folder = new TemporaryFolder();
        var path = folder.At("small.safetensors");
        SafeTensorsFile.Write(path, Samples.Small, Samples.Metadata);
        Assert.Equal(Samples.Write(Samples.Small, Samples.Metadata), File.ReadAllBytes(path));
        var file = SafeTensorsFile.Read(path, requireChecksum: true);
        Assert.Equal(Samples.Small.Length, file.Tensors.Count);
        Assert.Equal(64, file.Checksum!.Length);
    }

    [Fact]
    public void A_file_without_tensors_and_metadata_is_a_file()
    {
        var file = SafeTensorsFile.Read(Samples.Write([], new Dictionary<string, string>()), "nothing", requireChecksum: true);
        Assert.Empty(file.Tensors);
        Assert.Empty(file.Metadata);
    }

    [Fact]
    public void What_cannot_be_written_is_refused()
    {
        var byteTensor = new SafeTensor("x", "U8", [1], new byte[1]);
        var none = new Dictionary<string, string>();
        AssertRefused("The tensor name 'x' is given twice or reserved; choose another.", [byteTensor, byteTensor], none);
        AssertRefused("The tensor name '__metadata__' is given twice or reserved; choose another.", [byteTensor with { Name = "__metadata__" }], none);
        AssertRefused("Tensor 'x' has the type 'F4' (allowed: BOOL, U8,", [byteTensor with { Type = "F4" }], none);
        AssertRefused("Tensor 'x' is U8 [-1]; allowed are 64 dimensions of at least 0.", [byteTensor with { Shape = [-1] }], none);
        AssertRefused("Tensor 'x' is U8 [2], which its 1 bytes do not fill exactly.", [byteTensor with { Shape = [2] }], none);
        AssertRefused("The metadata has the key 'sha256', which is set when the file is written; leave it out.", [], new Dictionary<string, string> { ["sha256"] = "" });
    }

    private static void AssertRefused(string start, SafeTensor[] tensors, Dictionary<string, string> metadata) =>
        Assert.StartsWith(start, Assert.Throws<ArgumentException>(() => Samples.Write(tensors, metadata)).Message, StringComparison.Ordinal);
}
