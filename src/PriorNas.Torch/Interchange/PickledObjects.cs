namespace PriorNas.Torch.Interchange;

/// <summary>A dictionary of a pickle: its pairs in their order, unchecked.</summary>
internal sealed class PickledDictionary
{
    private List<(object? Key, object? Value)>? pairs;

    internal IReadOnlyList<(object? Key, object? Value)> Pairs => pairs ?? (IReadOnlyList<(object?, object?)>)[];

    internal void Add(object? key, object? value) => (pairs ??= []).Add((key, value));
}

/// <summary>A numpy dtype of a pickle.</summary>
/// <param name="code">As numpy spells it without the order of bytes: <c>f4</c>.</param>
internal sealed class PickledElementType(string code)
{
    internal string Code => code;

    /// <summary><c>&lt;</c> for little-endian, <c>|</c> where there is no order, <c>&gt;</c> for big-endian.</summary>
    internal string Order { get; set; } = "<";

    /// <summary>The type as the safetensors format spells it.</summary>
    /// <exception cref="InvalidDataException">It is none of those that are read.</exception>
    internal string ToTensorType() => (Code, Order) switch
    {
        ("f4", "<") => "F32",
        ("f8", "<") => "F64",
        ("f2", "<") => "F16",
        ("i8", "<") => "I64",
        ("i4", "<") => "I32",
        ("b1", "<" or "|") => "BOOL",
        _ => throw new InvalidDataException($"has the numpy type '{Order}{Code}' (allowed: <f4, <f8, <f2, <i8, <i4, |b1)"),
    };
}

/// <summary>A numpy array of a pickle; without content until it is built.</summary>
internal sealed class PickledArray
{
    internal object?[]? Shape { get; set; }

    internal PickledElementType? Type { get; set; }

    /// <summary>Whether the first index runs fastest.</summary>
    internal bool IsColumnMajor { get; set; }

    internal ReadOnlyMemory<byte> Data { get; set; }
}
