using PriorNas.Files;
using PriorNas.Torch.Data.Formats;
using SkiaSharp;

namespace PriorNas.Torch.Tests.Data.Formats;

/// <summary>A header alone makes no decoder take memory.</summary>
public sealed class ImageFileBoundTest : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_png_that_claims_more_than_its_bytes_inflate_to_is_refused_before_memory_is_taken()
    {
        var file = MadeImages.Png(10_000, 10_000, length: 100);
        const string Message = "x.png: claims 10000 x 10000 pixels, more than the 100 bytes of the file can hold; replace the file or remove it from the data set.";
        Assert.Equal(Message, Assert.Throws<InputException>(() => ImageDecoder.Inspect(file, "x.png")).Message);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(Message, Assert.Throws<InputException>(() => ImageDecoder.Decode(file, "x.png")).Message);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);
    }

    [Fact]
    public void A_jpeg_that_claims_more_blocks_than_its_bits_is_refused()
    {
        var file = File.ReadAllBytes(folder.MakeImage(SKColors.Teal, 16, 16, "x.jpg"));
        file = MadeImages.Resized(file, 9000, 8000);
        Assert.Equal(
            $"x.jpg: claims 9000 x 8000 pixels, more than the {file.Length} bytes of the file can hold; replace the file or remove it from the data set.",
            Assert.Throws<InputException>(() => ImageDecoder.Decode(file, "x.jpg")).Message);
    }

    /// <summary>One colour compresses best; the sides are those of a buffer that is pooled and of one that is not.</summary>
    [Theory]
    [InlineData("png", 2000)]
    [InlineData("jpg", 2000)]
    [InlineData("png", 4200)]
    public void Large_images_of_one_colour_are_read(string ending, int side)
    {
        var image = ImageDecoder.Decode(folder.MakeImage(SKColors.Black, side, side, $"x.{ending}"));
        Assert.Equal((side, side), (image.Width, image.Height));
        Assert.DoesNotContain(image.Pixels, value => value > 1);
    }

    /// <summary>By hand: 1032 x 100 bytes of 24, of 1 and of 64 bits; 1024 pixels for each byte of a JPEG by Huffman codes.</summary>
    [Theory]
    [InlineData(8, 2, 34_400)]
    [InlineData(1, 0, 825_600)]
    [InlineData(16, 6, 12_900)]
    public void The_bound_of_a_png_is_that_of_deflate(byte depth, byte colorType, long pixels)
    {
        var file = new byte[100];
        (file[24], file[25]) = (depth, colorType);
        Assert.Equal(pixels, ImageFileBound.MaxPixels(file, SKEncodedImageFormat.Png));
    }

    [Theory]
    [InlineData(0xC0, 12_288)]
    [InlineData(0xC2, 12_288)]
    [InlineData(0xC9, long.MaxValue)]
    public void The_bound_of_a_jpeg_is_that_of_huffman_codes(byte frame, long pixels)
    {
        byte[] file = [0xFF, 0xD8, 0xFF, 0xFF, 0xFE, 0, 3, 7, 0xFF, frame, 0, 2];
        Assert.Equal(pixels, ImageFileBound.MaxPixels(file, SKEncodedImageFormat.Jpeg));
    }
}
