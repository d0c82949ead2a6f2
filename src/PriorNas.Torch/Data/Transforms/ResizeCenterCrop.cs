using PriorNas.Randomness;

namespace PriorNas.Torch.Data.Transforms;

/// <summary>
/// The transform of evaluation: resizes the shorter side (antialiased bilinear, byte for byte as Pillow), then crops at the centre.
/// Lengths and margins are rounded as by torchvision's <c>Resize(int)</c> and <c>CenterCrop</c>. An image whose shorter side already has that length is cropped without resampling.
/// </summary>
public sealed class ResizeCenterCrop : ImageTransform
{
    /// <summary>Creates the transform.</summary>
    /// <param name="resize">The length of the shorter side after resizing, in pixels.</param>
    /// <param name="size">Width and height of the output in pixels, at most <paramref name="resize"/>.</param>
    /// <param name="normalization">Applied to the result.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is not positive or larger than the resized side.</exception>
    public ResizeCenterCrop(int resize, int size, Normalization normalization)
        : base(size, normalization)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(resize, size);
        ShorterSide = resize;
    }

    /// <summary>The length of the shorter side after resizing, in pixels.</summary>
    public int ShorterSide { get; }

    /// <inheritdoc/>
    public override void Apply(RgbImage image, RandomStream random, Span<byte> destination)
    {
        ArgumentNullException.ThrowIfNull(image);
        Require(destination);
        var shorter = Math.Min(image.Width, image.Height);
        var (width, height) = (Resized(image.Width, shorter), Resized(image.Height, shorter));
        var (left, top) = (Margin(width), Margin(height));
        if (shorter == ShorterSide)
        {
            new Window(left, top, 0, 0, Size, Size, Flip: false).Copy(image.Pixels, image.Width, destination, Size);
            return;
        }

        var columns = new ResizeTaps(0, image.Width, width, left, Size);
        var rows = new ResizeTaps(0, image.Height, height, top, Size);
        AntialiasedResize.Resize(image, columns, rows, destination);
    }

    /// <summary>The longer side is rounded down, as torchvision does.</summary>
    private int Resized(int side, int shorter) => (int)((long)ShorterSide * side / shorter);

    /// <summary>What is cut off before the centre; halves are rounded to even, as torchvision does.</summary>
    private int Margin(int side) => (int)Math.Round((side - Size) / 2.0);
}
