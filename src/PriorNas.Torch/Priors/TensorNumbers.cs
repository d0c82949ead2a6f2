using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace PriorNas.Torch.Priors;

/// <summary>
/// Numbers read from and put into the memory of contiguous tensors. TorchSharp 0.107 wraps a number that meets a tensor (<c>x * 0.5</c>)
/// in an object whose finalizer frees it, and holds no reference to it during the native call: a garbage collection at that moment made a
/// multiplication fail with "Unknown scalar type".
/// </summary>
internal static class TensorNumbers
{
    /// <summary>The number of a tensor of one float64.</summary>
    internal static double Single(Tensor tensor) => MemoryMarshal.Cast<byte, double>(tensor.bytes)[0];

    /// <summary>The mean of float32 numbers, in double precision.</summary>
    internal static double Mean(Tensor tensor)
    {
        var values = Values(tensor);
        var sum = 0.0;
        foreach (var value in values)
            sum += value;
        return sum / values.Length;
    }

    /// <summary>x becomes factor x + y, for float32 of one shape.</summary>
    internal static void ScaleAndAdd(Tensor x, double factor, Tensor y)
    {
        var scaled = Values(x);
        var added = Values(y);
        for (var i = 0; i < scaled.Length; i++)
            scaled[i] = (float)(factor * scaled[i] + added[i]);
    }

    /// <summary>The memory of contiguous float32 numbers, valid as long as the tensor is.</summary>
    internal static Span<float> Values(Tensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.bytes);
}
