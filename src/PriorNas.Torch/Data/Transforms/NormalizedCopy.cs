using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace PriorNas.Torch.Data.Transforms;

/// <summary>
/// Turns interleaved bytes into normalised floats, in one of two orders. A value is byte x scale + offset in single precision, product and
/// sum rounded apart, whatever the order and the vector width: both give the same bits.
/// </summary>
internal static class NormalizedCopy
{
    /// <summary>Writes one image channel by channel.</summary>
    /// <param name="pixels">[H, W, 3] bytes.</param>
    /// <param name="normalization">Applied to each value.</param>
    /// <param name="destination">[3, H, W] float32.</param>
    public static void ToPlanes(ReadOnlySpan<byte> pixels, Normalization normalization, Span<float> destination)
    {
        var (scale, offset) = (normalization.Scale, normalization.Offset);
        var plane = pixels.Length / 3;
        for (var channel = 0; channel < 3; channel++)
            CopyChannel(pixels[channel..], scale[channel], offset[channel], destination.Slice(channel * plane, plane));
    }

    /// <summary>Writes images in the order of their bytes.</summary>
    /// <param name="pixels">[..., 3] bytes.</param>
    /// <param name="normalization">Applied to each value.</param>
    /// <param name="destination">[..., 3] float32.</param>
    public static void Interleaved(ReadOnlySpan<byte> pixels, Normalization normalization, Span<float> destination)
    {
        // Three vectors of four values hold four pixels: the channels come round.
        var (scale, offset) = (normalization.Scale, normalization.Offset);
        Span<Vector128<float>> scales = [Rotated(scale, 0), Rotated(scale, 1), Rotated(scale, 2)];
        Span<Vector128<float>> offsets = [Rotated(offset, 0), Rotated(offset, 1), Rotated(offset, 2)];
        ref var target = ref MemoryMarshal.GetReference(destination[..pixels.Length]);
        var i = 0;
        for (; i <= pixels.Length - Vector128<byte>.Count; i += 12)
        {
            var bytes = Vector128.LoadUnsafe(in MemoryMarshal.GetReference(pixels), (nuint)i);
            var (low, high) = Vector128.Widen(bytes);
            (Vector128.ConvertToSingle(Vector128.WidenLower(low).AsInt32()) * scales[0] + offsets[0]).StoreUnsafe(ref target, (nuint)i);
            (Vector128.ConvertToSingle(Vector128.WidenUpper(low).AsInt32()) * scales[1] + offsets[1]).StoreUnsafe(ref target, (nuint)i + 4);
            (Vector128.ConvertToSingle(Vector128.WidenLower(high).AsInt32()) * scales[2] + offsets[2]).StoreUnsafe(ref target, (nuint)i + 8);
        }

        for (; i < pixels.Length; i++)
            destination[i] = pixels[i] * scale[i % 3] + offset[i % 3];
    }

    private static Vector128<float> Rotated(Vector128<float> channels, int first) =>
        Vector128.Create(channels[(4 * first) % 3], channels[(4 * first + 1) % 3], channels[(4 * first + 2) % 3], channels[(4 * first + 3) % 3]);

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
