namespace PriorNas.Torch.Interchange;

/// <summary>From the value of a Paddle pickle to named tensors: a dictionary of numpy arrays, or of pairs (name, array).</summary>
internal static class PaddlePickle
{
    /// <summary>The key under which Paddle keeps its own names of the parameters; it holds no tensor.</summary>
    internal const string NameTable = "StructuredToParameterName@@";

    private const string PartTable = "UnpackBigParamInfor@@";

    /// <summary>Reads all tensors, in the order of the file; their data are views of it where the pickle holds bytes as bytes.</summary>
    /// <exception cref="InvalidDataException">The file is damaged, or holds something else; the message names what and where.</exception>
    internal static List<SafeTensor> Read(ReadOnlyMemory<byte> file)
    {
        if (new PickleMachine(file).Read() is not PickledDictionary root)
            throw new InvalidDataException("it is no dictionary of tensors.");
        var tensors = new List<SafeTensor>(root.Pairs.Count);
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (key, value) in root.Pairs)
        {
            var name = (key as PickledText ?? throw new InvalidDataException("a key is no text.")).Decode();
            if (!names.Add(name))
                throw new InvalidDataException($"'{name}' stands in it twice.");
            if (name == PartTable)
                throw new InvalidDataException("its tensors are split into parts; save it with protocol 4.");
            if (name != NameTable)
                tensors.Add(Tensor(name, value));
        }

        return tensors;
    }

    private static SafeTensor Tensor(string name, object? value)
    {
        var held = value is object[] pair && pair is [PickledText, var second] ? second : value;
        if (held is not PickledArray { Type: { } elements, Shape: { } shape } array)
            throw new InvalidDataException($"'{name}' is no numpy array.");
        try
        {
            var type = elements.ToTensorType();
            var sizes = Sizes(shape);
            if (SafeTensorType.TensorBytes(type, sizes) != array.Data.Length)
                throw new InvalidDataException($"is {SafeTensor.DescribeForm(type, sizes)}, which its {array.Data.Length} bytes do not fill exactly");
            if (array.IsColumnMajor)
                throw new InvalidDataException("lies column by column (Fortran order); save numpy.ascontiguousarray of it");
            return new SafeTensor(name, type, sizes, array.Data);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"'{name}' {e.Message}.", e);
        }
    }

    private static long[] Sizes(object?[] shape)
    {
        if (shape.Length > SafeTensorType.MaximumDimensions)
            throw new InvalidDataException($"has {shape.Length} dimensions, allowed are {SafeTensorType.MaximumDimensions}");
        return Array.ConvertAll(shape, size => size is long and >= 0 ? (long)size : throw new InvalidDataException("has a shape that is not of whole numbers of at least 0"));
    }
}
