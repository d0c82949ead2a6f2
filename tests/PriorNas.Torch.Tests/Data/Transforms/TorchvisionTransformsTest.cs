using System.Globalization;
using System.Security.Cryptography;
using PriorNas.Randomness;
using PriorNas.Torch.Data;
using PriorNas.Torch.Data.Transforms;

namespace PriorNas.Torch.Tests.Data.Transforms;

/// <summary>
/// Byte for byte the results of Pillow and torchvision, as <c>Golden/torchvision-transforms.py</c> wrote them down: upscaling, shrinking by
/// little and by much, single pixels, the rounding of the longer side and of the crop's margins, crops that are resized.
/// </summary>
public sealed class TorchvisionTransformsTest
{
    [Fact]
    public void Every_result_has_the_bytes_of_torchvision()
    {
        var lines = GoldenFile.Read("torchvision-transforms.txt").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.True(lines.Length > 150);
        var differing = lines.Where(line => line[(line.LastIndexOf(' ') + 1)..] != Result(line.Split(' '))).ToArray();
        Assert.Empty(differing);
    }

    private static string Result(string[] words)
    {
        var numbers = Array.ConvertAll(words[1..^1], word => int.Parse(word, CultureInfo.InvariantCulture));
        if (words[0] == "central")
        {
            var (left, top, width, height) = RandomResizedCrop.Rectangle(numbers[0], numbers[1], new RandomStream(1));
            return $"{left},{top},{width},{height}";
        }

        var image = Image(numbers[0], numbers[1]);
        return Hash(words[0] switch
        {
            "resize" => Resize(image, 0, 0, numbers[0], numbers[1], numbers[2], numbers[3]),
            "centre" => Centre(image, numbers[2], numbers[3]),
            "crop" => Resize(image, numbers[2], numbers[3], numbers[4], numbers[5], numbers[6], numbers[6]),
            _ => throw new InvalidOperationException(words[0]),
        });
    }

    private static byte[] Resize(RgbImage image, int left, int top, int width, int height, int toWidth, int toHeight)
    {
        var output = new byte[3 * toWidth * toHeight];
        AntialiasedResize.Resize(image, new ResizeTaps(left, width, toWidth, 0, toWidth), new ResizeTaps(top, height, toHeight, 0, toHeight), output);
        return output;
    }

    private static byte[] Centre(RgbImage image, int shorter, int size)
    {
        var output = new byte[3 * size * size];
        new ResizeCenterCrop(shorter, size, Normalization.ImageNet).Apply(image, new RandomStream(0), output);
        return output;
    }

    private static RgbImage Image(int width, int height)
    {
        var pixels = new byte[3 * width * height];
        for (var i = 0; i < pixels.Length; i++)
            pixels[i] = (byte)(i / 3 % width < width / 2 ? (uint)i * 2654435761 >> 24 : (uint)i / 3);
        return new RgbImage(width, height, pixels);
    }

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
