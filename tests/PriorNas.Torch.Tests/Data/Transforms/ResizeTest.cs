using CsCheck;
using PriorNas.Randomness;
using PriorNas.Torch.Data;
using PriorNas.Torch.Data.Transforms;

namespace PriorNas.Torch.Tests.Data.Transforms;

public sealed class ResizeTest
{
    private static readonly Gen<RgbImage> Images = Gen.Select(Gen.Int[1, 60], Gen.Int[1, 60]).SelectMany((width, height) =>
        Gen.Byte.Array[3 * width * height].Select(pixels => new RgbImage(width, height, pixels)));

    [Fact]
    public void It_agrees_with_the_definition_but_for_the_rounding_of_either_pass() => Gen.Select(Images, Gen.Int[1, 40], Gen.Int[1, 40]).Sample(
        (image, width, height) =>
        {
            var output = Resize(image, width, height);
            for (var i = 0; i < output.Length; i++)
            {
                var (channel, row, column) = (i % 3, i / 3 / width, i / 3 % width);
                Assert.Equal(Reference(image, width, height, channel, row, column), output[i], 1.001);
            }
        },
        iter: 100);

    [Fact]
    public void The_same_size_changes_nothing() => Images.Sample(
        image => Assert.Equal(image.Pixels, Resize(image, image.Width, image.Height)), iter: 50);

    [Fact]
    public void A_constant_image_stays_constant() => Gen.Select(Gen.Int[1, 50], Gen.Int[1, 50], Gen.Byte).Sample(
        (side, size, value) => Assert.All(Resize(ListedImages.Filled(side, 7, value), size, size), result => Assert.Equal(value, result)), iter: 50);

    [Fact]
    public void The_centre_is_cropped_from_the_resized_image()
    {
        var image = new RgbImage(30, 20, [.. Enumerable.Range(0, 1800).Select(i => (byte)(i * 31))]);
        var output = new byte[3 * 64];
        new ResizeCenterCrop(10, 8, Normalization.ImageNet).Apply(image, new RandomStream(0), output);
        for (var i = 0; i < output.Length; i++)
            Assert.Equal(Reference(image, 15, 10, i % 3, 1 + i / 24, 4 + i / 3 % 8), output[i], 1.001);
    }

    [Fact]
    public void An_image_of_the_resized_length_is_cropped_without_resampling()
    {
        var image = new RgbImage(6, 4, [.. Enumerable.Range(0, 72).Select(i => (byte)i)]);
        var output = new float[12];
        new ResizeCenterCrop(4, 2, ListedImages.AsBytes).Apply(image, new RandomStream(0), output);
        Assert.Equal([24, 27, 42, 45, 25, 28, 43, 46, 26, 29, 44, 47], output);
    }

    [Fact]
    public void Random_rectangles_stay_within_the_image_and_the_allowed_shapes() =>
        Gen.Select(Gen.Int[1, 600], Gen.Int[1, 600], Gen.ULong).Sample((width, height, seed) =>
        {
            var crop = RandomResizedCrop.Rectangle(width, height, new RandomStream(seed));
            Assert.True(crop.Left >= 0 && crop.Top >= 0 && crop.Width >= 1 && crop.Height >= 1);
            Assert.True(crop.Left + crop.Width <= width && crop.Top + crop.Height <= height);

            // Within the rounding of each side to whole pixels.
            Assert.InRange((crop.Width + 0.5) / (crop.Height - 0.5), 0.75, double.MaxValue);
            Assert.InRange((crop.Width - 0.5) / (crop.Height + 0.5), double.MinValue, 4 / 3.0);
        });

    [Fact]
    public void A_random_resized_crop_of_a_constant_image_is_constant_and_writes_every_value()
    {
        var transform = new RandomResizedCrop(9, flip: true, ListedImages.AsBytes);
        var output = new float[3 * 81];
        for (var draw = 0; draw < 100; draw++)
        {
            Array.Fill(output, float.NaN);
            transform.Apply(ListedImages.Filled(50, 31, 90), new RandomStream(3).Split(draw), output);
            Assert.All(output, value => Assert.Equal(90, value, 0.001f));
        }
    }

    private static byte[] Resize(RgbImage image, int width, int height)
    {
        var output = new byte[3 * width * height];
        var columns = new ResizeTaps(0, image.Width, width, 0, width);
        var rows = new ResizeTaps(0, image.Height, height, 0, height);
        AntialiasedResize.Resize(image, columns, rows, output);
        return output;
    }

    /// <summary>The triangle filter, evaluated at every pixel of the source.</summary>
    private static double Reference(RgbImage image, int width, int height, int channel, int row, int column)
    {
        var (scaleX, scaleY) = ((double)image.Width / width, (double)image.Height / height);
        double sum = 0, total = 0;
        for (var y = 0; y < image.Height; y++)
        {
            for (var x = 0; x < image.Width; x++)
            {
                var weight = Triangle((x + 0.5 - (column + 0.5) * scaleX) / Math.Max(1, scaleX))
                    * Triangle((y + 0.5 - (row + 0.5) * scaleY) / Math.Max(1, scaleY));
                sum += weight * image.Pixels[3 * (y * image.Width + x) + channel];
                total += weight;
            }
        }

        return sum / total;
    }

    private static double Triangle(double distance) => Math.Max(0, 1 - Math.Abs(distance));
}
