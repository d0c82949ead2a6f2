using System.Buffers.Binary;
using System.Text;
using PriorNas.Torch.Interchange;

namespace PriorNas.Torch.Tests.Interchange;

/// <summary>Writes pickles as Python, numpy and Paddle do, opcode by opcode; and any other ones.</summary>
internal sealed class PickleWriter
{
    private readonly int protocol;
    private readonly List<byte> bytes;
    private readonly Dictionary<string, int> globals = [];
    private int memo;

    internal PickleWriter(int protocol)
    {
        this.protocol = protocol;
        bytes = [0x80, (byte)protocol];
    }

    /// <summary>Tensors as <c>paddle.save(network.state_dict(), path)</c> writes them.</summary>
    /// <param name="protocol">2 to 5.</param>
    /// <param name="tensors">In this order.</param>
    /// <param name="inPairs">Each as a pair of its parameter's name and the array, in an ordered dictionary; else in a plain one with a table of names.</param>
    internal static byte[] Write(int protocol, IEnumerable<SafeTensor> tensors, bool inPairs = false)
    {
        var writer = new PickleWriter(protocol);
        _ = inPairs ? writer.Global("collections", "OrderedDict").Code(')', 'R').Put() : writer.Code('}').Put();
        writer.Code('(');
        foreach (var tensor in tensors)
        {
            writer.Text(tensor.Name);
            _ = inPairs
                ? writer.Global(protocol == 2 ? "__builtin__" : "builtins", "tuple").Text("linear_0.w_0").Array(tensor).Code(0x86).Put().Code(0x85).Put().Code('R').Put()
                : writer.Array(tensor);
        }

        if (!inPairs)
            writer.Text("StructuredToParameterName@@").Code('}').Put().Code('(').Text("fc.weight").Text("linear_0.w_0").Code('u');
        return writer.Code('u').End();
    }

    internal byte[] End() => [.. Code('.').bytes];

    internal PickleWriter Code(params ReadOnlySpan<int> codes)
    {
        foreach (var code in codes)
            bytes.Add((byte)code);
        return this;
    }

    internal PickleWriter Put()
    {
        if (protocol >= 4)
            return Code(0x94);
        return memo < 256 ? Code('q', memo++) : Code('r').Number4(memo++);
    }

    internal PickleWriter Text(string text)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        _ = protocol >= 4 && utf8.Length < 256 ? Code(0x8C, utf8.Length) : Code('X').Number4(utf8.Length);
        bytes.AddRange(utf8);
        return Put();
    }

    /// <summary>In protocol 2 without the memo of a name that was written before, which Python would have referred to.</summary>
    internal PickleWriter Global(string module, string name)
    {
        if (protocol >= 4)
            return Text(module).Text(name).Code(0x93).Put();
        if (globals.TryGetValue(name, out var known))
            return known < 256 ? Code('h', known) : Code('j').Number4(known);
        globals.Add(name, memo);
        bytes.AddRange(Encoding.ASCII.GetBytes($"c{module}\n{name}\n"));
        return Put();
    }

    internal PickleWriter Data(ReadOnlySpan<byte> data)
    {
        if (protocol >= 3)
        {
            _ = data.Length < 256 ? Code('C', data.Length) : Code('B').Number4(data.Length);
            bytes.AddRange(data);
            return Put();
        }

        return data.Length == 0
            ? Global("__builtin__", "bytes").Code(')', 'R').Put()
            : Global("_codecs", "encode").Text(Encoding.Latin1.GetString(data)).Text("latin1").Code(0x86).Put().Code('R').Put();
    }

    internal PickleWriter Array(SafeTensor tensor) => Array(TypeOf(tensor.Type), tensor.Type == "BOOL" ? "|" : "<", tensor.Shape, isColumnMajor: false, tensor.Data.Span);

    internal PickleWriter Array(string type, string order, long[] shape, bool isColumnMajor, ReadOnlySpan<byte> data)
    {
        if (protocol == 5)
        {
            Global("numpy._core.numeric", "_frombuffer").Code('(').Code(0x96).Number4(data.Length).Number4(0);
            bytes.AddRange(data);
            return Put().ElementType(type, order).Shape(shape).Text(isColumnMajor ? "F" : "C").Code('t').Put().Code('R').Put();
        }

        Global(protocol == 2 ? "numpy.core.multiarray" : "numpy._core.multiarray", "_reconstruct").Global("numpy", "ndarray").Code('K', 0, 0x85).Put().Data("b"u8).Code(0x87).Put().Code('R').Put();
        Code('(', 'K', 1).Shape(shape).ElementType(type, order).Code(isColumnMajor ? 0x88 : 0x89);
        return Data(data).Code('t').Put().Code('b');
    }

    private PickleWriter ElementType(string type, string order)
    {
        Global("numpy", "dtype").Text(type).Code(0x89, 0x88, 0x87).Put().Code('R').Put();
        return Code('(', 'K', 3).Text(order).Code('N', 'N', 'N', 'J').Number4(-1).Code('J').Number4(-1).Code('K', 0, 't').Put().Code('b');
    }

    private PickleWriter Shape(long[] shape)
    {
        if (shape.Length == 0)
            return Code(')');
        _ = shape.Length > 3 ? Code('(') : this;
        foreach (var size in shape)
            _ = size < 256 ? Code('K', (int)size) : Code('J').Number4((int)size);
        return (shape.Length > 3 ? Code('t') : Code(0x84 + shape.Length)).Put();
    }

    private PickleWriter Number4(int number)
    {
        Span<byte> four = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(four, number);
        bytes.AddRange(four);
        return this;
    }

    private static string TypeOf(string type) => type switch
    {
        "F32" => "f4",
        "F64" => "f8",
        "F16" => "f2",
        "I64" => "i8",
        "I32" => "i4",
        _ => "b1",
    };
}
