using System.Buffers;
using PriorNas.Randomness;

namespace PriorNas.Torch.Data.Transforms;

/// <summary>
/// The augmentation of small images (Lee et al. 2015): black padding on all sides, a random crop of the original size, and a random
/// mirror image. Padding is black before normalisation, as in torchvision's RandomCrop. An image of another size is resized first: its
/// shorter side to <see cref="ImageTransform.Size"/>, then cropped at the centre.
/// </summary>
public sealed class PadCrop : ImageTransform
{
    private readonly ResizeCenterCrop resize;

    /// <summary>Creates the transform.</summary>
    /// <param name="size">Width and height of the output in pixels.</param>
    /// <param name="padding">Pixels added on each side, 0 or more: crops shift by up to that many pixels.</param>
    /// <param name="flip">Whether every second crop, at random, is mirrored left to right.</param>
    /// <param name="normalization">Applied to the result.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is not positive or the padding negative.</exception>
    public PadCrop(int size, int padding, bool flip, Normalization normalization)
        : base(size, normalization)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(padding);
        Padding = padding;
        Flip = flip;
        resize = new ResizeCenterCrop(size, size, normalization);
    }

    /// <summary>Pixels added on each side.</summary>
    public int Padding { get; }

    /// <summary>Whether every second crop, at random, is mirrored left to right.</summary>
    public bool Flip { get; }

    /// <inheritdoc/>
    public override void Apply(RgbImage image, RandomStream random, Span<byte> destination)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(random);
        Require(destination);
        var shiftX = random.Next(2 * Padding + 1) - Padding;
        var shiftY = random.Next(2 * Padding + 1) - Padding;
        var window = Visible(shiftX, shiftY, Flip && random.Next(2) == 1);
        if (window.Width < Size || window.Height < Size)
            destination.Clear();
        if (window.Width <= 0 || window.Height <= 0)
            return;
        if (image.Width == Size && image.Height == Size)
            window.Copy(image.Pixels, Size, destination, Size);
        else
            CopyResized(image, random, window, destination);
    }

    /// <summary>The part of the image that a crop shifted by some pixels shows, and where.</summary>
    private Window Visible(int shiftX, int shiftY, bool flip)
    {
        var (x, y) = (Math.Max(0, -shiftX), Math.Max(0, -shiftY));
        var (width, height) = (Size - Math.Abs(shiftX), Size - Math.Abs(shiftY));
        return new Window(Math.Max(0, shiftX), Math.Max(0, shiftY), flip ? Size - x - width : x, y, width, height, flip);
    }

    private void CopyResized(RgbImage image, RandomStream random, Window window, Span<byte> destination)
    {
        var rented = ArrayPool<byte>.Shared.Rent(destination.Length);
        var resized = rented.AsSpan(0, destination.Length);
        resize.Apply(image, random, resized);
        window.Copy(resized, Size, destination, Size);
        ArrayPool<byte>.Shared.Return(rented);
    }
}
