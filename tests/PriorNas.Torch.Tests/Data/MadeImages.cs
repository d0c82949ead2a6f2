using System.Buffers.Binary;

namespace PriorNas.Torch.Tests.Data;

/// <summary>Image files whose headers claim more than follows.</summary>
internal static class MadeImages
{
    /// <summary>The header of an RGB image of 8 bits, and zeros in place of its pixels.</summary>
    /// <param name="width">In pixels.</param>
    /// <param name="height">In pixels.</param>
    /// <param name="length">Of the file in bytes, at least 41.</param>
    internal static byte[] Png(int width, int height, int length)
    {
        var file = new byte[length];
        byte[] start = [0x89, .. "PNG\r\n"u8, 0x1A, (byte)'\n', 0, 0, 0, 13, .. "IHDR"u8, .. BigEndian(width), .. BigEndian(height), 8, 2, 0, 0, 0];
        byte[] head = [.. start, .. BigEndian((int)Checksum(start.AsSpan(12))), .. BigEndian(length - 41), .. "IDAT"u8];
        head.CopyTo(file, 0);
        return file;
    }

    /// <summary>Writes other sides into the frame of a sequential JPEG.</summary>
    internal static byte[] Resized(byte[] jpeg, short width, short height)
    {
        var file = (byte[])jpeg.Clone();
        var frame = file.AsSpan(file.AsSpan().IndexOf((byte[])[0xFF, 0xC0]));
        BinaryPrimitives.WriteInt16BigEndian(frame[5..], height);
        BinaryPrimitives.WriteInt16BigEndian(frame[7..], width);
        return file;
    }

    private static byte[] BigEndian(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }

    /// <summary>CRC-32 as PNG defines it.</summary>
    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        var rest = uint.MaxValue;
        foreach (var value in bytes)
        {
            rest ^= value;
            for (var bit = 0; bit < 8; bit++)
                rest = (rest >> 1) ^ ((rest & 1) * 0xEDB88320);
        }

        return ~rest;
    }
}
