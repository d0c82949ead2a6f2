using PriorNas.Files;
using PriorNas.Torch.Interchange;

namespace PriorNas.Torch.Tests.Interchange;

public sealed class PaddleFileTest
{
    private static readonly SafeTensor[] Arrays =
    [
        new("conv1.weight", "F32", [2, 1, 1, 2], new byte[] { 0, 0, 128, 63, 0, 0, 0, 64, 255, 195, 194, 127, 10, 13, 0, 128 }),
        new("double", "F64", [1], new byte[] { 1, 2, 3, 4, 5, 6, 7, 248 }),
        new("half", "F16", [3], new byte[] { 0, 60, 1, 2, 255, 0 }),
        new("scalar", "I64", [], new byte[] { 42, 0, 0, 0, 0, 0, 0, 0 }),
        new("int", "I32", [1, 1], new byte[] { 1, 2, 3, 200 }),
        new("mask", "BOOL", [300], new byte[300]),
        new("empty", "F32", [0, 5], ReadOnlyMemory<byte>.Empty),
    ];

    public static TheoryData<int, bool> Forms => new() { { 2, false }, { 2, true }, { 3, false }, { 4, false }, { 4, true }, { 5, false } };

    [Theory]
    [MemberData(nameof(Forms))]
    public void Arrays_of_every_type_are_read_in_their_order(int protocol, bool inPairs)
    {
        var read = PaddleFile.Read(PickleWriter.Write(protocol, Arrays, inPairs), "x.pdparams");
        Assert.Equal(Arrays.Select(a => (a.Name, a.Form)), read.Select(a => (a.Name, a.Form)));
        Assert.All(Arrays.Zip(read), pair => Assert.True(pair.First.Data.Span.SequenceEqual(pair.Second.Data.Span), pair.First.Name));
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void Every_truncation_is_refused(int protocol, bool inPairs)
    {
        var intact = PickleWriter.Write(protocol, Arrays, inPairs);
        for (var length = 0; length < intact.Length; length++)
            Refused(intact[..length]);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void What_would_run_code_is_refused_by_name(int protocol)
    {
        Assert.Contains(" it refers to 'os.system', which is not allowed in a file of arrays (opcode at byte ", Refused(Writer().Global("os", "system").Text("ls").Code(0x85, 'R')), StringComparison.Ordinal);
        Assert.Contains(" it refers to 'builtins.eval', which is not allowed ", Refused(Writer().Global("builtins", "eval")), StringComparison.Ordinal);
        Assert.Contains(" it refers to 'numpy.load', which is not allowed ", Refused(Writer().Global("numpy", "load")), StringComparison.Ordinal);
        Assert.Contains($" it refers to '{new string('a', 100)}....b', ", Refused(Writer().Global(new string('a', 1000), "b")), StringComparison.Ordinal);
        Assert.Contains(" opcode Inst is not allowed in a file of arrays (opcode at byte 2).", Refused(Writer().Code('i', 'o', 's', '\n', 'x', '\n')), StringComparison.Ordinal);
        foreach (var opcode in (PickleOpcode[])[PickleOpcode.NewObj, PickleOpcode.NewObjEx, PickleOpcode.Obj, PickleOpcode.PersId, PickleOpcode.BinPersId, PickleOpcode.Ext1, PickleOpcode.EmptyList, PickleOpcode.NextBuffer])
            Assert.Contains($" opcode {opcode} is not allowed ", Refused(Writer().Code((int)opcode)), StringComparison.Ordinal);
        Assert.Contains(" there is no opcode 0xFF ", Refused(Writer().Code(0xFF)), StringComparison.Ordinal);
        Assert.Contains(" it calls what is not one of the names ", Refused(Writer().Text("os").Code(')', 'R')), StringComparison.Ordinal);
        Assert.Contains(" it calls ElementType with 0 arguments ", Refused(Writer().Global("numpy", "dtype").Code(')', 'R')), StringComparison.Ordinal);

        PickleWriter Writer() => new(protocol);
    }

    [Fact]
    public void Arrays_that_cannot_be_taken_are_refused_by_name()
    {
        Assert.Contains(" 'w' lies column by column (Fortran order); save numpy.ascontiguousarray of it. ", Refused(Of("f4", "<", [1, 2], true, 8)), StringComparison.Ordinal);
        Assert.Contains(" 'w' has the numpy type '>f4' (allowed: <f4, ", Refused(Of("f4", ">", [2], false, 8)), StringComparison.Ordinal);
        Assert.Contains(" 'w' has the numpy type '|O8' ", Refused(Of("O8", "|", [1], false, 8)), StringComparison.Ordinal);
        Assert.Contains(" 'w' is F32 [3], which its 8 bytes do not fill exactly. ", Refused(Of("f4", "<", [3], false, 8)), StringComparison.Ordinal);
        Assert.Contains(" 'w' is F32 [65536, 65536, 65536, 65536], which ", Refused(Of("f4", "<", [65536, 65536, 65536, 65536], false, 0)), StringComparison.Ordinal);
        Assert.Contains(" 'w' has 65 dimensions, ", Refused(Of("f4", "<", [.. Enumerable.Repeat(1L, 65)], false, 4)), StringComparison.Ordinal);
        Assert.Contains(" 'w' is no numpy array. ", Refused(Dictionary().Text("w").Code('K', 1, 's')), StringComparison.Ordinal);
        Assert.Contains(" its tensors are split into parts; save it with protocol 4. ", Refused(Dictionary().Text("UnpackBigParamInfor@@").Code('}', 's')), StringComparison.Ordinal);
        Assert.Contains(" it is no dictionary of tensors. ", Refused(new PickleWriter(4).Code('K', 1)), StringComparison.Ordinal);
        Assert.Contains(" 1 bytes follow its end ", Refused([.. PickleWriter.Write(4, Arrays), 0]), StringComparison.Ordinal);
        Assert.Contains(" 'double' stands in it twice. ", Refused(PickleWriter.Write(4, [Arrays[1], Arrays[1]])), StringComparison.Ordinal);
        Assert.Contains(" a value is missing on the stack ", Refused(Dictionary().Code('(', 's')), StringComparison.Ordinal);

        static byte[] Of(string type, string order, long[] shape, bool isColumnMajor, int bytes) =>
            Dictionary().Text("w").Array(type, order, shape, isColumnMajor, new byte[bytes]).Code('s').End();
    }

    /// <summary>Lengths that the file has not, values without end, and one text that is turned into bytes many times.</summary>
    [Fact]
    public void Little_files_cannot_make_much_of_themselves()
    {
        Assert.Contains(" 18446744073709551615 bytes are to follow ", Refused(new PickleWriter(4).Code(0x8E, 255, 255, 255, 255, 255, 255, 255, 255)), StringComparison.Ordinal);
        Assert.Contains(" more than 65536 values are on the stack ", Refused(new PickleWriter(4).Code([.. Enumerable.Repeat((int)'}', 70_000)])), StringComparison.Ordinal);
        Assert.Contains(" more than 65536 marks are open ", Refused(new PickleWriter(4).Code([.. Enumerable.Repeat((int)'(', 70_000)])), StringComparison.Ordinal);
        Assert.Contains(" memo 255 follows after 0 ", Refused(new PickleWriter(2).Code('}', 'q', 255)), StringComparison.Ordinal);
        var writer = new PickleWriter(2).Global("_codecs", "encode").Text(new string('a', 10_000)).Text("latin1");
        for (var i = 0; i < 10; i++)
            writer.Code('h', 0, 'h', 1, 'h', 2, 0x86, 'R');
        Assert.Contains(" the same text stands for bytes again and again ", Refused(writer), StringComparison.Ordinal);
        Assert.Contains(" it ends with 1 values", Refused(new PickleWriter(4).Code('}', '(')), StringComparison.Ordinal);
        Refused(new PickleWriter(4).Code([.. Enumerable.Repeat(0x85, 1_000_000).Prepend('}')]));
    }

    [Fact]
    public void A_safetensors_file_is_no_pickle_whatever_the_length_of_its_header()
    {
        Assert.True(PaddleFile.IsPickle(PickleWriter.Write(2, [])));
        Assert.True(PaddleFile.IsPickle(PickleWriter.Write(4, Arrays)));
        Assert.False(PaddleFile.IsPickle([0x80, 2, 0, 0, 0, 0, 0, 0, (byte)'{']));
        Assert.False(PaddleFile.IsPickle([0x80, 4, 0x95, 0, 0, 0, 0, 0, (byte)'{']));
        Assert.False(PaddleFile.IsPickle([]));
    }

    private static PickleWriter Dictionary() => new PickleWriter(4).Code('}').Put();

    private static string Refused(PickleWriter writer) => Refused(writer.End());

    private static string Refused(byte[] bytes)
    {
        var message = Assert.Throws<InputException>(() => PaddleFile.Read(bytes, "x.pdparams")).Message;
        Assert.StartsWith("'x.pdparams' is damaged or no file of Paddle's parameters: ", message, StringComparison.Ordinal);
        Assert.EndsWith(" Use an intact copy, or write it again by paddle.save(network.state_dict(), path).", message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
        Assert.InRange(message.Length, 1, 700);
        return message;
    }
}
