using System.Text;

namespace PriorNas.Torch.Interchange;

/// <summary>A text of a pickle; decoded where it is used, and once, however often the pickle refers to it.</summary>
/// <param name="utf8">As it lies in the file.</param>
internal sealed class PickledText(ReadOnlyMemory<byte> utf8)
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private string? text;

    internal ReadOnlyMemory<byte> Utf8 => utf8;

    /// <summary>The text.</summary>
    /// <exception cref="InvalidDataException">The bytes are no UTF-8.</exception>
    internal string Decode()
    {
        try
        {
            return text ??= Strict.GetString(utf8.Span);
        }
        catch (DecoderFallbackException e)
        {
            throw new InvalidDataException("a text is not UTF-8", e);
        }
    }

    /// <summary>One byte for each character: the form in which protocol 2 carries bytes.</summary>
    /// <exception cref="InvalidDataException">The bytes are no UTF-8, or a character is above 255.</exception>
    internal byte[] ToLatin1()
    {
        var source = utf8.Span;
        var bytes = new byte[source.Length - source.Count((byte)0xC2) - source.Count((byte)0xC3)];
        var next = 0;
        for (var i = 0; i < source.Length && next < bytes.Length; i++)
        {
            var high = source[i];
            if (high < 0x80)
                bytes[next++] = high;
            else if (high is 0xC2 or 0xC3 && i + 1 < source.Length && (source[i + 1] & 0xC0) == 0x80)
                bytes[next++] = (byte)(high << 6 | source[++i] & 0x3F);
            else
                throw new InvalidDataException("a text that stands for bytes holds a character above 255");
        }

        return next == bytes.Length && (source.Length == 0 || source[^1] is not (0xC2 or 0xC3)) ? bytes : throw new InvalidDataException("a text that stands for bytes is not UTF-8");
    }
}
