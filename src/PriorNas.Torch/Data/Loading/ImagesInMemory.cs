using PriorNas.Files;
using PriorNas.Torch.Data.Formats;

namespace PriorNas.Torch.Data.Loading;

/// <summary>
/// Keeps decoded images in memory. Each image is decoded at its first reading and kept while the total stays under the limit; those
/// that do not fit are decoded at every reading.
/// </summary>
/// <remarks>Two threads that ask for the same image for the first time at the same moment both decode it; one copy is kept.</remarks>
public sealed class ImagesInMemory : ImageSet
{
    private readonly ImageSet source;
    private readonly long limitBytes;
    private readonly RgbImage?[] images;
    private long heldBytes;

    /// <summary>Wraps a set; decodes nothing yet.</summary>
    /// <param name="source">The images.</param>
    /// <param name="limitBytes">The largest total of the kept pixels, in bytes.</param>
    /// <exception cref="ArgumentOutOfRangeException">The limit is negative.</exception>
    public ImagesInMemory(ImageSet source, long limitBytes = 1L << 30)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentOutOfRangeException.ThrowIfNegative(limitBytes);
        this.source = source;
        this.limitBytes = limitBytes;
        images = new RgbImage?[source.Count];
    }

    /// <inheritdoc/>
    public override int Count => source.Count;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Classes => source.Classes;

    /// <summary>The pixels kept so far, in bytes; never more than the limit.</summary>
    public long HeldBytes => Interlocked.Read(ref heldBytes);

    /// <inheritdoc/>
    public override int Label(int index) => source.Label(index);

    /// <inheritdoc/>
    public override string Describe(int index) => source.Describe(index);

    /// <inheritdoc/>
    public override RgbImage Read(int index)
    {
        if (Volatile.Read(ref images[index]) is { } kept)
            return kept;
        var image = source.Read(index);
        if (!Reserve(image.Pixels.Length))
            return image;
        if (Interlocked.CompareExchange(ref images[index], image, null) is not { } first)
            return image;
        Interlocked.Add(ref heldBytes, -image.Pixels.Length);
        return first;
    }

    /// <summary>
    /// Decodes on all cores what fits, so that a file that cannot be decoded is found before a run and not in it. An image that does not fit
    /// ends it; some are then decoded at their first reading only.
    /// </summary>
    /// <exception cref="InputException">An image cannot be read; the message names the first of them.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public void DecodeAhead(CancellationToken cancellation = default)
    {
        var faults = new InputException?[Count];
        Parallel.For(0, Count, new ParallelOptions { CancellationToken = cancellation }, (index, state) =>
        {
            try
            {
                Read(index);
                if (Volatile.Read(ref images[index]) is null)
                    state.Stop();
            }
            catch (InputException e)
            {
                faults[index] = e;
            }
        });
        FaultText.ThrowIfUnread(faults);
        FaultText.ThrowIfAny([.. faults.OfType<InputException>().Select(fault => fault.Message)]);
    }

    /// <inheritdoc/>
    internal override byte[] Inspect(int index) => source.Inspect(index);

    private bool Reserve(long bytes)
    {
        var held = HeldBytes;
        while (held + bytes <= limitBytes)
        {
            var seen = Interlocked.CompareExchange(ref heldBytes, held + bytes, held);
            if (seen == held)
                return true;
            held = seen;
        }

        return false;
    }
}
