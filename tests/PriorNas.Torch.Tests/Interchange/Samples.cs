using System.Text;
using PriorNas.Torch.Interchange;

namespace PriorNas.Torch.Tests.Interchange;

internal static class Samples
{
    /// <summary>A scalar, a matrix, a vector, an empty tensor and bytes, of four element sizes.</summary>
    internal static SafeTensor[] Small { get; } =
    [
        new("b", "BF16", [3], new byte[] { 1, 2, 3, 4, 5, 6 }),
        new("mask", "U8", [1, 1, 3], new byte[] { 0, 1, 255 }),
        new("a.weight", "F32", [1, 2], new byte[] { 0, 0, 128, 63, 0, 0, 0, 64 }),
        new("steps", "I64", [], new byte[] { 42, 0, 0, 0, 0, 0, 0, 0 }),
        new("empty", "BF16", [0, 5], ReadOnlyMemory<byte>.Empty),
    ];

    internal static Dictionary<string, string> Metadata { get; } = new() { ["space"] = "tiny", ["recipe"] = "{\"epochs\": 3}" };

    internal static byte[] Write(SafeTensor[] tensors, IReadOnlyDictionary<string, string> metadata)
    {
        using var stream = new MemoryStream();
        SafeTensorsFile.Write(stream, tensors, metadata);
        return stream.ToArray();
    }

    /// <summary>A file as another program may write it: any header, without padding and checksum, and zeros for data.</summary>
    internal static byte[] Unsigned(string header, int dataBytes) =>
        [.. BitConverter.GetBytes((ulong)Encoding.UTF8.GetByteCount(header)), .. Encoding.UTF8.GetBytes(header), .. new byte[dataBytes]];
}
