using System.Text;
using PriorNas.Files;
using PriorNas.Randomness;
using PriorNas.Torch.Interchange;

namespace PriorNas.Torch.Tests.Interchange;

/// <summary>A damaged or hostile file is refused with one line, by <see cref="InputException"/> and no other exception.</summary>
public class SafeTensorsDamageTest
{
    private static readonly byte[] Intact = Samples.Write(Samples.Small, Samples.Metadata);

    [Fact]
    public void Every_truncation_is_refused()
    {
        for (var length = 0; length < Intact.Length; length++)
            AssertRefused(Intact[..length], requireChecksum: false);
    }

    /// <summary>All 255 other values of the bytes of the prefix and header's start, else each flipped bit and what JSON is made of.</summary>
    [Fact]
    public void Every_byte_altered_is_refused()
    {
        const int FullyTried = 32;
        byte[] bits = [1, 2, 4, 8, 16, 32, 64, 128];
        for (var i = 0; i < Intact.Length; i++)
        {
            var original = Intact[i];
            IEnumerable<byte> values = i < FullyTried
                ? Enumerable.Range(0, 256).Select(value => (byte)value)
                : [.. bits.Select(bit => (byte)(original ^ bit)), .. "\0\t \"\\,:0919afF[]{}"u8, 255];
            var damaged = (byte[])Intact.Clone();
            foreach (var value in values.Where(value => value != original))
            {
                damaged[i] = value;
                AssertRefused(damaged, requireChecksum: true);
            }
        }
    }

    /// <summary>Not required, the checksum is verified all the same unless its key itself was altered.</summary>
    [Fact]
    public void Every_flipped_bit_outside_of_the_checksums_key_is_refused_also_when_no_checksum_is_required()
    {
        var key = Intact.AsSpan().IndexOf("sha256"u8);
        for (var bit = 0; bit < Intact.Length * 8; bit++)
        {
            if (bit / 8 >= key && bit / 8 < key + 6)
                continue;
            var damaged = (byte[])Intact.Clone();
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            AssertRefused(damaged, requireChecksum: false);
        }
    }

    /// <summary>Without a required checksum some changes give another valid file; none may give another exception.</summary>
    [Fact]
    public void Random_mutations_are_refused_or_read()
    {
        var random = new RandomStream(1);
        for (var trial = 0; trial < 10_000; trial++)
        {
            var bytes = new List<byte>(trial % 2 == 0 ? Intact : Unsigned("""{"a":{"dtype":"U8","shape":[1,2],"data_offsets":[0,2]}}""", 2));
            for (var change = random.Next(4); change >= 0; change--)
                Mutate(bytes, random);
            try
            {
                SafeTensorsFile.Read(bytes.ToArray(), "mutated");
            }
            catch (InputException e)
            {
                Assert.DoesNotContain('\n', e.Message);
            }
        }
    }

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
        byte[] bytes = [.. BitConverter.GetBytes(length), .. Intact[8..]];
        var message = AssertRefused(bytes, requireChecksum: false);
        Assert.Contains($"its header's length is {length} bytes (allowed here: 2 to {Intact.Length - 8})", message, StringComparison.Ordinal);
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
    [InlineData("""{"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}""", 2, "the data of tensor 'a' begins at byte 1, the data before it ends at 0.")]
    [InlineData("""{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}""", 2, "its tensors end at byte 1, but there are 2 bytes of data.")]
    [InlineData("""{"a":{"dtype":"U8","shape":[9],"data_offsets":[0,9]}}""", 2, "the data of tensor 'a' ends at byte 9, but there are 2 bytes of data.")]
    [InlineData("""{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}""", 3, "the data of tensor 'b' begins at byte 1, the data before it ends at 2.")]
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
            AssertRefused(Unsigned(header, dataBytes), requireChecksum: false),
            StringComparison.Ordinal);

    [Fact]
    public void More_than_64_dimensions_are_refused()
    {
        var shape = string.Join(',', Enumerable.Repeat("1", 65));
        AssertRefused(Unsigned($$$"""{"a":{"dtype":"U8","shape":[{{{shape}}}],"data_offsets":[0,1]}}""", 1), requireChecksum: false);
    }

    [Fact]
    public void A_file_of_another_program_is_read_unless_a_checksum_is_required()
    {
        var bytes = Unsigned("""{"a":{"data_offsets":[0,1],"shape":[],"dtype":"U8"}}  """, 1);
        var file = SafeTensorsFile.Read(bytes, "foreign");
        Assert.Null(file.Checksum);
        Assert.Equal("U8 []", file["a"].Form);
        Assert.Contains("it has no sha256 entry", AssertRefused(bytes, requireChecksum: true), StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_tensor_and_a_missing_file_are_named()
    {
        var file = SafeTensorsFile.Read(Intact, "small.safetensors");
        Assert.Equal(
            "'small.safetensors' has no tensor 'c' among its 5; give a file that was written for this network.",
            Assert.Throws<InputException>(() => file["c"]).Message);
        using var folder = new TemporaryFolder();
        Assert.Contains("none.safetensors' cannot be read", Assert.Throws<InputException>(() => SafeTensorsFile.Read(folder.File("none.safetensors"))).Message, StringComparison.Ordinal);
        Assert.Throws<InputException>(() => SafeTensorsFile.Read(folder.File("")));
        Assert.Throws<InputException>(() => SafeTensorsFile.Read(""));
    }

    private static string AssertRefused(byte[] bytes, bool requireChecksum)
    {
        var message = Assert.Throws<InputException>(() => SafeTensorsFile.Read(bytes, "damaged.safetensors", requireChecksum)).Message;
        Assert.DoesNotContain('\n', message);
        return message;
    }

    private static byte[] Unsigned(string header, int dataBytes) =>
        [.. BitConverter.GetBytes((ulong)Encoding.UTF8.GetByteCount(header)), .. Encoding.UTF8.GetBytes(header), .. new byte[dataBytes]];

    private static void Mutate(List<byte> bytes, RandomStream random)
    {
        var at = random.Next(bytes.Count);
        switch (random.Next(4))
        {
            case 0:
                bytes[at] = (byte)random.Next(256);
                break;
            case 1:
                bytes.Insert(at, (byte)random.Next(256));
                break;
            case 2:
                bytes.RemoveAt(at);
                break;
            default:
                // Text of the header in another place: keys twice, numbers longer, braces unbalanced.
                bytes.InsertRange(at, bytes.GetRange(random.Next(bytes.Count - 8), 1 + random.Next(8)));
                break;
        }
    }
}
