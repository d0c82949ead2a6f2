using System.Buffers.Binary;
using PriorNas.Files;

namespace PriorNas.Torch.Interchange;

/// <summary>Reads the parts of a safetensors file in the order in which they lie.</summary>
/// <param name="length">Bytes of the whole file.</param>
/// <param name="next">Gives the next so many bytes; called only for bytes that lie within <paramref name="length"/>.</param>
/// <param name="source">The file's name, for messages.</param>
internal sealed class SafeTensorsReader(long length, Func<int, ReadOnlyMemory<byte>> next, string source)
{
    /// <exception cref="InputException">The content is not what the format or the checksum prescribes.</exception>
    internal SafeTensorsFile Read(bool requireChecksum)
    {
        if (length < SafeTensorsFormat.PrefixBytes)
            throw Fault($"it has {length} bytes, fewer than the length of a header.");
        var prefix = next(SafeTensorsFormat.PrefixBytes);
        var headerBytes = BinaryPrimitives.ReadUInt64LittleEndian(prefix.Span);
        var most = Math.Min(SafeTensorsFormat.MaximumHeaderBytes, length - SafeTensorsFormat.PrefixBytes);
        if (headerBytes < 2 || headerBytes > (ulong)most)
            throw Fault($"its header's length is {headerBytes} bytes (allowed here: 2 to {most}).");
        var headerText = next((int)headerBytes);
        var header = SafeTensorsHeader.Parse(headerText.Span, source);
        if (requireChecksum && header.Checksum is null)
            throw Fault("it has no sha256 entry in its metadata, so nothing shows that it is intact.");
        var entries = InOrderOfData(header.Entries, length - SafeTensorsFormat.PrefixBytes - (long)headerBytes);

        using var checksum = header.Checksum is null ? null : new SafeTensorsChecksum(prefix.Span, headerText.Span, header.ChecksumAt);
        var tensors = new List<SafeTensor>(entries.Length);
        foreach (var entry in entries)
        {
            var data = next((int)(entry.End - entry.Start));
            checksum?.Append(data.Span);
            tensors.Add(new SafeTensor(entry.Name, entry.Type, entry.Shape, data));
        }

        if (checksum?.Finish() != header.Checksum)
            throw Fault("its content does not match its sha256 checksum.");
        return new SafeTensorsFile(tensors, header.Metadata, header.Checksum, source);
    }

    private SafeTensorsEntry[] InOrderOfData(List<SafeTensorsEntry> entries, long dataBytes)
    {
        // Stable: empty tensors at one position keep the order of the header.
        var ordered = entries.OrderBy(entry => entry.Start).ThenBy(entry => entry.End).ToArray();
        var end = 0L;
        foreach (var entry in ordered)
        {
            if (entry.Start != end)
                throw Fault($"the data of tensor '{entry.Name}' starts at byte {entry.Start}, the data before it ends at {end}.");
            end = entry.End;
            if (end > dataBytes)
                throw Fault($"the data of tensor '{entry.Name}' ends at byte {end}, but there are {dataBytes} bytes of data.");
            if (end - entry.Start > Array.MaxLength)
                throw new InputException(
                    $"'{source}': tensor '{entry.Name}' has {end - entry.Start} bytes; the largest that can be read has {Array.MaxLength}.");
        }

        return end == dataBytes ? ordered : throw Fault($"its tensors end at byte {end}, but there are {dataBytes} bytes of data.");
    }

    private InputException Fault(string fault) => SafeTensorsFormat.Fault(source, fault);
}
