using System.Buffers.Binary;
using SkiaSharp;

namespace PriorNas.Torch.Data.Formats;

/// <summary>
/// How many pixels the bytes of an image file can hold at most, by its format. A header may claim any number, for which a decoder takes
/// memory before it meets the end of the file.
/// </summary>
internal static class ImageFileBound
{
    /// <summary>Deflate's best: a copy of 258 bytes takes a length code and a distance code of one bit each.</summary>
    private const long InflatedBytesOfByte = 258 * 8 / 2;

    /// <summary>
    /// A block of 8 x 8 values takes at least one bit, the code of its DC difference; AC coefficients may share one for thousands of blocks.
    /// By subsampling of up to 4 the blocks cover all pixels at least once, but for components of 4 x 1 and 1 x 4, which cover half of them.
    /// </summary>
    private const long JpegPixelsOfByte = 8 * 64 * 2;

    /// <param name="file">The whole file.</param>
    /// <param name="format">As its codec tells.</param>
    /// <returns>The largest number of pixels, or <see cref="long.MaxValue"/> where the format sets no bound.</returns>
    public static long MaxPixels(ReadOnlySpan<byte> file, SKEncodedImageFormat format) => format switch
    {
        SKEncodedImageFormat.Png when file.Length > 25 => InflatedBytesOfByte * file.Length * 8 / BitsOfPngPixel(file[24], file[25]),
        SKEncodedImageFormat.Jpeg when IsHuffmanCoded(file) => JpegPixelsOfByte * file.Length,
        _ => long.MaxValue,
    };

    /// <param name="depth">Bits of a sample, at byte 24 of the file.</param>
    /// <param name="colorType">At byte 25.</param>
    private static int BitsOfPngPixel(byte depth, byte colorType) => Math.Max(1, (int)depth) * colorType switch
    {
        2 => 3, // red, green, blue
        4 => 2, // grey, alpha
        6 => 4, // red, green, blue, alpha
        _ => 1, // grey, or the position in a palette
    };

    /// <summary>Whether a JPEG's frame is sequential or progressive by Huffman codes; arithmetic codes may take next to nothing.</summary>
    private static bool IsHuffmanCoded(ReadOnlySpan<byte> file)
    {
        var rest = file[2..];
        while (rest.Length >= 4 && rest[0] == 0xFF)
        {
            switch (rest[1])
            {
                case 0xC0 or 0xC1 or 0xC2:
                    return true;
                case 0xFF: // a fill byte
                    rest = rest[1..];
                    continue;
            }

            var length = 2 + BinaryPrimitives.ReadUInt16BigEndian(rest[2..]); // of the marker and its segment
            if (length > rest.Length)
                return false;
            rest = rest[length..];
        }

        return false;
    }
}
