using System.Buffers.Binary;

namespace PriorNas.Torch.Interchange;

/// <summary>
/// Reads a pickle (protocols 2 to 5, https://docs.python.org/3/library/pickletools.html) of dictionaries, tuples, texts, whole numbers and
/// numpy arrays. It executes nothing: names of Python are compared with a short list and stand for data; every other name and every
/// other opcode is refused. Nothing is recursive, stack and memo are bounded, and bytes are views of the file.
/// </summary>
/// <param name="file">The whole file.</param>
internal sealed class PickleMachine(ReadOnlyMemory<byte> file)
{
    /// <summary>Python writes dictionaries in parts of 1000 pairs, so its own stack stays far below.</summary>
    private const int MaxStackDepth = 1 << 16;

    private static readonly object True = true;
    private static readonly object False = false;

    private readonly PickleInput input = new(file);
    private readonly List<object?> stack = [];
    private readonly List<object?> memo = [];
    private readonly Stack<int> marks = new();
    private long encodedBytes;

    /// <summary>Reads the one value of the file: null, a boxed boolean or long, bytes, or one of the pickled classes.</summary>
    /// <exception cref="InvalidDataException">The file is damaged, or holds more than data; the message names what and where.</exception>
    internal object? Read()
    {
        var at = 0;
        try
        {
            if (input.Byte() != (byte)PickleOpcode.Proto || input.Byte() is < 2 or > 5)
                throw new InvalidDataException("it does not start as a pickle of protocol 2 to 5");
            while (true)
            {
                at = input.Offset;
                var opcode = (PickleOpcode)input.Byte();
                if (opcode == PickleOpcode.Stop)
                    return Finish();
                Execute(opcode);
            }
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"{e.Message} (opcode at byte {at}).", e);
        }
    }

    private object? Finish()
    {
        if (stack.Count != 1 || marks.Count > 0)
            throw new InvalidDataException($"it ends with {stack.Count} values, where one must be left");
        if (input.Remaining > 0)
            throw new InvalidDataException($"{input.Remaining} bytes follow its end");
        return stack[0];
    }

    private void Execute(PickleOpcode opcode)
    {
        switch (opcode)
        {
            case PickleOpcode.Frame:
                if (input.Length(8) > (ulong)input.Remaining)
                    throw new InvalidDataException("a frame is longer than the file");
                break;
            case PickleOpcode.Mark:
                if (marks.Count >= MaxStackDepth)
                    throw new InvalidDataException($"more than {MaxStackDepth} marks are open");
                marks.Push(stack.Count);
                break;
            case PickleOpcode.SetItem:
                SetItems(stack.Count - 2);
                break;
            case PickleOpcode.SetItems:
                SetItems(PopMark());
                break;
            case PickleOpcode.BinPut:
                Put(input.Length(1));
                break;
            case PickleOpcode.LongBinPut:
                Put(input.Length(4));
                break;
            case PickleOpcode.Memoize:
                Put((ulong)memo.Count);
                break;
            case PickleOpcode.Build:
                var state = Pop() as object[];
                Build(Peek(), state ?? []);
                break;
            default:
                Push(Value(opcode));
                break;
        }
    }

    private object? Value(PickleOpcode opcode) => opcode switch
    {
        PickleOpcode.None => null,
        PickleOpcode.NewTrue => True,
        PickleOpcode.NewFalse => False,
        PickleOpcode.BinInt => (long)input.Int(4),
        PickleOpcode.BinInt1 => (long)input.Byte(),
        PickleOpcode.BinInt2 => (long)input.Int(2),
        PickleOpcode.Long1 => Number(input.Counted(1).Span),
        PickleOpcode.ShortBinUnicode => new PickledText(input.Counted(1)),
        PickleOpcode.BinUnicode => new PickledText(input.Counted(4)),
        PickleOpcode.BinUnicode8 => new PickledText(input.Counted(8)),
        PickleOpcode.ShortBinBytes => input.Counted(1),
        PickleOpcode.BinBytes => input.Counted(4),
        PickleOpcode.BinBytes8 or PickleOpcode.ByteArray8 => input.Counted(8),
        PickleOpcode.EmptyTuple => Array.Empty<object?>(),
        PickleOpcode.Tuple1 => PopFrom(stack.Count - 1),
        PickleOpcode.Tuple2 => PopFrom(stack.Count - 2),
        PickleOpcode.Tuple3 => PopFrom(stack.Count - 3),
        PickleOpcode.Tuple => PopFrom(PopMark()),
        PickleOpcode.EmptyDict => new PickledDictionary(),
        PickleOpcode.BinGet => Get(input.Length(1)),
        PickleOpcode.LongBinGet => Get(input.Length(4)),
        PickleOpcode.Global => PickleGlobals.Find(input.Line().Span, input.Line().Span),
        PickleOpcode.StackGlobal => StackGlobal(),
        PickleOpcode.Reduce => Reduce(),
        _ when Enum.IsDefined(opcode) => throw new InvalidDataException($"opcode {opcode} is not allowed in a file of arrays"),
        _ => throw new InvalidDataException($"there is no opcode 0x{(byte)opcode:X2}"),
    };

    private static long Number(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > sizeof(long))
            throw new InvalidDataException($"a whole number has {bytes.Length} bytes, allowed are 8");
        Span<byte> whole = stackalloc byte[sizeof(long)];
        whole.Fill(bytes.Length > 0 && bytes[^1] >= 0x80 ? (byte)0xFF : (byte)0);
        bytes.CopyTo(whole);
        return BinaryPrimitives.ReadInt64LittleEndian(whole);
    }

    private object StackGlobal() => PopFrom(stack.Count - 2) is [PickledText module, PickledText name]
        ? PickleGlobals.Find(module.Utf8.Span, name.Utf8.Span)
        : throw new InvalidDataException("a global has no name");

    private object? Reduce() => PopFrom(stack.Count - 2) is [PickleGlobal global, object[] arguments]
        ? PickleGlobals.Call(global, arguments, Encode)
        : throw new InvalidDataException("it calls what is not one of the names that are allowed");

    /// <summary>A text may be referred to many times, but what is made of all of them is never more than the file.</summary>
    private ReadOnlyMemory<byte> Encode(PickledText text)
    {
        encodedBytes += text.Utf8.Length;
        if (encodedBytes > file.Length)
            throw new InvalidDataException("the same text stands for bytes again and again");
        return text.ToLatin1();
    }

    private static void Build(object? target, object?[] state)
    {
        switch (target, state)
        {
            case (PickledElementType type, [_, PickledText order, ..]) when order.Utf8.Length == 1:
                type.Order = order.Decode();
                break;
            case (PickledArray { Type: null } array, [long, object[] shape, PickledElementType type, bool isColumnMajor, ReadOnlyMemory<byte> data]):
                (array.Shape, array.Type, array.IsColumnMajor, array.Data) = (shape, type, isColumnMajor, data);
                break;
            default:
                throw new InvalidDataException("the state of an object is not that of a numpy array or type");
        }
    }

    private void SetItems(int start)
    {
        var items = PopFrom(start);
        if (Peek() is not PickledDictionary dictionary || items.Length % 2 != 0)
            throw new InvalidDataException("pairs are put into what is no dictionary");
        for (var i = 0; i < items.Length; i += 2)
            dictionary.Add(items[i], items[i + 1]);
    }

    private void Push(object? value)
    {
        if (stack.Count >= MaxStackDepth)
            throw new InvalidDataException($"more than {MaxStackDepth} values are on the stack");
        stack.Add(value);
    }

    private object? Pop() => PopFrom(stack.Count - 1)[0];

    private object? Peek() => stack.Count > Floor ? stack[^1] : throw new InvalidDataException("a value is missing on the stack");

    /// <summary>Takes everything from a position on; never what lies before the last mark.</summary>
    private object?[] PopFrom(int start)
    {
        if (start < Floor)
            throw new InvalidDataException("a value is missing on the stack");
        if (start == stack.Count)
            return [];
        var values = new object?[stack.Count - start];
        stack.CopyTo(start, values, 0, values.Length);
        stack.RemoveRange(start, values.Length);
        return values;
    }

    private int Floor => marks.Count > 0 ? marks.Peek() : 0;

    private int PopMark() => marks.TryPop(out var start) ? start : throw new InvalidDataException("a mark is missing on the stack");

    /// <summary>Python numbers its memo without gaps, so that it cannot be longer than the file.</summary>
    private void Put(ulong index)
    {
        if (index > (ulong)memo.Count)
            throw new InvalidDataException($"memo {index} follows after {memo.Count}");
        if (index == (ulong)memo.Count)
            memo.Add(Peek());
        else
            memo[(int)index] = Peek();
    }

    private object? Get(ulong index) => index < (ulong)memo.Count ? memo[(int)index] : throw new InvalidDataException($"there is no memo {index}");
}
