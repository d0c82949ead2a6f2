using System.Runtime.InteropServices;
using PriorNas.Torch.Data.Transforms;
using PriorNas.Torch.Native;
using static TorchSharp.torch;

namespace PriorNas.Torch.Data.Loading;

/// <summary>Images with their labels, on the processor.</summary>
/// <param name="images">[N, 3, Size, Size] float32, normalised.</param>
/// <param name="labels">[N] int64.</param>
public sealed class Batch(Tensor images, Tensor labels) : IDisposable
{
    /// <summary>[N, 3, Size, Size] float32, normalised, channels last in memory.</summary>
    public Tensor Images { get; } = images;

    /// <summary>[N] int64, each the index of a class.</summary>
    public Tensor Labels { get; } = labels;

    /// <summary>Disposes both tensors.</summary>
    public void Dispose()
    {
        Images.Dispose();
        Labels.Dispose();
    }

    /// <summary>The most images of one batch: a tensor's memory is filled as one span, which ends at 2^31 - 1 bytes.</summary>
    /// <param name="size">Width and height of an image in pixels, at least 1.</param>
    internal static int MaxImages(int size) => (int)(int.MaxValue / (3L * size * size * sizeof(float)));

    /// <summary>Copies values into new tensors of the calling thread's dispose scope.</summary>
    /// <param name="pixels">At least N x 3 x Size x Size values.</param>
    /// <param name="labels">N labels.</param>
    /// <param name="size">Width and height of an image in pixels.</param>
    internal static Batch Create(ReadOnlySpan<float> pixels, ReadOnlySpan<long> labels, int size)
    {
        // Copying into the tensor's own memory takes a tenth of the time of torch.tensor(array).
        using var planes = empty(labels.Length, 3, size, size, dtype: ScalarType.Float32);
        MemoryMarshal.AsBytes(pixels[..(labels.Length * 3 * size * size)]).CopyTo(planes.bytes);
        var images = ChannelsLast.From(planes);
        return new Batch(images, Labelled(labels));
    }

    /// <summary>Normalises bytes into new tensors of the calling thread's dispose scope.</summary>
    /// <param name="pixels">[N, Size, Size, 3] bytes.</param>
    /// <param name="normalization">Applied to each value.</param>
    /// <param name="labels">N labels.</param>
    /// <param name="size">Width and height of an image in pixels.</param>
    internal static Batch Create(ReadOnlySpan<byte> pixels, Normalization normalization, ReadOnlySpan<long> labels, int size)
    {
        using var rows = empty(labels.Length, size, size, 3, dtype: ScalarType.Float32);
        NormalizedCopy.Interleaved(pixels, normalization, MemoryMarshal.Cast<byte, float>(rows.bytes));
        return new Batch(rows.permute(0, 3, 1, 2), Labelled(labels)); // [N, 3, Size, Size], channels last in memory
    }

    private static Tensor Labelled(ReadOnlySpan<long> labels)
    {
        var numbers = empty(labels.Length, dtype: ScalarType.Int64);
        MemoryMarshal.AsBytes(labels).CopyTo(numbers.bytes);
        return numbers;
    }
}
