using System.Runtime.InteropServices;
using PriorNas.Files;
using TorchSharp;

namespace PriorNas.Torch.Interchange;

/// <summary>
/// Between tensors of libtorch and their bytes in a file, with one copy of the data. Assumes a little-endian machine, as all are that
/// libtorch is built for. float32, float64, bfloat16, int64 and uint8 are carried.
/// </summary>
public static class TensorBytes
{
    private static readonly (torch.ScalarType Torch, string File)[] Types =
    [
        (torch.ScalarType.Float32, "F32"), (torch.ScalarType.Float64, "F64"), (torch.ScalarType.BFloat16, "BF16"),
        (torch.ScalarType.Int64, "I64"), (torch.ScalarType.Byte, "U8"),
    ];

    /// <summary>Copies a tensor's elements, in row-major order whatever its memory format or device.</summary>
    /// <param name="name">The key in the file.</param>
    /// <param name="tensor">Of any shape; at most 2 GiB less 57 bytes. A tensor that is not contiguous on the CPU costs a second copy.</param>
    /// <exception cref="ArgumentException">The tensor has another type or is too large.</exception>
    public static SafeTensor From(string name, torch.Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(tensor);
        var type = Array.Find(Types, pair => pair.Torch == tensor.dtype).File
            ?? throw new ArgumentException($"Tensor '{name}' has the type {tensor.dtype} (allowed: {AllowedTorchTypes}); convert it first.", nameof(tensor));
        var bytes = tensor.numel() * tensor.element_size();
        if (bytes > Array.MaxLength)
            throw new ArgumentException(
                $"Tensor '{name}' has {bytes} bytes; the largest that can be written has {Array.MaxLength}.", nameof(tensor));
        return new SafeTensor(name, type, [.. tensor.shape], Copy(tensor, bytes));
    }

    /// <summary>Makes a new contiguous tensor on the CPU, without gradient, owned by the caller's dispose scope.</summary>
    /// <exception cref="InputException">The file's type is not carried, or its data does not fit its shape.</exception>
    public static torch.Tensor ToTensor(SafeTensor source)
    {
        ArgumentNullException.ThrowIfNull(source);
        var type = Array.Find(Types, pair => pair.File == source.Type);
        if (type.File is null)
            throw new InputException(
                $"Tensor '{source.Name}' has the type {source.Type} (allowed: {string.Join(", ", Types.Select(pair => pair.File))}); convert the file.");
        CheckFilled(source);
        var tensor = torch.empty(source.Shape, dtype: type.Torch);
        Fill(tensor, source);
        return tensor;
    }

    /// <summary>
    /// Overwrites an existing tensor, such as a parameter or a buffer, with the values of a file, outside of any gradient. The tensor
    /// stays the same object with its device and memory format.
    /// </summary>
    /// <exception cref="InputException">Type or shape differ; the message names the tensor and both forms. Nothing is written.</exception>
    public static void CopyTo(SafeTensor source, torch.Tensor target)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(target);
        RequireFit(source, target);
        using var noGradient = torch.no_grad();
        if (target.device_type == DeviceType.CPU && target.is_contiguous())
        {
            Fill(target, source);
            return;
        }

        using var scope = torch.NewDisposeScope();
        target.copy_(ToTensor(source));
    }

    /// <summary>Refuses what <see cref="CopyTo"/> would, and writes nothing.</summary>
    /// <exception cref="InputException">Type or shape differ; the message names the tensor and both forms.</exception>
    internal static void RequireFit(SafeTensor source, torch.Tensor target)
    {
        var type = Array.Find(Types, pair => pair.Torch == target.dtype).File ?? target.dtype.ToString();
        if (type != source.Type || !target.shape.AsSpan().SequenceEqual(source.Shape))
        {
            throw new InputException(
                $"Tensor '{source.Name}' is {source.Form} in the file and {SafeTensor.DescribeForm(type, target.shape)} in the network; "
                + "give a file that was written for this network.");
        }

        CheckFilled(source);
    }

    /// <summary>Refuses numbers with which no network can continue.</summary>
    /// <param name="tensor">Of float32; any other is let through.</param>
    /// <param name="source">Where it comes from, for the message.</param>
    /// <exception cref="InputException">A number is infinite or none; the message names the tensor.</exception>
    internal static void RequireFinite(SafeTensor tensor, string source)
    {
        if (tensor.Type != "F32")
            return;
        foreach (var value in MemoryMarshal.Cast<byte, float>(tensor.Data.Span))
        {
            if (!float.IsFinite(value))
                throw new InputException($"'{source}': tensor '{tensor.Name}' holds numbers that are not finite; give the weights of a training that did not diverge.");
        }
    }

    private static string AllowedTorchTypes => string.Join(", ", Types.Select(pair => pair.Torch));

    private static byte[] Copy(torch.Tensor tensor, long bytes)
    {
        if (bytes == 0)
            return [];
        if (tensor.device_type == DeviceType.CPU && tensor.is_contiguous())
            return tensor.bytes.ToArray();
        using var scope = torch.NewDisposeScope();
        using var noGradient = torch.no_grad();
        return tensor.cpu().contiguous().bytes.ToArray();
    }

    /// <summary>Writes the memory of a contiguous tensor on the CPU.</summary>
    private static void Fill(torch.Tensor tensor, SafeTensor source)
    {
        // An empty tensor has no memory to take a view of.
        if (source.Data.Length > 0)
            source.Data.Span.CopyTo(tensor.bytes);
    }

    private static void CheckFilled(SafeTensor source)
    {
        if (SafeTensorType.TensorBytes(source.Type, source.Shape) != source.Data.Length)
            throw new InputException(
                $"Tensor '{source.Name}' is {source.Form}, which its {source.Data.Length} bytes do not fill exactly; use an intact file.");
    }
}
