using System.Buffers.Binary;
using System.Security.Cryptography;

namespace PriorNas.Torch.Data;

/// <summary>Labelled images, read at random access and from several threads at once.</summary>
public abstract class ImageSet
{
    /// <summary>The number of images.</summary>
    public abstract int Count { get; }

    /// <summary>The names of the classes, in the order of the labels.</summary>
    public abstract IReadOnlyList<string> Classes { get; }

    /// <summary>The class of an image, in 0 .. Classes.Count-1.</summary>
    public abstract int Label(int index);

    /// <summary>Decodes or renders an image.</summary>
    /// <exception cref="PriorNas.Files.InputException">The image cannot be read; the message names it.</exception>
    public abstract RgbImage Read(int index);

    /// <summary>What a message calls an image: the path of its file, or "synthetic train image 17".</summary>
    public abstract string Describe(int index);

    /// <summary>
    /// The SHA-256 of an image's content: here of its size and pixels. A set of files takes the bytes of the file, which spares decoding it,
    /// and finds what is wrong with it so far as its header shows.
    /// </summary>
    /// <exception cref="PriorNas.Files.InputException">The image is recognisably unusable; the message names it.</exception>
    internal virtual byte[] Inspect(int index)
    {
        var image = Read(index);
        var content = new byte[8 + image.Pixels.Length];
        BinaryPrimitives.WriteInt32LittleEndian(content, image.Width);
        BinaryPrimitives.WriteInt32LittleEndian(content.AsSpan(4), image.Height);
        image.Pixels.CopyTo(content, 8);
        return SHA256.HashData(content);
    }
}
