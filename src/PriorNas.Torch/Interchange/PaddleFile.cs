using PriorNas.Files;

namespace PriorNas.Torch.Interchange;

/// <summary>
/// Reads what <c>paddle.save(network.state_dict(), path)</c> writes, a <c>.pdparams</c>: a pickle of numpy arrays. Nothing in it is executed
/// (<see cref="PickleMachine"/>). float32, float64, float16, int64, int32 and bool are read, little-endian, in row-major order.
/// </summary>
public static class PaddleFile
{
    private const int MaxFaultLength = 400;

    /// <summary>Reads a whole file.</summary>
    /// <exception cref="InputException">The file cannot be read, is damaged, or holds something else than arrays.</exception>
    public static IReadOnlyList<SafeTensor> Read(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        try
        {
            return Read(File.ReadAllBytes(path), path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            throw new InputException($"'{path}' cannot be read: {e.Message} Give a readable .pdparams file of less than 2 GiB.", e);
        }
    }

    /// <summary>Reads a file that is already in memory.</summary>
    /// <param name="bytes">The whole file; the tensors may be views of it.</param>
    /// <param name="source">Where the bytes come from, for messages.</param>
    /// <exception cref="InputException">The bytes are damaged or hold something else than arrays.</exception>
    public static IReadOnlyList<SafeTensor> Read(ReadOnlyMemory<byte> bytes, string source)
    {
        ArgumentNullException.ThrowIfNull(source);
        try
        {
            return PaddlePickle.Read(bytes).AsReadOnly();
        }
        catch (InvalidDataException e)
        {
            // A damaged name may hold anything, at any length.
            var fault = string.Concat((e.Message.Length <= MaxFaultLength ? e.Message : e.Message[..MaxFaultLength] + "...").Select(c => char.IsControl(c) ? '?' : c));
            throw new InputException($"'{source}' is damaged or no file of Paddle's parameters: {fault} Use an intact copy, or write it again by paddle.save(network.state_dict(), path).", e);
        }
    }

    /// <summary>Whether a file starts as a pickle of protocol 2 to 5, and not as a safetensors file whose header has such a length.</summary>
    /// <param name="start">The first bytes of the file, 9 or more where it has them.</param>
    internal static bool IsPickle(ReadOnlySpan<byte> start) =>
        start is [(byte)PickleOpcode.Proto, >= 2 and <= 5, ..] && !(start is [_, _, _, _, 0, 0, 0, 0, (byte)'{', ..]);
}
