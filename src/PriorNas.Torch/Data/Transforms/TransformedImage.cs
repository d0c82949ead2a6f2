using PriorNas.Files;
using PriorNas.Randomness;

namespace PriorNas.Torch.Data.Transforms;

/// <summary>One image of a set, read and transformed; a fault names the image.</summary>
internal static class TransformedImage
{
    /// <exception cref="InputException">The image cannot be read.</exception>
    /// <exception cref="InvalidOperationException">Reading or transforming failed otherwise; the message names the image.</exception>
    public static void Write(ImageSet images, int index, ImageTransform transform, RandomStream random, Span<float> destination)
    {
        try
        {
            transform.Apply(images.Read(index), random, destination);
        }
        catch (Exception e) when (e is not InputException)
        {
            throw Named(images, index, e);
        }
    }

    /// <summary>The image before its normalisation, by a transform without randomness.</summary>
    /// <returns>What <see cref="Write"/> would throw, or null.</returns>
    public static Exception? TryWrite(ImageSet images, int index, ImageTransform transform, Span<byte> destination)
    {
        try
        {
            transform.Apply(images.Read(index), new RandomStream(0), destination);
            return null;
        }
        catch (Exception e)
        {
            return Named(images, index, e);
        }
    }

    private static Exception Named(ImageSet images, int index, Exception fault) => fault is InputException
        ? fault
        : new InvalidOperationException($"{images.Describe(index)}: could not be read and transformed ({fault.Message})", fault);
}
