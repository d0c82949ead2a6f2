using System.Collections.Immutable;
using System.Runtime.ExceptionServices;
using PriorNas.Files;
using PriorNas.Randomness;
using PriorNas.Torch.Data.Transforms;

namespace PriorNas.Torch.Data.Loading;

/// <summary>
/// Shuffled, augmented and prefetched batches of training epochs; the last incomplete batch of an epoch is dropped. What a batch holds
/// depends on the stream and the batch's number alone, not on the workers or on where the loader was started.
/// </summary>
/// <remarks>One thread consumes. The workers run ahead by twice their number of batches and hold no tensors.</remarks>
public sealed class BatchLoader : IDisposable
{
    private readonly ImageSet images;
    private readonly ImmutableArray<ImageTransform> transforms;
    private readonly int largestSize;
    private readonly int batchSize;
    private readonly RandomStream stream;
    private readonly EpochOrder order;
    private readonly Thread[] threads;
    private PrefetchRing? ring;
    private bool disposed;

    /// <summary>Creates a loader of batches of one size; nothing is read before <see cref="Start"/>.</summary>
    /// <param name="images">The images of an epoch.</param>
    /// <param name="transform">Applied to each image.</param>
    /// <param name="batchSize">Images in a batch, at least 1; the float32 values of a batch take less than 2 GiB.</param>
    /// <param name="stream">The source of the epochs' orders and of the augmentation.</param>
    /// <param name="workers">The number of threads that read and transform, at least 1.</param>
    /// <exception cref="InputException">There are fewer images than a batch holds.</exception>
    public BatchLoader(ImageSet images, ImageTransform transform, int batchSize, RandomStream stream, int workers)
        : this(images, [transform ?? throw new ArgumentNullException(nameof(transform))], batchSize, stream, workers)
    {
    }

    /// <summary>Creates a loader whose batches may differ in size.</summary>
    /// <param name="images">The images of an epoch.</param>
    /// <param name="transforms">At least one; each batch is transformed by one of them, drawn uniformly.</param>
    /// <param name="batchSize">Images in a batch, at least 1; the float32 values of a batch of the largest size take less than 2 GiB.</param>
    /// <param name="stream">The source of the epochs' orders, of the augmentation and of the batches' transforms.</param>
    /// <param name="workers">The number of threads that read and transform, at least 1.</param>
    /// <exception cref="InputException">There are fewer images than a batch holds.</exception>
    public BatchLoader(ImageSet images, ImmutableArray<ImageTransform> transforms, int batchSize, RandomStream stream, int workers)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentOutOfRangeException.ThrowIfZero(transforms.Length, nameof(transforms));
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batchSize);
        largestSize = transforms.Max(transform => transform.Size);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(batchSize, Batch.MaxImages(largestSize));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(workers);
        if (images.Count < batchSize)
            throw new InputException($"batch size {batchSize}: there are only {images.Count} training images, so an epoch has no complete batch; lower the batch size to at most {images.Count} or add images.");
        this.images = images;
        this.transforms = transforms;
        this.batchSize = batchSize;
        this.stream = stream;
        order = new EpochOrder(stream, images.Count);
        threads = new Thread[workers];
        BatchesPerEpoch = images.Count / batchSize;
    }

    /// <summary>Complete batches in an epoch, at least 1.</summary>
    public int BatchesPerEpoch { get; }

    /// <summary>Starts reading ahead; <see cref="Next"/> then returns this batch. A loader that runs is stopped and started anew.</summary>
    /// <param name="firstBatch">The global number of a batch: epoch x BatchesPerEpoch + batch within the epoch.</param>
    public void Start(long firstBatch)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        ArgumentOutOfRangeException.ThrowIfNegative(firstBatch);
        Stop();
        var pixels = batchSize * 3 * largestSize * largestSize;
        var buffers = new BatchBuffer[2 * threads.Length];
        for (var i = 0; i < buffers.Length; i++)
            buffers[i] = new BatchBuffer(pixels, batchSize);
        var started = new PrefetchRing(firstBatch, buffers);
        ring = started;
        for (var i = 0; i < threads.Length; i++)
        {
            threads[i] = new Thread(() => Work(started)) { IsBackground = true, Name = $"image worker {i}" };
            threads[i].Start();
        }
    }

    /// <summary>The next batch, as tensors of the calling thread's dispose scope.</summary>
    /// <exception cref="InputException">An image of the batch cannot be read; the message names it. Further calls repeat the error.</exception>
    /// <exception cref="InvalidOperationException">The loader was not started, or an image failed otherwise.</exception>
    public Batch Next()
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        if (ring is null)
            throw new InvalidOperationException("The loader is not started; call Start with the number of the first batch.");
        var buffer = ring.Peek();
        buffer.Error?.Throw();
        var batch = Batch.Create(buffer.Pixels, buffer.Labels, buffer.Size);
        ring.Release();
        return batch;
    }

    /// <summary>Stops the workers and waits until they have ended.</summary>
    public void Dispose()
    {
        disposed = true;
        Stop();
    }

    private void Stop()
    {
        if (ring is null)
            return;
        ring.Stop();
        foreach (var thread in threads)
            thread.Join();
        ring = null;
    }

    private void Work(PrefetchRing target)
    {
        while (target.TryClaim(out var batch, out var buffer))
        {
            try
            {
                Fill(batch, buffer, target);
            }
            catch (Exception e)
            {
                buffer.Error = ExceptionDispatchInfo.Capture(e);
            }

            target.Publish(buffer);
        }
    }

    private void Fill(long batch, BatchBuffer buffer, PrefetchRing target)
    {
        var (epoch, first) = (batch / BatchesPerEpoch, (int)(batch % BatchesPerEpoch) * batchSize);
        var indices = order.Of(epoch).AsSpan(first, batchSize);
        var augmentation = stream.Split("augmentation", epoch);
        var transform = transforms.Length == 1 ? transforms[0] : transforms[stream.Split("resolution", batch).Next(transforms.Length)];
        var length = 3 * transform.Size * transform.Size;
        buffer.Size = transform.Size;
        for (var i = 0; i < batchSize && !target.Stopped; i++)
        {
            var index = indices[i];
            TransformedImage.Write(images, index, transform, augmentation.Split(index), buffer.Pixels.AsSpan(i * length, length));
            buffer.Labels[i] = images.Label(index);
        }
    }
}
