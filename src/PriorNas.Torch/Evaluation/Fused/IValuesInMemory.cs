using System.Runtime.Intrinsics;

namespace PriorNas.Torch.Evaluation.Fused;

/// <summary>How eight values lie in memory, as a type, so that a loop is compiled for each.</summary>
internal unsafe interface IValuesInMemory
{
    /// <summary>Bytes of a value.</summary>
    static abstract int Size { get; }

    /// <summary>Eight values as float32.</summary>
    static abstract Vector256<float> Load(byte* from);

    /// <summary>Rounds to what can be stored.</summary>
    static abstract void Store(Vector256<float> values, byte* to);
}

/// <summary>float32.</summary>
internal readonly unsafe struct SinglesInMemory : IValuesInMemory
{
    public static int Size => sizeof(float);

    public static Vector256<float> Load(byte* from) => Vector256.Load((float*)from);

    public static void Store(Vector256<float> values, byte* to) => values.Store((float*)to);
}

/// <summary>bfloat16, the upper half of a float32; rounded to nearest, ties to even.</summary>
internal readonly unsafe struct BFloat16InMemory : IValuesInMemory
{
    public static int Size => sizeof(ushort);

    public static Vector256<float> Load(byte* from)
    {
        var (low, high) = Vector128.Widen(Vector128.Load((ushort*)from));
        return (Vector256.Create(low, high) << 16).AsSingle();
    }

    public static void Store(Vector256<float> values, byte* to)
    {
        var bits = values.AsUInt32();
        bits = (bits + Vector256.Create(0x7FFFu) + ((bits >> 16) & Vector256<uint>.One)) >> 16;
        bits = Vector256.ConditionalSelect(Vector256.Equals(values, values).AsUInt32(), bits, Vector256.Create(0x7FC0u)); // Rounding may carry out of what is no number.
        Vector128.Narrow(bits.GetLower(), bits.GetUpper()).Store((ushort*)to);
    }
}
