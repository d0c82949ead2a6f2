using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace PriorNas.Torch.Data;

/// <summary>A rectangle of an image and where it goes in a square output. The rectangle lies within both.</summary>
/// <param name="SourceX">Left column in the image.</param>
/// <param name="SourceY">Top row in the image.</param>
/// <param name="X">Left column in the output.</param>
/// <param name="Y">Top row in the output.</param>
/// <param name="Width">Columns.</param>
/// <param name="Height">Rows.</param>
/// <param name="Flip">Whether the columns of the rectangle are mirrored.</param>
internal readonly record struct Window(int SourceX, int SourceY, int X, int Y, int Width, int Height, bool Flip);

/// <summary>Copies pixels without resampling into a normalised channel-first image.</summary>
internal static class NormalizedCopy
{
    /// <summary>Copies a window of an image to [3, <paramref name="size"/>, <paramref name="size"/>].</summary>
    public static void Copy(RgbImage image, Window window, Normalization normalization, Span<float> destination, int size)
    {
        var (scale, offset) = (normalization.Scale, normalization.Offset);
        for (var row = 0; row < window.Height; row++)
        {
            // To the end of the pixels, not of the row: whole vectors may then be loaded on all but the last rows.
            var source = image.Pixels.AsSpan(3 * ((window.SourceY + row) * image.Width + window.SourceX));
            for (var channel = 0; channel < 3; channel++)
            {
                var target = destination.Slice(channel * size * size + (window.Y + row) * size + window.X, window.Width);
                CopyChannel(source[channel..], scale[channel], offset[channel], target);
                if (window.Flip)
                    target.Reverse();
            }
        }
    }

    /// <summary>
    /// Copies a window of a [3, size, size] image of byte values (as floats) to another image of that shape, normalised.
    /// </summary>
    public static void Copy(ReadOnlySpan<float> bytes, Window window, Normalization normalization, Span<float> destination, int size)
    {
        var (scale, offset) = (normalization.Scale, normalization.Offset);
        for (var channel = 0; channel < 3; channel++)
        {
            var (factor, shift) = (scale[channel], offset[channel]);
            for (var row = 0; row < window.Height; row++)
            {
                var source = bytes.Slice(channel * size * size + (window.SourceY + row) * size + window.SourceX, window.Width);
                var target = destination.Slice(channel * size * size + (window.Y + row) * size + window.X, window.Width);
                for (var i = 0; i < target.Length; i++)
                    target[i] = source[i] * factor + shift;
                if (window.Flip)
                    target.Reverse();
            }
        }
    }

    /// <summary>Every third byte, normalised: four at a time, each spread to an integer lane by one shuffle.</summary>
    private static void CopyChannel(ReadOnlySpan<byte> source, float scale, float offset, Span<float> target)
    {
        // Indices beyond 15 give zero.
        var spread = Vector128.Create((byte)0, 16, 16, 16, 3, 16, 16, 16, 6, 16, 16, 16, 9, 16, 16, 16);
        var i = 0;
        for (; i <= target.Length - 4 && 3 * i <= source.Length - Vector128<byte>.Count; i += 4)
        {
            var values = Vector128.Shuffle(Vector128.LoadUnsafe(in MemoryMarshal.GetReference(source), (nuint)(3 * i)), spread);
            var normalized = Vector128.ConvertToSingle(values.AsInt32()) * scale + Vector128.Create(offset);
            normalized.StoreUnsafe(ref MemoryMarshal.GetReference(target), (nuint)i);
        }

        for (; i < target.Length; i++)
            target[i] = source[3 * i] * scale + offset;
    }
}
