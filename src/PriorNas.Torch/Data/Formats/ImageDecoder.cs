using System.Buffers;
using System.Security.Cryptography;
using PriorNas.Files;
using SkiaSharp;

namespace PriorNas.Torch.Data.Formats;

/// <summary>Decodes PNG and JPEG files, as Pillow's <c>convert("RGB")</c> does: transparency is dropped, orientation tags and colour
/// profiles are not applied.</summary>
/// <remarks>A fault of reading the file, or of the memory, has an inner exception; one of what the file holds has none.</remarks>
internal static class ImageDecoder
{
    /// <summary>More would not be decoded in sensible time or memory, and is rather a damaged header than an image.</summary>
    private const long MaxPixels = 100_000_000;

    /// <summary>Larger buffers (here above 16 million pixels) are freed at once: the pool would keep one for each thread.</summary>
    private const int MaxPooledBytes = 1 << 26;

    /// <exception cref="InputException">The file is missing, truncated, too large or no image; the message names it.</exception>
    public static RgbImage Decode(string path) => Decode(ReadFile(path), path);

    /// <param name="file">The bytes of the file.</param>
    /// <param name="path">For messages.</param>
    /// <exception cref="InputException">The file is truncated, too large or no image; the message names it.</exception>
    public static RgbImage Decode(byte[] file, string path) => WithCodec(file, path, codec => Decode(codec, path));

    /// <summary>Reads a file and the header of its image, without decoding it.</summary>
    /// <returns>The SHA-256 of the file's bytes.</returns>
    /// <exception cref="InputException">The file is missing or its header is not that of a usable image; the message names it.</exception>
    public static byte[] Inspect(string path) => Inspect(ReadFile(path), path);

    /// <summary>Reads the header of an image.</summary>
    /// <param name="file">The bytes of the file.</param>
    /// <param name="path">For messages.</param>
    /// <returns>The SHA-256 of the bytes.</returns>
    /// <exception cref="InputException">The header is not that of a usable image; the message names the file.</exception>
    public static byte[] Inspect(byte[] file, string path) => WithCodec(file, path, _ => SHA256.HashData(file));

    private static byte[] ReadFile(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or OutOfMemoryException)
        {
            throw new InputException($"{path}: cannot be read ({e.Message}); restore the file and its permissions, or remove it from the data set.", e);
        }
    }

    private static unsafe T WithCodec<T>(byte[] file, string path, Func<SKCodec, T> use)
    {
        fixed (byte* start = file)
        {
            // The codec reads from the pinned array, so the data object must not outlive this block.
            using var data = SKData.Create((nint)start, file.Length);
            using var codec = file.Length == 0 ? null : SKCodec.Create(data);
            if (codec is null)
                throw Undecodable(path, "unknown format");
            var pixels = (long)codec.Info.Width * codec.Info.Height;
            if (pixels > MaxPixels)
                throw new InputException(FormattableString.Invariant($"{path}: has {codec.Info.Width} x {codec.Info.Height} pixels, allowed are {MaxPixels / 1_000_000} million; shrink the image or remove it from the data set."));
            if (pixels > ImageFileBound.MaxPixels(file, codec.EncodedFormat))
                throw new InputException(FormattableString.Invariant($"{path}: claims {codec.Info.Width} x {codec.Info.Height} pixels, more than the {file.Length} bytes of the file can hold; replace the file or remove it from the data set."));
            try
            {
                return use(codec);
            }
            catch (OutOfMemoryException e)
            {
                throw new InputException(FormattableString.Invariant($"{path}: there is no memory for its {codec.Info.Width} x {codec.Info.Height} pixels; shrink the image, lower data.workers or give the process more memory."), e);
            }
        }
    }

    private static unsafe RgbImage Decode(SKCodec codec, string path)
    {
        var info = new SKImageInfo(codec.Info.Width, codec.Info.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul);
        var isPooled = info.BytesSize <= MaxPooledBytes;
        var rgba = isPooled ? ArrayPool<byte>.Shared.Rent(info.BytesSize) : GC.AllocateUninitializedArray<byte>(info.BytesSize);
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
            if (isPooled)
                ArrayPool<byte>.Shared.Return(rgba);
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
