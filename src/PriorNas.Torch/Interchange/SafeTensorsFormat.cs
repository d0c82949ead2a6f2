using PriorNas.Files;

namespace PriorNas.Torch.Interchange;

/// <summary>What reader and writer of the format share.</summary>
internal static class SafeTensorsFormat
{
    /// <summary>Bytes before the header: its length, 64 bits little-endian.</summary>
    internal const int PrefixBytes = 8;

    /// <summary>The longest header in bytes, the limit of the reference implementation.</summary>
    internal const int MaximumHeaderBytes = 100_000_000;

    /// <summary>The key in the header that holds the metadata and no tensor.</summary>
    internal const string MetadataKey = "__metadata__";

    /// <summary>The error for bad content, on one line: a damaged name that it quotes may hold anything, at any length.</summary>
    /// <param name="source">The file's name.</param>
    /// <param name="fault">What is wrong, as a sentence.</param>
    /// <param name="cause">The error found underneath, if any.</param>
    internal static InputException Fault(string source, string fault, Exception? cause = null)
    {
        const int MaxFaultLength = 400;
        var shown = fault.Length <= MaxFaultLength ? fault : string.Concat(fault.AsSpan(0, MaxFaultLength), "...");
        var line = string.Concat(shown.Select(character => char.IsControl(character) ? '?' : character));
        return new InputException($"'{source}' is damaged or no safetensors file: {line} Use an intact copy, or write the file again.", cause);
    }
}
