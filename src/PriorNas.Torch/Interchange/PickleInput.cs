using System.Buffers.Binary;

namespace PriorNas.Torch.Interchange;

/// <summary>Reads a pickle from its start; whatever it gives is a view of the file.</summary>
/// <param name="file">The whole file.</param>
internal sealed class PickleInput(ReadOnlyMemory<byte> file)
{
    /// <summary>Bytes read so far.</summary>
    internal int Offset { get; private set; }

    internal int Remaining => file.Length - Offset;

    /// <exception cref="InvalidDataException">The file ends before.</exception>
    internal byte Byte() => Take(1).Span[0];

    /// <summary>A whole number of 2 or 4 bytes, signed if of 4.</summary>
    /// <exception cref="InvalidDataException">The file ends before.</exception>
    internal int Int(int bytes)
    {
        var taken = Take(bytes).Span;
        return bytes == sizeof(ushort) ? BinaryPrimitives.ReadUInt16LittleEndian(taken) : BinaryPrimitives.ReadInt32LittleEndian(taken);
    }

    /// <summary>What follows a length of 1, 4 or 8 bytes.</summary>
    /// <exception cref="InvalidDataException">The file ends before.</exception>
    internal ReadOnlyMemory<byte> Counted(int bytesOfLength) => Take(Length(bytesOfLength));

    /// <exception cref="InvalidDataException">The file ends before.</exception>
    internal ulong Length(int bytes)
    {
        var taken = Take((ulong)bytes).Span;
        return bytes switch
        {
            1 => taken[0],
            sizeof(uint) => BinaryPrimitives.ReadUInt32LittleEndian(taken),
            _ => BinaryPrimitives.ReadUInt64LittleEndian(taken),
        };
    }

    /// <summary>What stands before the next line feed, which is skipped.</summary>
    /// <exception cref="InvalidDataException">There is none.</exception>
    internal ReadOnlyMemory<byte> Line()
    {
        var length = file.Span[Offset..].IndexOf((byte)'\n');
        if (length < 0)
            throw new InvalidDataException($"a name at byte {Offset} has no end");
        var line = file.Slice(Offset, length);
        Offset += length + 1;
        return line;
    }

    private ReadOnlyMemory<byte> Take(int bytes) => Take((ulong)bytes);

    private ReadOnlyMemory<byte> Take(ulong bytes)
    {
        if (bytes > (ulong)Remaining)
            throw new InvalidDataException($"{bytes} bytes are to follow at byte {Offset}, but only {Remaining} are left");
        var taken = file.Slice(Offset, (int)bytes);
        Offset += (int)bytes;
        return taken;
    }
}
