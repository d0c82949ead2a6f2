using System.Text;
using PriorNas.Testing;
using PriorNas.Torch.Interchange;

namespace PriorNas.Torch.Tests.Interchange;

/// <summary>Pickles of any content: read or refused, and nothing that stands in them decides what is allocated.</summary>
public class PaddleFuzzTest
{
    private const long ConstantBytes = 20_000;
    private const long BytesPerByte = 100;

    private static readonly SafeTensor[] Arrays =
    [
        new("conv1.weight", "F32", [2, 1, 1, 2], new byte[] { 0, 0, 128, 63, 0, 0, 0, 64, 255, 195, 194, 127, 10, 13, 0, 128 }),
        new("steps", "I64", [], new byte[] { 42, 0, 0, 0, 0, 0, 0, 0 }),
        new("empty", "F16", [0, 5], ReadOnlyMemory<byte>.Empty),
    ];

    private static readonly byte[][] HostileTokens =
    [
        .. Tokens.Hostile.Select(Encoding.UTF8.GetBytes), .. "(.N\u0088\u0089JKMXCB)t}suqrhjcRb0ij".Select(code => new[] { (byte)code }),
        .. new byte[][] { [0x80, 4], [0x85], [0x86], [0x87], [0x93], [0x94], [0x95], [0x96], [0x8E], [0x8A, 8], [0xFF], "cos\nsystem\n"u8.ToArray(), "cbuiltins\neval\n"u8.ToArray(), [.. Enumerable.Repeat((byte)'}', 300)], [.. Enumerable.Repeat((byte)0x85, 300)] },
    ];

    private static readonly Mutations<byte> Files = new(
        [PickleWriter.Write(2, Arrays), PickleWriter.Write(4, Arrays), PickleWriter.Write(5, Arrays), PickleWriter.Write(4, Arrays, inPairs: true)], HostileTokens);

    [Fact]
    public void Any_bytes_are_tensors_that_fill_their_shapes_or_bad_input()
    {
        var accepted = new ReaderTrial("paddle", ConstantBytes, BytesPerByte).Run(
            random => random.Next(4) == 0 ? [0x80, 4, .. Files.Draw(random)] : Files.Draw(random),
            bytes => bytes.Length,
            bytes => PaddleFile.Read(bytes, "fuzzed"),
            (bytes, tensors) => Assert.All(tensors, tensor =>
            {
                Assert.Equal(SafeTensorType.TensorBytes(tensor.Type, tensor.Shape), tensor.Data.Length);
                Assert.InRange(tensor.Data.Length, 0, bytes.Length);
            }),
            Convert.ToBase64String);
        Assert.InRange(accepted, ReaderTrial.Cases / 200, ReaderTrial.Cases / 2);
    }
}
