using PriorNas.Files;
using PriorNas.Torch.Interchange;

namespace PriorNas.Torch.Tests.Interchange;

/// <summary>Files that are well-formed for another program, or built to do harm: each fault has its message.</summary>
public class SafeTensorsContentTest
{
    [Theory]
    [InlineData(0UL)]
    [InlineData(1UL)]
    [InlineData(1000UL)]
    [InlineData(100_000_001UL)]
    [InlineData(1UL << 31)]
    [InlineData(1UL << 63)]
    [InlineData(ulong.MaxValue)]
    public void A_hostile_header_length_is_refused(ulong length)
    {
        var intact = Samples.Write(Samples.Small, Samples.Metadata);
        byte[] bytes = [.. BitConverter.GetBytes(length), .. intact[8..]];
        var message = Refusal.Of(bytes, requireChecksum: false);
        Assert.Contains($"its header's length is {length} bytes (allowed here: 2 to {intact.Length - 8})", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""[]""", 0, "its header does not start with '{'")]
    [InlineData("""{"a":1}""", 0, "'a' in its header is not an object.")]
    [InlineData("""{"a":{}}""", 0, "tensor 'a' has not exactly one dtype, one shape and two data_offsets.")]
    [InlineData("""{} {}""", 0, "its header is not valid JSON.")]
    [InlineData("""{"\ud800":{}}""", 0, "its header is not valid JSON.")]
    [InlineData("""{"a":{"dtype":"U8","shape":[[]],"data_offsets":[0,1]}}""", 1, "its header is not valid JSON.")]
    [InlineData("""{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}""", 1, "'a' stands twice in its header.")]
    [InlineData("""{"a":{"dtype":"U8","dtype":"I8","shape":[1],"data_offsets":[0,1]}}""", 1, "'dtype' stands twice in its header.")]
    [InlineData("""{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1],"x":1}}""", 1, "'x' of tensor 'a' is unknown")]
    [InlineData("""{"a":{"dtype":"F4","shape":[2],"data_offsets":[0,1]}}""", 1, "tensor 'a' has the type 'F4' (allowed: BOOL,")]
    [InlineData("""{"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}""", 2, "the data of tensor 'a' starts at byte 1, the data before it ends at 0.")]
    [InlineData("""{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}""", 2, "its tensors end at byte 1, but there are 2 bytes of data.")]
    [InlineData("""{"a":{"dtype":"U8","shape":[9],"data_offsets":[0,9]}}""", 2, "the data of tensor 'a' ends at byte 9, but there are 2 bytes of data.")]
    [InlineData("""{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}""", 3, "the data of tensor 'b' starts at byte 1, the data before it ends at 2.")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,2]}}""", 2, "tensor 'a' is F32 [1], which does not fill bytes 0 to 2.")]
    [InlineData("""{"a":{"dtype":"U8","shape":[-1],"data_offsets":[0,1]}}""", 1, "'shape' of tensor 'a' holds something else than integers from 0")]
    [InlineData("""{"a":{"dtype":"U8","shape":[1.0],"data_offsets":[0,1]}}""", 1, "'shape' of tensor 'a' holds something else than integers from 0")]
    [InlineData("""{"a":{"dtype":"U8","shape":[4294967296,4294967296],"data_offsets":[0,0]}}""", 0, "tensor 'a' is U8 [4294967296, 4294967296], which does not fill")]
    [InlineData("""{"a":{"dtype":"U8","shape":[0,4294967296,4294967296],"data_offsets":[0,0]}}""", 0, "tensor 'a' is U8 [0, 4294967296, 4294967296], which does not fill")]
    [InlineData("""{"a":{"dtype":"U8","shape":[9223372036854775807],"data_offsets":[0,9223372036854775807]}}""", 0, "the data of tensor 'a' ends at byte 9223372036854775807")]
    [InlineData("""{"__metadata__":{"a":1}}""", 0, "metadata 'a' is not a text.")]
    [InlineData("""{"__metadata__":{"sha256":"1234"}}""", 0, "its checksum is not 64 lower-case hexadecimal digits.")]
    public void Bad_content_is_named(string header, int dataBytes, string fault) =>
        Assert.StartsWith(
            $"'damaged.safetensors' is damaged or no safetensors file: {fault}",
            Refusal.Of(Samples.Unsigned(header, dataBytes), requireChecksum: false),
            StringComparison.Ordinal);

    [Fact]
    public void More_than_64_dimensions_are_refused()
    {
        var shape = string.Join(',', Enumerable.Repeat("1", 65));
        Refusal.Of(Samples.Unsigned($$$"""{"a":{"dtype":"U8","shape":[{{{shape}}}],"data_offsets":[0,1]}}""", 1), requireChecksum: false);
    }

    [Fact]
    public void A_file_of_another_program_is_read_unless_a_checksum_is_required()
    {
        var bytes = Samples.Unsigned("""{"a":{"data_offsets":[0,1],"shape":[],"dtype":"U8"}}  """, 1);
        var file = SafeTensorsFile.Read(bytes, "foreign");
        Assert.Null(file.Checksum);
        Assert.Equal("U8 []", file["a"].Form);
        Assert.Contains("it has no sha256 entry", Refusal.Of(bytes, requireChecksum: true), StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_tensor_and_a_missing_file_are_named()
    {
        var file = SafeTensorsFile.Read(Samples.Write(Samples.Small, Samples.Metadata), "small.safetensors");
        Assert.Equal(
            "'small.safetensors' has no tensor 'c' among its 5; give a file that was written for this network.",
            Assert.Throws<InputException>(() => file["c"]).Message);
        using var folder = new TemporaryFolder();
        Assert.Contains("none.safetensors' cannot be read", Assert.Throws<InputException>(() => SafeTensorsFile.Read(folder.At("none.safetensors"))).Message, StringComparison.Ordinal);
        Assert.Throws<InputException>(() => SafeTensorsFile.Read(folder.At("")));
        Assert.Throws<InputException>(() => SafeTensorsFile.Read(""));
    }
}
