namespace PriorNas.Torch.Data.Formats;

/// <summary>Images of one size that lie in memory as their file has them: one plane of grey values, or three of red, green and blue.</summary>
internal sealed class PlanarImages : ImageSet
{
    private readonly byte[] pixels;
    private readonly int[] labels;
    private readonly string description;

    /// <summary>Wraps the planes.</summary>
    /// <param name="size">Width and height in pixels, number of planes (1 or 3).</param>
    /// <param name="pixels">[N, planes, height, width] bytes.</param>
    /// <param name="labels">[N], each the index of a class.</param>
    /// <param name="classes">The names of the classes.</param>
    /// <param name="description">What a message calls an image, before its index.</param>
    public PlanarImages((int Width, int Height, int Planes) size, byte[] pixels, int[] labels, IReadOnlyList<string> classes, string description)
    {
        if (pixels.Length != (long)labels.Length * size.Width * size.Height * size.Planes)
            throw new ArgumentException($"{labels.Length} images of {size.Width} x {size.Height} pixels in {size.Planes} planes do not have {pixels.Length} bytes.", nameof(pixels));
        Size = size;
        this.pixels = pixels;
        this.labels = labels;
        this.description = description;
        Classes = classes;
    }

    /// <summary>Width and height in pixels, number of planes.</summary>
    public (int Width, int Height, int Planes) Size { get; }

    /// <inheritdoc/>
    public override int Count => labels.Length;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Classes { get; }

    /// <inheritdoc/>
    public override int Label(int index) => labels[index];

    /// <inheritdoc/>
    public override string Describe(int index) => FormattableString.Invariant($"{description} {index}");

    /// <inheritdoc/>
    /// <remarks>A grey value becomes three equal ones.</remarks>
    public override RgbImage Read(int index)
    {
        var plane = Size.Width * Size.Height;
        var source = pixels.AsSpan(index * plane * Size.Planes, plane * Size.Planes);
        var (green, blue) = Size.Planes == 3 ? (plane, 2 * plane) : (0, 0);
        var interleaved = new byte[3 * plane];
        for (var i = 0; i < plane; i++)
        {
            interleaved[3 * i] = source[i];
            interleaved[3 * i + 1] = source[green + i];
            interleaved[3 * i + 2] = source[blue + i];
        }

        return new RgbImage(Size.Width, Size.Height, interleaved);
    }
}
