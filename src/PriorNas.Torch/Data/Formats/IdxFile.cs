using System.Buffers.Binary;
using System.IO.Compression;
using PriorNas.Files;

namespace PriorNas.Torch.Data.Formats;

/// <summary>
/// A file of unsigned bytes in the IDX format of MNIST (LeCun, Cortes and Burges 1998): the magic number 0x0000080D where D is the number of
/// dimensions, their sizes as 32-bit integers, all big-endian, then the bytes.
/// </summary>
/// <param name="Sizes">The size of each dimension: images, rows, columns; or labels.</param>
/// <param name="Bytes">As many as the product of the sizes.</param>
internal sealed record IdxFile(int[] Sizes, byte[] Bytes)
{
    /// <summary>The ending of a compressed file.</summary>
    public const string CompressedEnding = ".gz";

    private const int MagicOfBytes = 0x800;
    private const int MaxSide = 4096;
    private const int FirstBytes = 1 << 16;

    /// <summary>Reads a file, through gzip if it ends in <c>.gz</c>.</summary>
    /// <param name="path">The file.</param>
    /// <param name="dimensions">3 for images, 1 for labels.</param>
    /// <exception cref="InputException">The file cannot be read or is not of this form; the message names it.</exception>
    public static IdxFile Open(string path, int dimensions)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1 << 18, FileOptions.SequentialScan);
            if (!path.EndsWith(CompressedEnding, StringComparison.OrdinalIgnoreCase))
                return Read(file, path, dimensions);
            using var decompressed = new GZipStream(file, CompressionMode.Decompress);
            return Read(decompressed, path, dimensions);
        }
        catch (InvalidDataException e)
        {
            throw new InputException($"{path}: is not a gzip file, or a damaged one ({e.Message}); download it again.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path}: cannot be read ({e.Message}); restore the file.", e);
        }
    }

    /// <summary>Reads an uncompressed stream to its end.</summary>
    /// <param name="stream">If it can seek, its length is checked before memory is taken; else memory grows with what is read.</param>
    /// <param name="path">For messages.</param>
    /// <param name="dimensions">3 for images, 1 for labels.</param>
    /// <exception cref="InputException">The stream is not of this form.</exception>
    public static IdxFile Read(Stream stream, string path, int dimensions)
    {
        var header = new byte[4 + 4 * dimensions];
        var read = stream.ReadAtLeast(header, header.Length, throwOnEndOfStream: false);
        if (read < header.Length)
            throw Fault(path, $"ends after {read} bytes, before the end of the header of {header.Length}");
        var magic = BinaryPrimitives.ReadUInt32BigEndian(header);
        if (magic != MagicOfBytes + dimensions)
            throw Fault(path, $"starts with the number 0x{magic:X8}, where 0x{MagicOfBytes + dimensions:X8} must stand for {(dimensions == 1 ? "labels" : "images")} of bytes");
        var (sizes, length) = ReadSizes(header.AsSpan(4), path);
        if (stream.CanSeek && stream.Length != header.Length + length)
            throw Fault(path, $"is {stream.Length} bytes long, but its header announces {string.Join(" x ", sizes)} bytes after {header.Length} of its own");
        return new IdxFile(sizes, stream.CanSeek ? Exactly(stream, new byte[length], 0, path) : Growing(stream, length, path));
    }

    private static (int[] Sizes, int Length) ReadSizes(ReadOnlySpan<byte> header, string path)
    {
        var sizes = new int[header.Length / 4];
        long length = 1;
        for (var i = 0; i < sizes.Length; i++)
        {
            var size = BinaryPrimitives.ReadUInt32BigEndian(header[(4 * i)..]);
            var allowed = i == 0 ? Array.MaxLength : MaxSide;
            if (size < 1 || size > allowed)
                throw Fault(path, $"announces the size {size} in dimension {i + 1}, allowed is 1 to {allowed}");
            sizes[i] = (int)size;
            length *= size;
        }

        // At most 2^31 x 2^12 x 2^12.
        if (length > Array.MaxLength)
            throw Fault(path, $"announces {length} bytes; at most {Array.MaxLength} can be held in memory");
        return (sizes, (int)length);
    }

    /// <summary>Believes the announced length only as far as bytes come.</summary>
    private static byte[] Growing(Stream stream, int length, string path)
    {
        var bytes = new byte[Math.Min(length, FirstBytes)];
        Exactly(stream, bytes, 0, path);
        while (bytes.Length < length)
        {
            var filled = bytes.Length;
            Array.Resize(ref bytes, (int)Math.Min(length, 2L * filled));
            Exactly(stream, bytes, filled, path);
        }

        if (stream.ReadByte() >= 0)
            throw Fault(path, $"continues after the {length} bytes that its header announces");
        return bytes;
    }

    private static byte[] Exactly(Stream stream, byte[] bytes, int start, string path)
    {
        var read = stream.ReadAtLeast(bytes.AsSpan(start), bytes.Length - start, throwOnEndOfStream: false);
        return start + read == bytes.Length ? bytes : throw Fault(path, $"ends after {start + read} bytes of data, before what its header announces");
    }

    private static InputException Fault(string path, FormattableString what) =>
        new($"{path}: {FormattableString.Invariant(what)}; it is cut off, damaged or not an IDX file: download it again.");
}
