using PriorNas.Files;
using PriorNas.Randomness;

namespace PriorNas.Torch.Data.Synthetic;

/// <summary>
/// Procedural images for demonstrations and tests: one textured object at a random position, scale and angle among smaller
/// distractors, some of which cover it, on a gradient, under pixel noise. A class is a colour, a texture and a shape together; each of the three is shared by
/// several classes, so that no single cue suffices. An image depends on the stream and its index alone, and its bytes are the same on
/// every processor.
/// </summary>
public sealed class SyntheticImages : ImageSet
{
    /// <summary>Every colour with every texture and shape.</summary>
    public const int MaximalClasses = SyntheticClass.Combinations;

    private const int MinSize = 8;
    private const int MaxSize = 512;
    private readonly SyntheticClass[] classes;
    private readonly string[] names;
    private readonly int[] labels;
    private readonly RandomStream pixels;
    private readonly string description;

    /// <summary>Assigns the labels; images are rendered when they are read.</summary>
    /// <param name="stream">The source of the labels' order and of the images.</param>
    /// <param name="count">The number of images, at least 1.</param>
    /// <param name="size">Width and height in pixels, 8 to 512.</param>
    /// <param name="classes">The number of classes, 2 to <see cref="MaximalClasses"/>; they differ in size by at most one image.</param>
    /// <exception cref="InputException">A number is out of its range.</exception>
    public SyntheticImages(RandomStream stream, int count, int size, int classes = 10)
        : this(stream, count, size, classes, "synthetic image")
    {
    }

    internal SyntheticImages(RandomStream stream, int count, int size, int classes, string description)
    {
        ArgumentNullException.ThrowIfNull(stream);
        Require("the number of synthetic images", count, 1, int.MaxValue);
        Require("the size of synthetic images", size, MinSize, MaxSize);
        Require("the number of synthetic classes", classes, 2, MaximalClasses);
        this.classes = [.. SyntheticClass.All.Take(classes)];
        this.description = description;
        names = Array.ConvertAll(this.classes, item => item.Name);
        labels = [.. Enumerable.Range(0, count).Select(i => i % classes)];
        stream.Split("labels").Shuffle(labels.AsSpan());
        pixels = stream.Split("image");
        Size = size;
    }

    /// <inheritdoc/>
    public override int Count => labels.Length;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Classes => names;

    /// <summary>Width and height of the images in pixels.</summary>
    public int Size { get; }

    /// <inheritdoc/>
    public override int Label(int index) => labels[index];

    /// <inheritdoc/>
    public override RgbImage Read(int index) => SceneRenderer.Render(classes[labels[index]], pixels.Split(index), Size);

    /// <inheritdoc/>
    public override string Describe(int index) => $"{description} {index}";

    private static void Require(string what, int value, int low, int high)
    {
        if (value < low || value > high)
            throw new InputException($"{what} is {value}; allowed is {low} to {high}.");
    }
}
