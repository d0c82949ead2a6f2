using System.Globalization;
using SkiaSharp;

namespace PriorNas.Cli.Tests;

/// <summary>Writes small image folders: PNGs of one colour for each class, with a stripe that differs between images.</summary>
internal static class ImageFolderWriter
{
    internal static string Write(string folder, int classes, int trainImages, int validationImages)
    {
        for (var i = 0; i < classes; i++)
        {
            WriteClass(Path.Combine(folder, "train", NameOf(i)), i, trainImages);
            WriteClass(Path.Combine(folder, "val", NameOf(i)), i, validationImages);
        }

        return folder;
    }

    internal static string NameOf(int label) => string.Create(CultureInfo.InvariantCulture, $"class{label:D2}");

    private static void WriteClass(string folder, int label, int images)
    {
        const int Size = 28;
        Directory.CreateDirectory(folder);
        for (var i = 0; i < images; i++)
        {
            using var bitmap = new SKBitmap(Size, Size);
            bitmap.Erase(SKColor.FromHsv(36 * label % 360, 80, 80));
            for (var y = 0; y < Size; y++)
                bitmap.SetPixel((3 * i + label) % Size, y, SKColors.White);
            using var file = File.Create(Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{i}.png")));
            bitmap.Encode(file, SKEncodedImageFormat.Png, 100);
        }
    }
}
