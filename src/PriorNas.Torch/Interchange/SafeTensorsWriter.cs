using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace PriorNas.Torch.Interchange;

/// <summary>Writes a safetensors file whose bytes depend on its content alone.</summary>
internal static class SafeTensorsWriter
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    internal static void Write(Stream stream, IReadOnlyList<SafeTensor> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        Check(tensors, metadata);
        // Larger elements first, so that every tensor starts at a multiple of its element's size.
        var ordered = tensors
            .OrderByDescending(tensor => SafeTensorType.ElementBytes(tensor.Type))
            .ThenBy(tensor => tensor.Name, StringComparer.Ordinal)
            .ToArray();
        var header = Header(ordered, metadata, out var digitsAt);
        Span<byte> prefix = stackalloc byte[SafeTensorsFormat.PrefixBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(prefix, (ulong)header.Length);

        using var checksum = new SafeTensorsChecksum(prefix, header, digitsAt);
        foreach (var tensor in ordered)
            checksum.Append(tensor.Data.Span);
        Encoding.ASCII.GetBytes(checksum.Finish(), header.AsSpan(digitsAt));

        stream.Write(prefix);
        stream.Write(header);
        foreach (var tensor in ordered)
            stream.Write(tensor.Data.Span);
    }

    /// <summary>The header, padded, with zeros for the checksum's digits.</summary>
    private static byte[] Header(SafeTensor[] tensors, IReadOnlyDictionary<string, string> metadata, out int digitsAt)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer, Options);
        json.WriteStartObject();
        digitsAt = WriteMetadata(json, metadata);
        var end = 0L;
        foreach (var tensor in tensors)
        {
            json.WriteStartObject(tensor.Name);
            json.WriteString("dtype", tensor.Type);
            WriteNumbers(json, "shape", tensor.Shape);
            WriteNumbers(json, "data_offsets", [end, end += tensor.Data.Length]);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.Flush();
        while (buffer.WrittenCount % SafeTensorsFormat.PrefixBytes != 0)
            buffer.Write(" "u8);
        if (buffer.WrittenCount > SafeTensorsFormat.MaximumHeaderBytes)
            throw new ArgumentException(
                $"The names and metadata take {buffer.WrittenCount} bytes; allowed are {SafeTensorsFormat.MaximumHeaderBytes}.", nameof(metadata));
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Writes the metadata with the checksum's key in its position among the others, and returns where its digits stand.</summary>
    private static int WriteMetadata(Utf8JsonWriter json, IReadOnlyDictionary<string, string> metadata)
    {
        var digitsAt = 0;
        json.WriteStartObject(SafeTensorsFormat.MetadataKey);
        foreach (var key in metadata.Keys.Append(SafeTensorsChecksum.Key).Order(StringComparer.Ordinal))
        {
            json.WritePropertyName(key);
            if (key == SafeTensorsChecksum.Key)
            {
                const int OpeningQuote = 1;
                digitsAt = (int)(json.BytesCommitted + json.BytesPending) + OpeningQuote;
                json.WriteStringValue(new string('0', SafeTensorsChecksum.Digits));
            }
            else
            {
                json.WriteStringValue(metadata[key]);
            }
        }

        json.WriteEndObject();
        return digitsAt;
    }

    private static void WriteNumbers(Utf8JsonWriter json, string key, ReadOnlySpan<long> numbers)
    {
        json.WriteStartArray(key);
        foreach (var number in numbers)
            json.WriteNumberValue(number);
        json.WriteEndArray();
    }

    private static void Check(IReadOnlyList<SafeTensor> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        if (metadata.ContainsKey(SafeTensorsChecksum.Key))
            throw new ArgumentException(
                $"The metadata has the key '{SafeTensorsChecksum.Key}', which is set when the file is written; leave it out.", nameof(metadata));
        var names = new HashSet<string>(StringComparer.Ordinal) { SafeTensorsFormat.MetadataKey };
        foreach (var tensor in tensors)
        {
            if (!names.Add(tensor.Name))
                throw new ArgumentException(
                    $"The tensor name '{tensor.Name}' is given twice or reserved; choose another.", nameof(tensors));
            if (SafeTensorType.ElementBytes(tensor.Type) == 0)
                throw new ArgumentException(
                    $"Tensor '{tensor.Name}' has the type '{tensor.Type}' (allowed: {SafeTensorType.Allowed}).", nameof(tensors));
            if (tensor.Shape.Length > SafeTensorType.MaximumDimensions || tensor.Shape.Any(size => size < 0))
                throw new ArgumentException(
                    $"Tensor '{tensor.Name}' is {tensor.Form}; allowed are {SafeTensorType.MaximumDimensions} dimensions of at least 0.", nameof(tensors));
            if (SafeTensorType.TensorBytes(tensor.Type, tensor.Shape) != tensor.Data.Length)
                throw new ArgumentException(
                    $"Tensor '{tensor.Name}' is {tensor.Form}, which its {tensor.Data.Length} bytes do not fill exactly.", nameof(tensors));
        }
    }
}
