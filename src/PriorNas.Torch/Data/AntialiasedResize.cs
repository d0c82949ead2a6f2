using System.Buffers;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace PriorNas.Torch.Data;

/// <summary>
/// Separable resizing with a triangle filter. Each output row first blends its source rows (whole vectors of interleaved bytes), then
/// gathers the columns: for shrinking images this order touches the fewest values, and one row of floats is the only memory. Sums are
/// taken in the same order at every vector width, so the result is the same on every processor.
/// </summary>
internal static class AntialiasedResize
{
    /// <summary>Writes the resized window, normalised.</summary>
    /// <param name="image">The source.</param>
    /// <param name="columns">The horizontal taps, within the image's width.</param>
    /// <param name="rows">The vertical taps, within the image's height.</param>
    /// <param name="normalization">Applied to the result.</param>
    /// <param name="destination">[3, rows.Count, columns.Count] float32.</param>
    public static void Resize(RgbImage image, ResizeTaps columns, ResizeTaps rows, Normalization normalization, Span<float> destination)
    {
        var (left, length) = (columns.SourceStart, 3 * (columns.SourceEnd - columns.SourceStart));
        var (scale, offset) = (normalization.Scale, normalization.Offset);
        var (width, plane) = (columns.Count, columns.Count * rows.Count);

        // One more value, for the fourth lane of the last pixel.
        var rented = ArrayPool<float>.Shared.Rent(length + 1);
        var blended = rented.AsSpan(0, length + 1);
        for (var y = 0; y < rows.Count; y++)
        {
            BlendRows(image, left, rows.First(y), rows.Weights(y), blended[..length]);
            var target = destination[(y * width)..];
            for (var x = 0; x < width; x++)
            {
                var value = Gather(blended, 3 * (columns.First(x) - left), columns.Weights(x)) * scale + offset;
                target[x] = value[0];
                target[plane + x] = value[1];
                target[2 * plane + x] = value[2];
            }
        }

        ArrayPool<float>.Shared.Return(rented);
    }

    private static void BlendRows(RgbImage image, int left, int top, ReadOnlySpan<float> weights, Span<float> blended)
    {
        blended.Clear();
        for (var j = 0; j < weights.Length; j++)
        {
            if (weights[j] != 0)
                AddRow(image.Pixels.AsSpan(3 * ((top + j) * image.Width + left), blended.Length), weights[j], blended);
        }
    }

    /// <summary>blended += weight x row, element by element.</summary>
    private static void AddRow(ReadOnlySpan<byte> row, float weight, Span<float> blended)
    {
        var i = 0;
        for (; i <= row.Length - Vector<byte>.Count; i += Vector<byte>.Count)
        {
            Vector.Widen(new Vector<byte>(row[i..]), out var low, out var high);
            AddQuarters(low, weight, blended[i..]);
            AddQuarters(high, weight, blended[(i + Vector<ushort>.Count)..]);
        }

        for (; i < row.Length; i++)
            blended[i] += row[i] * weight;
    }

    private static void AddQuarters(Vector<ushort> bytes, float weight, Span<float> blended)
    {
        Vector.Widen(bytes, out var low, out var high);
        var sums = MemoryMarshal.Cast<float, Vector<float>>(blended[..Vector<ushort>.Count]);
        sums[0] += Vector.ConvertToSingle(Vector.AsVectorInt32(low)) * weight;
        sums[1] += Vector.ConvertToSingle(Vector.AsVectorInt32(high)) * weight;
    }

    /// <summary>The weighted sum of consecutive pixels; its fourth lane is meaningless.</summary>
    private static Vector128<float> Gather(ReadOnlySpan<float> row, int start, ReadOnlySpan<float> weights)
    {
        var pixels = row.Slice(start, 3 * weights.Length + 1);
        ref var origin = ref MemoryMarshal.GetReference(pixels);
        var sum = Vector128<float>.Zero;
        for (var j = 0; j < weights.Length; j++)
            sum += Vector128.LoadUnsafe(ref origin, (nuint)(3 * j)) * weights[j];
        return sum;
    }
}
