using System.Text;

namespace PriorNas.Torch.Interchange;

/// <summary>The names of Python that a pickle of arrays refers to; nothing else is known, and none is Python's own function.</summary>
internal enum PickleGlobal
{
    Reconstruct,
    FromBuffer,
    Array,
    ElementType,
    Encode,
    Tuple,
    Bytes,
    OrderedDictionary,
}

/// <summary>Which names are allowed, and what a call of them makes.</summary>
internal static class PickleGlobals
{
    private const int MaxShownNameLength = 100;

    private static readonly (string Name, object Global)[] Allowed =
    [
        ("numpy.core.multiarray._reconstruct", PickleGlobal.Reconstruct), ("numpy._core.multiarray._reconstruct", PickleGlobal.Reconstruct),
        ("numpy.core.numeric._frombuffer", PickleGlobal.FromBuffer), ("numpy._core.numeric._frombuffer", PickleGlobal.FromBuffer),
        ("numpy.ndarray", PickleGlobal.Array), ("numpy.dtype", PickleGlobal.ElementType), ("_codecs.encode", PickleGlobal.Encode),
        ("builtins.tuple", PickleGlobal.Tuple), ("__builtin__.tuple", PickleGlobal.Tuple),
        ("builtins.bytes", PickleGlobal.Bytes), ("__builtin__.bytes", PickleGlobal.Bytes),
        ("collections.OrderedDict", PickleGlobal.OrderedDictionary),
    ];

    /// <summary>The global of a name.</summary>
    /// <exception cref="InvalidDataException">It is not allowed; the message names it.</exception>
    internal static object Find(ReadOnlySpan<byte> module, ReadOnlySpan<byte> name)
    {
        foreach (var (allowed, global) in Allowed)
        {
            if (allowed.Length == module.Length + 1 + name.Length && allowed[module.Length] == '.'
                && Ascii.Equals(module, allowed.AsSpan(0, module.Length)) && Ascii.Equals(name, allowed.AsSpan(module.Length + 1)))
                return global;
        }

        throw new InvalidDataException($"it refers to '{Shown(module)}.{Shown(name)}', which is not allowed in a file of arrays");
    }

    /// <summary>What a call of a global makes.</summary>
    /// <param name="global">The global.</param>
    /// <param name="arguments">As the pickle gives them.</param>
    /// <param name="encode">Turns a text into bytes, one for each character.</param>
    /// <exception cref="InvalidDataException">These are not the arguments that numpy or Python writes.</exception>
    internal static object? Call(PickleGlobal global, object?[] arguments, Func<PickledText, ReadOnlyMemory<byte>> encode) => (global, arguments) switch
    {
        (PickleGlobal.Reconstruct, [PickleGlobal.Array, object[], ReadOnlyMemory<byte>]) => new PickledArray(),
        (PickleGlobal.FromBuffer, [ReadOnlyMemory<byte> data, PickledElementType type, object[] shape, PickledText order]) =>
            new PickledArray { Shape = shape, Type = type, Data = data, IsColumnMajor = !order.Utf8.Span.SequenceEqual("C"u8) },
        (PickleGlobal.ElementType, [PickledText code, _, _]) => new PickledElementType(Code(code)),
        (PickleGlobal.Encode, [PickledText text, PickledText encoding]) when encoding.Utf8.Span.SequenceEqual("latin1"u8) => encode(text),
        (PickleGlobal.Tuple, []) => Array.Empty<object?>(),
        (PickleGlobal.Tuple, [object[] items]) => items,
        (PickleGlobal.Bytes, []) => ReadOnlyMemory<byte>.Empty,
        (PickleGlobal.OrderedDictionary, []) => new PickledDictionary(),
        _ => throw new InvalidDataException($"it calls {global} with {arguments.Length} arguments other than numpy's or Python's own"),
    };

    private static string Code(PickledText text)
    {
        const int MaxCodeLength = 16;
        return text.Utf8.Length <= MaxCodeLength ? text.Decode() : throw new InvalidDataException("the name of a numpy type is too long");
    }

    private static string Shown(ReadOnlySpan<byte> name)
    {
        var shown = Encoding.Latin1.GetString(name[..Math.Min(name.Length, MaxShownNameLength)]);
        return name.Length <= MaxShownNameLength ? shown : shown + "...";
    }
}
