using System.Security.Cryptography;
using System.Text;
using PriorNas.Torch.Data;

namespace PriorNas.Torch.Runs;

/// <summary>Identifies the images of a set.</summary>
internal static class DataFingerprint
{
    /// <summary>Covers the class names, and of each image its label, its file's name (not the folder's) and its content.</summary>
    /// <param name="images">The set.</param>
    /// <param name="hashes">The SHA-256 of the content of the first images; the others are taken to follow from the source.</param>
    /// <returns>The number of images and 16 hexadecimal digits.</returns>
    public static string Of(ImageSet images, IReadOnlyList<byte[]> hashes)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var name in images.Classes)
            Append(name);
        for (var i = 0; i < images.Count; i++)
        {
            Append(FormattableString.Invariant($"{images.Label(i)} {Path.GetFileName(images.Describe(i))}"));
            if (i < hashes.Count)
                hash.AppendData(hashes[i]);
        }

        return FormattableString.Invariant($"{images.Count}:{Convert.ToHexStringLower(hash.GetHashAndReset())[..16]}");

        void Append(string text) => hash.AppendData(Encoding.UTF8.GetBytes(text + "\n"));
    }
}
