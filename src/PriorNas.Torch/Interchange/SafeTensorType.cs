namespace PriorNas.Torch.Interchange;

/// <summary>The element types of the safetensors format that fill whole bytes.</summary>
internal static class SafeTensorType
{
    /// <summary>The largest number of dimensions: as many as libtorch's operators take.</summary>
    internal const int MaximumDimensions = 64;

    internal const string Allowed = "BOOL, U8, I8, F8_E5M2, F8_E4M3, F8_E8M0, I16, U16, F16, BF16, I32, U32, F32, I64, U64, F64, C64";

    /// <summary>Bytes of one element, or 0 for a type that is not allowed.</summary>
    internal static int ElementBytes(string type) => type switch
    {
        "BOOL" or "U8" or "I8" or "F8_E5M2" or "F8_E4M3" or "F8_E8M0" => 1,
        "I16" or "U16" or "F16" or "BF16" => 2,
        "I32" or "U32" or "F32" => 4,
        "I64" or "U64" or "F64" or "C64" => 8,
        _ => 0,
    };

    /// <summary>
    /// Bytes of a whole tensor, or null if they do not fit 63 bits. An empty tensor counts as if its empty dimensions were 1 when the
    /// fit is checked, because libtorch multiplies the other ones into its strides.
    /// </summary>
    internal static long? TensorBytes(string type, ReadOnlySpan<long> shape)
    {
        Int128 bytes = ElementBytes(type);
        var empty = false;
        foreach (var size in shape)
        {
            empty |= size == 0;
            bytes *= Math.Max(size, 1);
            if (bytes > long.MaxValue)
                return null;
        }

        return empty ? 0 : (long)bytes;
    }
}
