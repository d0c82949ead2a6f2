using System.Runtime.InteropServices;

namespace PriorNas.Torch.Data.Transforms;

/// <summary>A rectangle of an image and where it goes in a square output. The rectangle lies within both.</summary>
/// <param name="SourceX">Left column in the image.</param>
/// <param name="SourceY">Top row in the image.</param>
/// <param name="X">Left column in the output.</param>
/// <param name="Y">Top row in the output.</param>
/// <param name="Width">Columns.</param>
/// <param name="Height">Rows.</param>
/// <param name="Flip">Whether the columns of the rectangle are mirrored.</param>
internal readonly record struct Window(int SourceX, int SourceY, int X, int Y, int Width, int Height, bool Flip)
{
    /// <summary>Copies the rectangle, without resampling.</summary>
    /// <param name="source">[height, <paramref name="sourceWidth"/>, 3] bytes.</param>
    /// <param name="sourceWidth">The columns of the image.</param>
    /// <param name="destination">[<paramref name="size"/>, <paramref name="size"/>, 3] bytes; those outside the rectangle are left alone.</param>
    /// <param name="size">Width and height of the output.</param>
    public void Copy(ReadOnlySpan<byte> source, int sourceWidth, Span<byte> destination, int size)
    {
        for (var row = 0; row < Height; row++)
        {
            var from = source.Slice(3 * ((SourceY + row) * sourceWidth + SourceX), 3 * Width);
            var to = destination.Slice(3 * ((Y + row) * size + X), 3 * Width);
            from.CopyTo(to);
            if (Flip)
                Mirror(to);
        }
    }

    /// <summary>Mirrors a row of pixels in place.</summary>
    public static void Mirror(Span<byte> row) => MemoryMarshal.Cast<byte, Rgb>(row).Reverse();

    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    private struct Rgb
    {
        public byte Red;
        public byte Green;
        public byte Blue;
    }
}
