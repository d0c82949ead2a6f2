using System.Buffers;
using PriorNas.Randomness;

namespace PriorNas.Torch.Data.Transforms;

/// <summary>
/// Turns an image of any size into the input of a network: a change of geometry, from bytes to bytes, then normalisation. Without state:
/// one transform serves all threads.
/// </summary>
public abstract class ImageTransform
{
    /// <summary>Creates the transform of an output size.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The size is not positive.</exception>
    protected ImageTransform(int size, Normalization normalization)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size);
        ArgumentNullException.ThrowIfNull(normalization);
        Size = size;
        Normalization = normalization;
    }

    /// <summary>Width and height of the output in pixels.</summary>
    public int Size { get; }

    /// <summary>How the output's channels are normalised.</summary>
    public Normalization Normalization { get; }

    /// <summary>Writes one transformed image.</summary>
    /// <param name="image">The image, of any size.</param>
    /// <param name="random">The stream of this one application; a transform without randomness draws nothing from it.</param>
    /// <param name="destination">[3, Size, Size] float32, normalised; every value is written.</param>
    /// <exception cref="ArgumentException">The destination is of another length.</exception>
    public void Apply(RgbImage image, RandomStream random, Span<float> destination)
    {
        Require(destination);
        var rented = ArrayPool<byte>.Shared.Rent(3 * Size * Size);
        var pixels = rented.AsSpan(0, 3 * Size * Size);
        Apply(image, random, pixels);
        NormalizedCopy.ToPlanes(pixels, Normalization, destination);
        ArrayPool<byte>.Shared.Return(rented);
    }

    /// <summary>Writes one transformed image before its normalisation.</summary>
    /// <param name="image">The image, of any size.</param>
    /// <param name="random">The stream of this one application; a transform without randomness draws nothing from it.</param>
    /// <param name="destination">[Size, Size, 3] bytes; every value is written.</param>
    /// <exception cref="ArgumentException">The destination is of another length.</exception>
    public abstract void Apply(RgbImage image, RandomStream random, Span<byte> destination);

    /// <summary>Checks the length of a destination.</summary>
    private protected void Require<T>(Span<T> destination)
    {
        if (destination.Length != 3 * Size * Size)
            throw new ArgumentException($"The destination has {destination.Length} values; an image of [3, {Size}, {Size}] has {3 * Size * Size}.", nameof(destination));
    }
}
