using System.Runtime.ExceptionServices;
using PriorNas.Files;
using PriorNas.Randomness;

namespace PriorNas.Torch.Data;

/// <summary>
/// A fixed list of images, decoded and transformed once, for evaluation and calibration. The batches are kept as float32 tensors, four
/// times the memory of bytes: a search evaluates thousands of networks on them, and none of these then pays for a conversion.
/// </summary>
public sealed class FixedBatches : IDisposable
{
    private readonly Batch[] batches;

    private FixedBatches(Batch[] batches, int count)
    {
        this.batches = batches;
        Count = count;
    }

    /// <summary>The number of images.</summary>
    public int Count { get; }

    /// <summary>The number of batches; all are full except perhaps the last.</summary>
    public int BatchCount => batches.Length;

    /// <summary>A batch, which belongs to this object and to no dispose scope: do not dispose it.</summary>
    public Batch this[int index] => batches[index];

    /// <summary>Decodes the listed images on all cores.</summary>
    /// <param name="images">The set.</param>
    /// <param name="indices">Which images, in which order; at least one.</param>
    /// <param name="transform">A transform without randomness.</param>
    /// <param name="batchSize">Images in a batch, at least 1.</param>
    /// <param name="cancellation">Ends the loading early.</param>
    /// <exception cref="InputException">An image cannot be read; the message names it.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static FixedBatches Load(ImageSet images, IReadOnlyList<int> indices, ImageTransform transform, int batchSize, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(indices);
        ArgumentNullException.ThrowIfNull(transform);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batchSize);
        ArgumentOutOfRangeException.ThrowIfZero(indices.Count);
        var batches = new List<Batch>();
        try
        {
            var pixels = new float[checked(Math.Min(batchSize, indices.Count) * 3 * transform.Size * transform.Size)];
            for (var first = 0; first < indices.Count; first += batchSize)
            {
                var part = indices.Skip(first).Take(batchSize).ToArray();
                Fill(images, part, transform, pixels, cancellation);
                batches.Add(Detached(Batch.Create(pixels, Array.ConvertAll(part, index => (long)images.Label(index)), transform.Size)));
            }

            return new FixedBatches([.. batches], indices.Count);
        }
        catch
        {
            batches.ForEach(batch => batch.Dispose());
            throw;
        }
    }

    /// <summary>Disposes all batches.</summary>
    public void Dispose() => Array.ForEach(batches, batch => batch.Dispose());

    private static void Fill(ImageSet images, int[] part, ImageTransform transform, float[] pixels, CancellationToken cancellation)
    {
        var length = 3 * transform.Size * transform.Size;
        try
        {
            Parallel.For(0, part.Length, new ParallelOptions { CancellationToken = cancellation }, i =>
                TransformedImage.Write(images, part[i], transform, new RandomStream(0), pixels.AsSpan(i * length, length)));
        }
        catch (AggregateException e)
        {
            ExceptionDispatchInfo.Throw(e.InnerExceptions[0]);
        }
    }

    private static Batch Detached(Batch batch)
    {
        batch.Images.DetachFromDisposeScope();
        batch.Labels.DetachFromDisposeScope();
        return batch;
    }
}
