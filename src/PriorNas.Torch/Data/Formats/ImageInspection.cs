using PriorNas.Files;

namespace PriorNas.Torch.Data.Formats;

/// <summary>What was found in a set's images before a run.</summary>
/// <param name="Hashes">The SHA-256 of each image's content; that of an unusable one is empty.</param>
/// <param name="Faults">For each image what is wrong with its content, or null.</param>
internal sealed record ImageInspection(byte[][] Hashes, string?[] Faults)
{
    /// <summary>The messages of what is wrong, in the images' order.</summary>
    public IEnumerable<string> Messages => Faults.OfType<string>();

    /// <summary>Looks at the first images of a set, on all cores.</summary>
    /// <param name="images">The set.</param>
    /// <param name="count">How many images.</param>
    /// <param name="decode">Whether each is decoded too; else only what its header shows is found.</param>
    /// <param name="cancellation">Ends it early.</param>
    /// <exception cref="InputException">Files could not be read, whatever they hold; the message names the first of them.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static ImageInspection Of(ImageSet images, int count, bool decode, CancellationToken cancellation)
    {
        var (hashes, faults) = (new byte[count][], new InputException?[count]);
        Parallel.For(0, count, new ParallelOptions { CancellationToken = cancellation }, index =>
        {
            hashes[index] = [];
            try
            {
                var hash = images.Inspect(index);
                if (decode)
                    images.Read(index);
                hashes[index] = hash;
            }
            catch (InputException e)
            {
                faults[index] = e;
            }
        });
        FaultText.ThrowIfUnread(faults);
        return new ImageInspection(hashes, Array.ConvertAll(faults, fault => fault?.Message));
    }
}
