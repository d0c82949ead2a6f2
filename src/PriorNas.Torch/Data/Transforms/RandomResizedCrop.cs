using PriorNas.Randomness;

namespace PriorNas.Torch.Data.Transforms;

/// <summary>
/// The augmentation of ImageNet (Szegedy et al. 2015), with torchvision's constants: a rectangle of 8 to 100 % of the area and an
/// aspect ratio of 3/4 to 4/3, resized to a square, and a random mirror image. As in torchvision the rectangle is
/// cropped, then resized (antialiased bilinear, byte for byte as Pillow): nothing outside it has an influence.
/// </summary>
public sealed class RandomResizedCrop : ImageTransform
{
    private const double MinArea = 0.08;
    private const double MinRatio = 3.0 / 4;
    private const double MaxRatio = 4.0 / 3;
    private const int Tries = 10;

    /// <summary>Creates the transform.</summary>
    /// <param name="size">Width and height of the output in pixels.</param>
    /// <param name="flip">Whether every second crop, at random, is mirrored left to right.</param>
    /// <param name="normalization">Applied to the result.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is not positive.</exception>
    public RandomResizedCrop(int size, bool flip, Normalization normalization)
        : base(size, normalization) => Flip = flip;

    /// <summary>Whether every second crop, at random, is mirrored left to right.</summary>
    public bool Flip { get; }

    /// <inheritdoc/>
    public override void Apply(RgbImage image, RandomStream random, Span<byte> destination)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(random);
        Require(destination);
        var (left, top, width, height) = Rectangle(image.Width, image.Height, random);
        var flip = Flip && random.Next(2) == 1;
        AntialiasedResize.Resize(image, new ResizeTaps(left, width, Size, 0, Size), new ResizeTaps(top, height, Size, 0, Size), destination);
        for (var row = 0; flip && row < Size; row++)
            Window.Mirror(destination.Slice(3 * row * Size, 3 * Size));
    }

    /// <summary>Draws the rectangle to keep, within an image of the given size.</summary>
    internal static (int Left, int Top, int Width, int Height) Rectangle(int imageWidth, int imageHeight, RandomStream random)
    {
        for (var i = 0; i < Tries; i++)
        {
            var area = (double)imageWidth * imageHeight * random.NextDouble(MinArea, 1);
            var ratio = Math.Exp(random.NextDouble(Math.Log(MinRatio), Math.Log(MaxRatio)));
            var width = (int)Math.Round(Math.Sqrt(area * ratio));
            var height = (int)Math.Round(Math.Sqrt(area / ratio));
            if (width > 0 && width <= imageWidth && height > 0 && height <= imageHeight)
                return (random.Next(imageWidth - width + 1), random.Next(imageHeight - height + 1), width, height);
        }

        return Central(imageWidth, imageHeight);
    }

    /// <summary>For images too wide or too tall for the drawn shapes: the largest central rectangle of an allowed ratio.</summary>
    private static (int Left, int Top, int Width, int Height) Central(int imageWidth, int imageHeight)
    {
        var (width, height) = (imageWidth, imageHeight);
        if (imageWidth < MinRatio * imageHeight)
            height = (int)Math.Round(imageWidth / MinRatio);
        else if (imageWidth > MaxRatio * imageHeight)
            width = (int)Math.Round(imageHeight * MaxRatio);
        return ((imageWidth - width) / 2, (imageHeight - height) / 2, width, height);
    }
}
