using PriorNas.Randomness;

namespace PriorNas.Torch.Data;

/// <summary>Turns an image of any size into the input of a network. Without state: one transform serves all threads.</summary>
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
    public abstract void Apply(RgbImage image, RandomStream random, Span<float> destination);

    /// <summary>Checks the length of a destination.</summary>
    private protected void Require(ReadOnlySpan<float> destination)
    {
        if (destination.Length != 3 * Size * Size)
            throw new ArgumentException($"The destination has {destination.Length} values; an image of [3, {Size}, {Size}] has {3 * Size * Size}.", nameof(destination));
    }
}
