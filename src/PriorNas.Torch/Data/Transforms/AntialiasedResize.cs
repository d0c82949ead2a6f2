using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace PriorNas.Torch.Data.Transforms;

/// <summary>
/// Separable resizing with a triangle filter, byte for byte as Pillow does it: the rows first, rounded to bytes, then the columns, each in
/// integers. So images are the same as in training with torchvision, and the same on every processor.
/// </summary>
internal static class AntialiasedResize
{
    private const int Half = 1 << (ResizeTaps.FractionBits - 1);

    /// <summary>Writes the resized window.</summary>
    /// <param name="image">The source.</param>
    /// <param name="columns">The horizontal taps, within the image's width.</param>
    /// <param name="rows">The vertical taps, within the image's height.</param>
    /// <param name="destination">[rows.Count, columns.Count, 3] bytes.</param>
    public static void Resize(RgbImage image, ResizeTaps columns, ResizeTaps rows, Span<byte> destination)
    {
        var (left, top) = (columns.SourceStart, rows.SourceStart);
        var (sourceBytes, rowBytes) = (3 * (columns.SourceEnd - left), 3 * columns.Count);

        // One more byte: a pixel is read as four.
        var source = ArrayPool<byte>.Shared.Rent(sourceBytes + 1);
        var narrowed = ArrayPool<byte>.Shared.Rent((rows.SourceEnd - top) * rowBytes);
        for (var y = top; y < rows.SourceEnd; y++)
        {
            image.Pixels.AsSpan(3 * (y * image.Width + left), sourceBytes).CopyTo(source);
            ResizeRow(source.AsSpan(0, sourceBytes + 1), columns, narrowed.AsSpan((y - top) * rowBytes, rowBytes));
        }

        for (var y = 0; y < rows.Count; y++)
            BlendRows(narrowed.AsSpan((rows.First(y) - top) * rowBytes), rows.Weights(y), destination.Slice(y * rowBytes, rowBytes));
        ArrayPool<byte>.Shared.Return(source);
        ArrayPool<byte>.Shared.Return(narrowed);
    }

    /// <summary>Each output pixel is the weighted sum of consecutive pixels; the fourth lane, of the pixel after, is not used.</summary>
    private static void ResizeRow(ReadOnlySpan<byte> source, ResizeTaps columns, Span<byte> target)
    {
        for (var x = 0; x < columns.Count; x++)
        {
            var weights = columns.Weights(x);
            ref var pixels = ref MemoryMarshal.GetReference(source.Slice(3 * (columns.First(x) - columns.SourceStart), 3 * weights.Length + 1));
            var sum = Vector128.Create(Half);
            for (var j = 0; j < weights.Length; j++)
            {
                var pixel = Vector128.CreateScalar(Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref pixels, 3 * j))).AsByte();
                sum += Vector128.WidenLower(Vector128.WidenLower(pixel)).AsInt32() * weights[j];
            }

            sum = Vector128.Min(sum >> ResizeTaps.FractionBits, Vector128.Create(255));
            target[3 * x] = (byte)sum[0];
            target[3 * x + 1] = (byte)sum[1];
            target[3 * x + 2] = (byte)sum[2];
        }
    }

    /// <summary>The weighted sum of consecutive rows, each of the target's length.</summary>
    private static void BlendRows(ReadOnlySpan<byte> rows, ReadOnlySpan<int> weights, Span<byte> target)
    {
        var i = 0;
        for (; i <= target.Length - Vector<byte>.Count; i += Vector<byte>.Count)
            BlendVector(rows[i..], weights, target[i..], target.Length);
        for (; i < target.Length; i++)
        {
            var sum = Half;
            for (var j = 0; j < weights.Length; j++)
                sum += rows[j * target.Length + i] * weights[j];
            target[i] = (byte)Math.Min(255, sum >> ResizeTaps.FractionBits);
        }
    }

    private static void BlendVector(ReadOnlySpan<byte> rows, ReadOnlySpan<int> weights, Span<byte> target, int rowBytes)
    {
        var (a, b) = (new Vector<uint>(Half), new Vector<uint>(Half));
        var (c, d) = (a, b);
        for (var j = 0; j < weights.Length; j++)
        {
            var weight = (uint)weights[j];
            Vector.Widen(new Vector<byte>(rows[(j * rowBytes)..]), out var low, out var high);
            Vector.Widen(low, out var first, out var second);
            Vector.Widen(high, out var third, out var fourth);
            a += first * weight;
            b += second * weight;
            c += third * weight;
            d += fourth * weight;
        }

        Vector.Narrow(Vector.Narrow(Bytes(a), Bytes(b)), Vector.Narrow(Bytes(c), Bytes(d))).CopyTo(target);
    }

    private static Vector<uint> Bytes(Vector<uint> sum) => Vector.Min(sum >>> ResizeTaps.FractionBits, new Vector<uint>(255));
}
