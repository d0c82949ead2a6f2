using System.Collections.ObjectModel;
using PriorNas.Files;

namespace PriorNas.Torch.Interchange;

/// <summary>
/// Named tensors in the safetensors format (https://huggingface.co/docs/safetensors): 64 bits of header length, a JSON header, then
/// the data without gaps. What <see cref="Write(string, IReadOnlyList{SafeTensor}, IReadOnlyDictionary{string, string})"/> writes is
/// read by every implementation of the format, depends on the content alone, and carries a SHA-256 of all its bytes.
/// </summary>
/// <remarks>
/// The checksum stands in the metadata under <c>sha256</c>: the SHA-256 of the whole file with the 64 digits themselves replaced by
/// zeros. A file may have any length; one tensor has at most <see cref="Array.MaxLength"/> bytes (2 GiB less 57), one header at most
/// 100 MB. Types of less than a byte are refused.
/// </remarks>
public sealed class SafeTensorsFile
{
    private readonly Dictionary<string, SafeTensor> byName;
    private readonly string source;

    internal SafeTensorsFile(List<SafeTensor> tensors, IDictionary<string, string> metadata, string? checksum, string source)
    {
        Tensors = tensors.AsReadOnly();
        Metadata = new ReadOnlyDictionary<string, string>(metadata);
        Checksum = checksum;
        this.source = source;
        byName = tensors.ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
    }

    /// <summary>The tensors in the order of their data.</summary>
    public IReadOnlyList<SafeTensor> Tensors { get; }

    /// <summary>The metadata without the checksum, in the ordinal order of the keys.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>The verified SHA-256 in 64 lower-case digits, which identifies the content; null if the file carries none.</summary>
    public string? Checksum { get; }

    /// <summary>The tensor of a name.</summary>
    /// <exception cref="InputException">The file has no such tensor.</exception>
    public SafeTensor this[string name] => byName.TryGetValue(name, out var tensor)
        ? tensor
        : throw new InputException(
            $"'{source}' has no tensor '{name}' among its {Tensors.Count}; give a file that was written for this network.");

    /// <summary>Reads and checks a whole file; each tensor has its own memory.</summary>
    /// <param name="path">The file.</param>
    /// <param name="requireChecksum">Whether a file without a checksum is refused; one that is there is always verified.</param>
    /// <exception cref="InputException">The file cannot be read, is damaged, or is none of this format.</exception>
    public static SafeTensorsFile Read(string path, bool requireChecksum = false)
    {
        ArgumentNullException.ThrowIfNull(path);
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan);
            ReadOnlyMemory<byte> Next(int count)
            {
                var bytes = GC.AllocateUninitializedArray<byte>(count);
                stream.ReadExactly(bytes);
                return bytes;
            }

            return new SafeTensorsReader(stream.Length, Next, path).Read(requireChecksum);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            throw new InputException($"'{path}' cannot be read: {e.Message} Give a readable safetensors file.", e);
        }
    }

    /// <summary>Reads and checks a file that is already in memory; the tensors are views of <paramref name="bytes"/>.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="source">Where the bytes come from, for messages.</param>
    /// <param name="requireChecksum">Whether a file without a checksum is refused; one that is there is always verified.</param>
    /// <exception cref="InputException">The bytes are damaged or none of this format.</exception>
    public static SafeTensorsFile Read(ReadOnlyMemory<byte> bytes, string source, bool requireChecksum = false)
    {
        ArgumentNullException.ThrowIfNull(source);
        var rest = bytes;
        ReadOnlyMemory<byte> Next(int count)
        {
            var part = rest[..count];
            rest = rest[count..];
            return part;
        }

        return new SafeTensorsReader(bytes.Length, Next, source).Read(requireChecksum);
    }

    /// <summary>Writes a file whole or not at all (<see cref="WholeFile"/>), replacing an existing one.</summary>
    /// <param name="path">The file.</param>
    /// <param name="tensors">In any order; larger element sizes are written first, then by name in ordinal order.</param>
    /// <param name="metadata">Written in ordinal order; the key <c>sha256</c> is added.</param>
    /// <exception cref="ArgumentException">A name is given twice or reserved, or a tensor's type, shape and data disagree.</exception>
    /// <exception cref="IOException">The folder is missing, read-only or full; an existing file is untouched.</exception>
    public static void Write(string path, IReadOnlyList<SafeTensor> tensors, IReadOnlyDictionary<string, string> metadata) =>
        WholeFile.Write(path, stream => Write(stream, tensors, metadata));

    /// <summary>Writes to a stream from its present position; the stream need not be seekable and stays open.</summary>
    /// <param name="stream">Where to write.</param>
    /// <param name="tensors">In any order; larger element sizes are written first, then by name in ordinal order.</param>
    /// <param name="metadata">Written in ordinal order; the key <c>sha256</c> is added.</param>
    /// <exception cref="ArgumentException">A name is given twice or reserved, or a tensor's type, shape and data disagree.</exception>
    public static void Write(Stream stream, IReadOnlyList<SafeTensor> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(tensors);
        ArgumentNullException.ThrowIfNull(metadata);
        SafeTensorsWriter.Write(stream, tensors, metadata);
    }
}
