using System.Runtime.ExceptionServices;
using PriorNas.Files;
using PriorNas.Torch.Data.Formats;
using PriorNas.Torch.Data.Transforms;
using static TorchSharp.torch;

namespace PriorNas.Torch.Data.Loading;

/// <summary>
/// A fixed list of images, decoded and transformed once, for evaluation and calibration. They are kept as bytes, in a quarter of the memory
/// of floats, and normalised each time a batch is asked for, which takes far less time than any network's forward pass over it.
/// </summary>
public sealed class FixedBatches : IDisposable
{
    private readonly Normalization normalization;
    private readonly int size;
    private readonly Tensor[] pixels; // [N, Size, Size, 3] uint8
    private readonly long[][] labels;

    private FixedBatches(ImageTransform transform, Tensor[] pixels, long[][] labels)
    {
        normalization = transform.Normalization;
        size = transform.Size;
        this.pixels = pixels;
        this.labels = labels;
        Count = labels.Sum(batch => batch.Length);
    }

    /// <summary>The number of images.</summary>
    public int Count { get; }

    /// <summary>The number of batches; all are full except perhaps the last.</summary>
    public int BatchCount => labels.Length;

    /// <summary>A batch, as new tensors of the calling thread's dispose scope; each time with the same bits.</summary>
    public Batch this[int index] => Batch.Create(pixels[index].bytes, normalization, labels[index], size);

    /// <summary>Images of a batch.</summary>
    internal int CountOf(int index) => labels[index].Length;

    /// <summary>The labels of a batch, [N] int64, as a new tensor of the calling thread's dispose scope.</summary>
    internal Tensor LabelsOf(int index) => tensor(labels[index]);

    /// <summary>Decodes the listed images on all cores.</summary>
    /// <param name="images">The set.</param>
    /// <param name="indices">Which images, in which order; at least one.</param>
    /// <param name="transform">A transform without randomness.</param>
    /// <param name="batchSize">Images in a batch, at least 1; the float32 values of a batch take less than 2 GiB.</param>
    /// <param name="cancellation">Ends the loading early.</param>
    /// <exception cref="InputException">Images cannot be read; the message names the first of them.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static FixedBatches Load(ImageSet images, IReadOnlyList<int> indices, ImageTransform transform, int batchSize, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(indices);
        ArgumentNullException.ThrowIfNull(transform);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batchSize);
        ArgumentOutOfRangeException.ThrowIfZero(indices.Count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Math.Min(batchSize, indices.Count), Batch.MaxImages(transform.Size), nameof(batchSize));
        var parts = indices.Chunk(batchSize).ToArray();
        var pixels = Array.ConvertAll(parts, part => empty(part.Length, transform.Size, transform.Size, 3, dtype: ScalarType.Byte).DetachFromDisposeScope());
        try
        {
            Fill(images, indices, transform, pixels, batchSize, cancellation);
            return new FixedBatches(transform, pixels, Array.ConvertAll(parts, part => Array.ConvertAll(part, index => (long)images.Label(index))));
        }
        catch
        {
            Array.ForEach(pixels, batch => batch.Dispose());
            throw;
        }
    }

    /// <summary>Frees the images.</summary>
    public void Dispose() => Array.ForEach(pixels, batch => batch.Dispose());

    private static void Fill(ImageSet images, IReadOnlyList<int> indices, ImageTransform transform, Tensor[] pixels, int batchSize, CancellationToken cancellation)
    {
        var length = 3 * transform.Size * transform.Size;
        var faults = new Exception?[indices.Count];
        Parallel.For(0, indices.Count, new ParallelOptions { CancellationToken = cancellation }, i =>
            faults[i] = TransformedImage.TryWrite(images, indices[i], transform, pixels[i / batchSize].bytes.Slice(i % batchSize * length, length)));
        Throw([.. faults.OfType<Exception>()]);
    }

    /// <summary>All images that cannot be read in one message; of other faults the first.</summary>
    private static void Throw(Exception[] faults)
    {
        if (faults.FirstOrDefault(fault => fault is not InputException) is { } unexpected)
            ExceptionDispatchInfo.Throw(unexpected);
        FaultText.ThrowIfAny([.. faults.Select(fault => fault.Message)]);
    }
}
