using System.Security.Cryptography;
using System.Text;

namespace PriorNas.Files;

/// <summary>SHA-256 as 64 lower-case hexadecimal digits: what identifies files, lists and settings in manifests and keys.</summary>
internal static class Sha256Text
{
    /// <summary>The hash of a text in UTF-8.</summary>
    internal static string Of(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    /// <summary>The hash of a stream, from its position to its end.</summary>
    internal static string Of(Stream stream) => Convert.ToHexStringLower(SHA256.HashData(stream));
}
