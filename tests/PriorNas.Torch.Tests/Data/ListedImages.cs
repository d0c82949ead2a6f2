using PriorNas.Torch.Data;
using PriorNas.Torch.Data.Transforms;

namespace PriorNas.Torch.Tests.Data;

/// <summary>Images that a test gives, counting how often each is read.</summary>
internal sealed class ListedImages(params RgbImage[] images) : ImageSet
{
    private readonly int[] readings = new int[images.Length];

    /// <summary>Leaves byte values as they are, 0 to 255, but for the last bit.</summary>
    public static Normalization AsBytes { get; } = new([0, 0, 0], [1 / 255f, 1 / 255f, 1 / 255f]);

    public override int Count => images.Length;

    public override IReadOnlyList<string> Classes { get; } = ["even", "odd"];

    public IReadOnlyList<int> Readings => readings;

    /// <summary>An image that cannot be read, or -1.</summary>
    public int Broken { get; init; } = -1;

    public override int Label(int index) => index % 2;

    public override string Describe(int index) => $"listed image {index}";

    public override RgbImage Read(int index)
    {
        Interlocked.Increment(ref readings[index]);
        return index == Broken ? throw new IOException("broken on purpose") : images[index];
    }

    /// <summary>Images of one grey value each, the index.</summary>
    public static ListedImages Grey(int count, int size, int broken = -1) =>
        new([.. Enumerable.Range(0, count).Select(i => Filled(size, size, (byte)i))]) { Broken = broken };

    public static RgbImage Filled(int width, int height, byte value)
    {
        var pixels = new byte[3 * width * height];
        Array.Fill(pixels, value);
        return new RgbImage(width, height, pixels);
    }
}
