using PriorNas.Randomness;
using PriorNas.Torch.Data;
using PriorNas.Torch.Data.Transforms;

namespace PriorNas.Torch.Tests.Data.Transforms;

public sealed class PadCropTest
{
    private const int Size = 21;
    private static readonly Normalization Normal = new([0.5f, 0.25f, 0.125f], [0.5f, 0.25f, 1f]);

    [Fact]
    public void Every_output_is_a_shifted_or_mirrored_window_of_the_padded_image()
    {
        var image = Numbered(Size);
        var seen = new HashSet<(int, int, bool)>();
        var output = new float[3 * Size * Size];
        var transform = new PadCrop(Size, padding: 1, flip: true, Normal);
        for (var draw = 0; draw < 300; draw++)
        {
            Array.Fill(output, float.NaN);
            transform.Apply(image, new RandomStream(1).Split(draw), output);
            var matches = Candidates().Where(candidate => output.AsSpan().SequenceEqual(Expected(image, candidate))).ToArray();
            seen.Add(Assert.Single(matches));
        }

        Assert.Equal(18, seen.Count);
    }

    [Fact]
    public void Without_padding_and_mirroring_the_image_is_only_normalised()
    {
        var image = Numbered(Size);
        var output = new float[3 * Size * Size];
        new PadCrop(Size, padding: 0, flip: false, Normal).Apply(image, new RandomStream(1), output);
        Assert.Equal(Expected(image, (0, 0, false)), output);
    }

    [Fact]
    public void Another_size_is_resized_first_and_then_padded()
    {
        var output = new float[3 * 64];
        var transform = new PadCrop(8, padding: 2, flip: true, ListedImages.AsBytes);
        for (var draw = 0; draw < 50; draw++)
        {
            transform.Apply(ListedImages.Filled(40, 30, 200), new RandomStream(2).Split(draw), output);
            Assert.All(output, value => Assert.True(value == 0 || MathF.Abs(value - 200) < 0.001f));
            Assert.InRange(output.Count(value => value != 0), 3 * 36, 3 * 64);
        }
    }

    [Fact]
    public void A_destination_of_another_length_is_refused() => Assert.Equal(
        "The destination has 5 values; an image of [3, 21, 21] has 1323. (Parameter 'destination')",
        Assert.Throws<ArgumentException>(() => new PadCrop(Size, 1, true, Normal).Apply(Numbered(Size), new RandomStream(1), new float[5])).Message);

    private static RgbImage Numbered(int size) => new(size, size, [.. Enumerable.Range(0, 3 * size * size).Select(i => (byte)(1 + i * 37 % 251))]);

    private static IEnumerable<(int X, int Y, bool Flip)> Candidates() =>
        from x in Enumerable.Range(-1, 3)
        from y in Enumerable.Range(-1, 3)
        from flip in new[] { false, true }
        select (x, y, flip);

    private static float[] Expected(RgbImage image, (int X, int Y, bool Flip) crop)
    {
        var output = new float[3 * Size * Size];
        for (var i = 0; i < output.Length; i++)
        {
            var (channel, row, column) = (i / (Size * Size), i / Size % Size, i % Size);
            var (x, y) = ((crop.Flip ? Size - 1 - column : column) + crop.X, row + crop.Y);
            var inside = x >= 0 && x < Size && y >= 0 && y < Size;
            var value = inside ? image.Pixels[3 * (y * Size + x) + channel] : 0;
            output[i] = value * Normal.Scale[channel] + Normal.Offset[channel];
        }

        return output;
    }
}
