namespace PriorNas.Torch.Data;

/// <summary>A decoded image of 8-bit red, green and blue values. The pixels are shared, not copied: nobody may change them.</summary>
public sealed class RgbImage
{
    /// <summary>Wraps pixels.</summary>
    /// <exception cref="ArgumentException">The number of bytes is not 3 x width x height, or a side is not positive.</exception>
    public RgbImage(int width, int height, byte[] pixels)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        if (width < 1 || height < 1 || pixels.Length != 3L * width * height)
            throw new ArgumentException($"An RGB image of {width} x {height} pixels has {3L * width * height} bytes (at least 3), not {pixels.Length}.", nameof(pixels));
        Width = width;
        Height = height;
        Pixels = pixels;
    }

    /// <summary>Columns, at least 1.</summary>
    public int Width { get; }

    /// <summary>Rows, at least 1.</summary>
    public int Height { get; }

    /// <summary>[Height, Width, 3] bytes: rows from the top, red, green and blue interleaved.</summary>
    public byte[] Pixels { get; }
}
