using System.Text.Json;
using System.Text.Unicode;
using PriorNas.Files;

namespace PriorNas.Torch.Interchange;

/// <summary>
/// The JSON header of a safetensors file, read in one pass. What it allocates grows with the header's length, never with a number that
/// stands in it.
/// </summary>
internal sealed class SafeTensorsHeader
{
    private readonly string source;

    private SafeTensorsHeader(string source) => this.source = source;

    /// <summary>The tensors in the order of the header.</summary>
    internal List<SafeTensorsEntry> Entries { get; } = [];

    internal SortedDictionary<string, string> Metadata { get; } = new(StringComparer.Ordinal);

    /// <summary>The digits of the checksum, or null if the file has none.</summary>
    internal string? Checksum { get; private set; }

    /// <summary>Where in the header the checksum's digits stand.</summary>
    internal int ChecksumAt { get; private set; }

    /// <exception cref="InputException">The header is not what the format prescribes.</exception>
    internal static SafeTensorsHeader Parse(ReadOnlySpan<byte> json, string source)
    {
        var header = new SafeTensorsHeader(source);
        // Checked first: the JSON reader looks at the encoding of a text only when the text is asked for.
        if (json[0] != (byte)'{' || !Utf8.IsValid(json))
            throw header.Fault("its header does not start with '{' or is no UTF-8 text.");
        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 3 });
            reader.Read();
            header.ReadEntries(ref reader);
            // Whatever follows the object, except space, is an error here.
            reader.Read();
            return header;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: half of a surrogate pair, escaped.
            throw SafeTensorsFormat.Fault(source, "its header is not valid JSON.", e);
        }
    }

    private void ReadEntries(ref Utf8JsonReader reader)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        while (NextKey(ref reader, names) is { } name)
        {
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
                throw Fault($"'{name}' in its header is not an object.");
            if (name == SafeTensorsFormat.MetadataKey)
                ReadMetadata(ref reader);
            else
                Entries.Add(ReadEntry(ref reader, name));
        }
    }

    private void ReadMetadata(ref Utf8JsonReader reader)
    {
        var keys = new HashSet<string>(StringComparer.Ordinal);
        while (NextKey(ref reader, keys) is { } key)
        {
            var value = NextText(ref reader, $"metadata '{key}'");
            if (key == SafeTensorsChecksum.Key)
                SetChecksum(value, reader.ValueSpan.Length, (int)reader.TokenStartIndex + 1);
            else
                Metadata.Add(key, value);
        }
    }

    private void SetChecksum(string digits, int writtenBytes, int at)
    {
        // Escaped digits would take more bytes than digits.
        if (digits.Length != SafeTensorsChecksum.Digits || writtenBytes != digits.Length || !digits.All(char.IsAsciiHexDigitLower))
            throw Fault($"its checksum is not {SafeTensorsChecksum.Digits} lower-case hexadecimal digits.");
        Checksum = digits;
        ChecksumAt = at;
    }

    private SafeTensorsEntry ReadEntry(ref Utf8JsonReader reader, string name)
    {
        string? type = null;
        long[]? shape = null, offsets = null;
        var keys = new HashSet<string>(StringComparer.Ordinal);
        while (NextKey(ref reader, keys) is { } key)
        {
            var position = $"'{key}' of tensor '{name}'";
            switch (key)
            {
                case "dtype":
                    type = NextText(ref reader, position);
                    break;
                case "shape":
                    shape = NextNumbers(ref reader, position);
                    break;
                case "data_offsets":
                    offsets = NextNumbers(ref reader, position);
                    break;
                default:
                    throw Fault($"{position} is unknown (allowed: dtype, shape, data_offsets).");
            }
        }

        return SafeTensorsEntry.Create(source, name, type, shape, offsets);
    }

    private string? NextKey(ref Utf8JsonReader reader, HashSet<string> earlier)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.EndObject)
            return null;
        var key = reader.GetString()!;
        return earlier.Add(key) ? key : throw Fault($"'{key}' stands twice in its header.");
    }

    private string NextText(ref Utf8JsonReader reader, string position)
    {
        reader.Read();
        return reader.TokenType == JsonTokenType.String ? reader.GetString()! : throw Fault($"{position} is not a text.");
    }

    private long[] NextNumbers(ref Utf8JsonReader reader, string position)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray)
            throw Fault($"{position} is not a list.");
        var numbers = new List<long>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out var number) || number < 0)
                throw Fault($"{position} holds something else than integers from 0 to {long.MaxValue}.");
            if (numbers.Count == SafeTensorType.MaximumDimensions)
                throw Fault($"{position} holds more than {SafeTensorType.MaximumDimensions} numbers.");
            numbers.Add(number);
        }

        return [.. numbers];
    }

    private InputException Fault(string fault) => SafeTensorsFormat.Fault(source, fault);
}
