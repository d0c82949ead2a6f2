using System.Buffers;
using PriorNas.Files;
using SkiaSharp;

namespace PriorNas.Torch.Data;

/// <summary>Decodes PNG and JPEG files, as Pillow's <c>convert("RGB")</c> does: transparency is dropped, orientation tags and colour
/// profiles are not applied.</summary>
internal static class ImageDecoder
{
    /// <exception cref="InputException">The file is missing, truncated or no image; the message names it.</exception>
    public static RgbImage Decode(string path)
    {
        byte[] file;
        try
        {
            file = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path}: cannot be read ({e.Message}); restore the file or remove it from the data set.", e);
        }

        return Decode(file, path);
    }

    private static unsafe RgbImage Decode(byte[] file, string path)
    {
        fixed (byte* start = file)
        {
            // The codec reads from the pinned array, so the data object must not outlive this block.
            using var data = SKData.Create((nint)start, file.Length);
            using var codec = file.Length == 0 ? null : SKCodec.Create(data);
            if (codec is null)
                throw Undecodable(path, "unknown format");
            var info = new SKImageInfo(codec.Info.Width, codec.Info.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul);
            var rgba = ArrayPool<byte>.Shared.Rent(info.BytesSize);
            try
            {
                SKCodecResult result;
                fixed (byte* pixels = rgba)
                    result = codec.GetPixels(info, (nint)pixels);
                if (result != SKCodecResult.Success)
                    throw Undecodable(path, result.ToString());
                return DropAlpha(rgba, info.Width, info.Height);
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(rgba);
            }
        }
    }

    private static RgbImage DropAlpha(byte[] rgba, int width, int height)
    {
        var pixels = new byte[3 * width * height];
        for (int i = 0, j = 0; i < pixels.Length; i += 3, j += 4)
        {
            pixels[i] = rgba[j];
            pixels[i + 1] = rgba[j + 1];
            pixels[i + 2] = rgba[j + 2];
        }

        return new RgbImage(width, height, pixels);
    }

    private static InputException Undecodable(string path, string reason) =>
        new($"{path}: not a complete PNG or JPEG image ({reason}); replace the file or remove it from the data set.");
}
