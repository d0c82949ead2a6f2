using System.Security.Cryptography;

namespace PriorNas.Torch.Interchange;

/// <summary>
/// The checksum by which an altered file is recognised (ours; the format has none): the metadata entry <c>sha256</c> holds, in 64
/// lower-case hexadecimal digits, the SHA-256 of the whole file with these digits replaced by <c>0</c>. So it covers every byte:
/// lengths, names, types, shapes, order, the other metadata, even the padding.
/// </summary>
internal sealed class SafeTensorsChecksum : IDisposable
{
    internal const string Key = "sha256";
    internal const int Digits = 64;

    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>Starts with everything before the data.</summary>
    /// <param name="prefix">The length of the header.</param>
    /// <param name="header">The header, padding included.</param>
    /// <param name="digitsAt">Where in the header the digits stand; what stands there is not looked at.</param>
    internal SafeTensorsChecksum(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> header, int digitsAt)
    {
        hash.AppendData(prefix);
        hash.AppendData(header[..digitsAt]);
        hash.AppendData("0000000000000000000000000000000000000000000000000000000000000000"u8);
        hash.AppendData(header[(digitsAt + Digits)..]);
    }

    /// <summary>Continues with the data of the next tensor.</summary>
    internal void Append(ReadOnlySpan<byte> data) => hash.AppendData(data);

    /// <summary>The digits of everything appended.</summary>
    internal string Finish() => Convert.ToHexStringLower(hash.GetHashAndReset());

    public void Dispose() => hash.Dispose();
}
