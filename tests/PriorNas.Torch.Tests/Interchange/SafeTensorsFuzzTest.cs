using System.Buffers.Binary;
using System.Text;
using PriorNas.Files;
using PriorNas.Randomness;
using PriorNas.Testing;
using PriorNas.Torch.Interchange;
using TorchSharp;

namespace PriorNas.Torch.Tests.Interchange;

/// <summary>Files and headers of any content: read or refused, and neither lets a number that stands in them decide what is allocated.</summary>
public sealed class SafeTensorsFuzzTest : IDisposable
{
    private const long ConstantBytes = 20_000;
    private const long BytesPerByte = 20;
    private const int PrefixBytes = 8;
    private const int DataBytes = 25;

    private static readonly byte[] Intact = Samples.Write(Samples.Small, Samples.Metadata);

    private static readonly byte[][] Headers =
    [
        Header(Intact),
        .. new[]
        {
            """{"a":{"dtype":"U8","shape":[1,25],"data_offsets":[0,25]}}""",
            """{"__metadata__":{"step":"3"},"b":{"dtype":"F32","shape":[2],"data_offsets":[16,24]},"a":{"dtype":"I64","shape":[],"data_offsets":[0,8]},"c":{"dtype":"BF16","shape":[1,4],"data_offsets":[8,16]},"d":{"dtype":"U8","shape":[1],"data_offsets":[24,25]}}""",
        }.Select(Encoding.UTF8.GetBytes),
    ];

    private static readonly byte[][] HostileTokens = [.. Tokens.Hostile.Select(Encoding.UTF8.GetBytes), .. new byte[][] { [0xFF], [0xC3], [0xED, 0xA0, 0x80] }];

    private static readonly Mutations<byte> Texts = new(Headers, HostileTokens);
    private static readonly Mutations<byte> Files = new([Intact, .. Headers.Select(header => Framed(header, (ulong)header.Length))], HostileTokens);

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Any_bytes_are_a_file_that_is_written_back_or_bad_input()
    {
        var tensors = LiveTensors.CountAfterCollection();
        var accepted = new ReaderTrial("safetensors", ConstantBytes, BytesPerByte).Run(
            Draw, bytes => bytes.Length, Read, (_, file) => WriteBack(file), Convert.ToBase64String);
        Assert.InRange(accepted, ReaderTrial.Cases / 200, ReaderTrial.Cases / 2);
        Assert.Equal(tensors, torch.Tensor.TotalCount);
    }

    /// <summary>Through a file, where the memory of each tensor is allocated for it; and from there into native tensors.</summary>
    [Fact]
    public void Native_tensors_are_no_larger_than_the_data_in_the_file()
    {
        var path = folder.At("fuzzed.safetensors");
        var random = new RandomStream(ReaderTrial.Seed).Split("native");
        for (var i = 0; i < ReaderTrial.Cases / 50; i++)
        {
            var bytes = Draw(random.Split(i));
            File.WriteAllBytes(path, bytes);
            var before = (torch.Tensor.TotalCount, GC.GetAllocatedBytesForCurrentThread());
            try
            {
                foreach (var tensor in SafeTensorsFile.Read(path).Tensors)
                    ToNative(tensor);
            }
            catch (InputException)
            {
                Assert.True(GC.GetAllocatedBytesForCurrentThread() - before.Item2 <= ConstantBytes + BytesPerByte * bytes.Length, Convert.ToBase64String(bytes));
            }

            Assert.Equal(before.TotalCount, torch.Tensor.TotalCount);
        }
    }

    private static SafeTensorsFile Read(byte[] bytes)
    {
        try
        {
            return SafeTensorsFile.Read(bytes, "fuzzed");
        }
        catch (InputException e) when (e.Message.Contains('\n', StringComparison.Ordinal))
        {
            throw new InvalidOperationException("The message has several lines.", e);
        }
    }

    private static void ToNative(SafeTensor source)
    {
        using var native = TensorBytes.ToTensor(source);
        Assert.Equal(source.Data.Length, native.numel() * native.element_size());
    }

    private static void WriteBack(SafeTensorsFile file)
    {
        var again = SafeTensorsFile.Read(Samples.Write([.. file.Tensors], file.Metadata), "written", requireChecksum: true);
        Assert.Equal(file.Metadata, again.Metadata);
        foreach (var tensor in file.Tensors)
        {
            Assert.Equal(tensor.Form, again[tensor.Name].Form);
            Assert.True(tensor.Data.Span.SequenceEqual(again[tensor.Name].Data.Span));
        }
    }

    /// <summary>A quarter are whole files with changes anywhere; the others have a hostile header in a frame that mostly fits it.</summary>
    private static byte[] Draw(RandomStream random)
    {
        if (random.Next(4) == 0)
            return Files.Draw(random);
        var header = Texts.Draw(random);
        return Framed(header, random.Next(8) == 0 ? random.NextUInt64() >> random.Next(64) : (ulong)header.Length);
    }

    private static byte[] Framed(byte[] header, ulong length)
    {
        var prefix = new byte[PrefixBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(prefix, length);
        return [.. prefix, .. header, .. new byte[DataBytes]];
    }

    private static byte[] Header(byte[] file) => file[PrefixBytes..(PrefixBytes + (int)BinaryPrimitives.ReadUInt64LittleEndian(file))];
}
