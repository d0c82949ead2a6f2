using SkiaSharp;

namespace PriorNas.Torch.Tests;

/// <summary>A folder that a test makes and that disappears after it.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("priornas-");

    public string Path => folder.FullName;

    public string At(params string[] parts) => System.IO.Path.Join([Path, .. parts]);

    public string MakeFolder(params string[] parts) => Directory.CreateDirectory(At(parts)).FullName;

    /// <summary>Writes an image of one colour; PNG or JPEG by the ending of the last part.</summary>
    public string MakeImage(SKColor color, int width, int height, params string[] parts)
    {
        var path = At(parts);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        using var bitmap = new SKBitmap(width, height);
        bitmap.Erase(color);
        using var file = File.Create(path);
        bitmap.Encode(file, path.EndsWith("png", StringComparison.OrdinalIgnoreCase) ? SKEncodedImageFormat.Png : SKEncodedImageFormat.Jpeg, 95);
        return path;
    }

    public void Dispose() => folder.Delete(recursive: true);
}
