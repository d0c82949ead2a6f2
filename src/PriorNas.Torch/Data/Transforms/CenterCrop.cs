using PriorNas.Randomness;

namespace PriorNas.Torch.Data.Transforms;

/// <summary>
/// Training images cut as validation images are, so that training and validation see objects of the same size: the shorter side resized,
/// the centre cropped, and, as the only augmentation, a random mirror image.
/// </summary>
public sealed class CenterCrop : ImageTransform
{
    private readonly ResizeCenterCrop crop;

    /// <summary>Creates the transform.</summary>
    /// <param name="resize">The length of the shorter side after resizing, in pixels.</param>
    /// <param name="size">Width and height of the output in pixels, at most <paramref name="resize"/>.</param>
    /// <param name="flip">Whether every second crop, at random, is mirrored left to right.</param>
    /// <param name="normalization">Applied to the result.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is not positive or larger than the resized side.</exception>
    public CenterCrop(int resize, int size, bool flip, Normalization normalization)
        : base(size, normalization)
    {
        crop = new ResizeCenterCrop(resize, size, normalization);
        Flip = flip;
    }

    /// <summary>The length of the shorter side after resizing, in pixels.</summary>
    public int ShorterSide => crop.ShorterSide;

    /// <summary>Whether every second crop, at random, is mirrored left to right.</summary>
    public bool Flip { get; }

    /// <inheritdoc/>
    public override void Apply(RgbImage image, RandomStream random, Span<byte> destination)
    {
        ArgumentNullException.ThrowIfNull(random);
        crop.Apply(image, random, destination);
        var flip = Flip && random.Next(2) == 1;
        for (var row = 0; flip && row < Size; row++)
            Window.Mirror(destination.Slice(3 * row * Size, 3 * Size));
    }
}
