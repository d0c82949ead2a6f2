using System.Runtime.InteropServices;

namespace PriorNas.Torch.Interchange;

/// <summary>Tensors of other programs in the form that a network of this one takes. Assumes a little-endian machine.</summary>
internal static class TensorConversion
{
    /// <summary>A tensor of float64 rounded to float32, one of float16 or bfloat16 exactly; any other as it is.</summary>
    internal static SafeTensor ToFloat32(SafeTensor tensor) => tensor.Type switch
    {
        "F64" => Converted(tensor, MemoryMarshal.Cast<byte, double>(tensor.Data.Span), value => (float)value),
        "F16" => Converted(tensor, MemoryMarshal.Cast<byte, Half>(tensor.Data.Span), value => (float)value),
        "BF16" => Converted(tensor, MemoryMarshal.Cast<byte, ushort>(tensor.Data.Span), value => BitConverter.UInt32BitsToSingle((uint)value << 16)), // the upper half of a float32
        _ => tensor,
    };

    /// <summary>A matrix [rows, columns] of float32 as [columns, rows]; any other tensor as it is.</summary>
    internal static SafeTensor Transposed(SafeTensor tensor)
    {
        if (tensor.Type != "F32" || tensor.Shape is not [var rows, var columns])
            return tensor;
        var source = MemoryMarshal.Cast<byte, float>(tensor.Data.Span);
        var target = new float[source.Length];
        for (var i = 0; i < source.Length; i++)
            target[i % columns * rows + i / columns] = source[i];
        return tensor with { Shape = [columns, rows], Data = Bytes(target) };
    }

    private static SafeTensor Converted<T>(SafeTensor tensor, ReadOnlySpan<T> source, Func<T, float> convert)
    {
        var target = new float[source.Length];
        for (var i = 0; i < source.Length; i++)
            target[i] = convert(source[i]);
        return tensor with { Type = "F32", Data = Bytes(target) };
    }

    private static byte[] Bytes(float[] values) => MemoryMarshal.AsBytes(values.AsSpan()).ToArray();
}
