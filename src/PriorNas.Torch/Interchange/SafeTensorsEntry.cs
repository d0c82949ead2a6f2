using PriorNas.Files;

namespace PriorNas.Torch.Interchange;

/// <summary>What the header says of one tensor; <paramref name="Start"/> and <paramref name="End"/> are bytes after the header.</summary>
internal sealed record SafeTensorsEntry(string Name, string Type, long[] Shape, long Start, long End)
{
    /// <summary>Checks what was read of one tensor by itself; all numbers are at least 0.</summary>
    /// <exception cref="InputException">A part is missing, the type is not allowed, or type, shape and offsets disagree.</exception>
    internal static SafeTensorsEntry Create(string source, string name, string? type, long[]? shape, long[]? offsets)
    {
        InputException Fault(string fault) => SafeTensorsFormat.Fault(source, $"tensor '{name}' {fault}");
        if (type is null || shape is null || offsets is not [var begin, var end])
            throw Fault("has not exactly one dtype, one shape and two data_offsets.");
        if (SafeTensorType.ElementBytes(type) == 0)
            throw Fault($"has the type '{type}' (allowed: {SafeTensorType.Allowed}).");
        // Both offsets are at least 0, so their difference does not overflow.
        if (end - begin != SafeTensorType.TensorBytes(type, shape))
            throw Fault($"is {SafeTensor.DescribeForm(type, shape)}, which does not fill bytes {begin} to {end}.");
        return new SafeTensorsEntry(name, type, shape, begin, end);
    }
}
