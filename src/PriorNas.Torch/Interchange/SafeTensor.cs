namespace PriorNas.Torch.Interchange;

/// <summary>One named tensor as it lies in a safetensors file.</summary>
/// <param name="Name">The key, unique in its file.</param>
/// <param name="Type">The element type as the format spells it: F32, F64, BF16, I64, U8 and so on.</param>
/// <param name="Shape">The size of each dimension, at least 0; empty for a scalar. Not to be changed.</param>
/// <param name="Data">The elements in row-major order, little-endian.</param>
public sealed record SafeTensor(string Name, string Type, long[] Shape, ReadOnlyMemory<byte> Data)
{
    /// <summary>Type and shape as messages show them: <c>F32 [64, 3, 7, 7]</c>.</summary>
    internal string Form => DescribeForm(Type, Shape);

    internal static string DescribeForm(string type, IEnumerable<long> shape) => $"{type} [{string.Join(", ", shape)}]";
}
