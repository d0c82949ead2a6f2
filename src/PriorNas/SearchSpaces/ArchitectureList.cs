using System.Collections.Immutable;
using System.Text.Json;
using PriorNas.Files;

namespace PriorNas.SearchSpaces;

/// <summary>An architecture of a list.</summary>
/// <param name="Name">Its name in the list, unique there.</param>
/// <param name="Code">Its code as it stands in the list.</param>
/// <param name="Architecture">What the code means.</param>
public sealed record ListedArchitecture(string Name, string Code, Architecture Architecture);

/// <summary>An entry of a list, whether or not it is an architecture of the space.</summary>
/// <param name="Name">Its name in the list, unique there.</param>
/// <param name="Architecture">What the entry means, or null where it is faulty.</param>
/// <param name="Fault">What is wrong with it, in words and with its place, or null.</param>
public sealed record CheckedEntry(string Name, ListedArchitecture? Architecture, string? Fault);

/// <summary>
/// A list of named architectures in the challenges' form: a JSON object of name -> {"arch": code, "acc": number}, or CSV (by the file's
/// ending) whose first line names the columns, <c>name</c> and <c>arch</c> among them. The file's order is kept; other values of an entry
/// are allowed and not read.
/// </summary>
public static class ArchitectureList
{
    /// <summary>At most this many faulty entries are written out in one message.</summary>
    private const int ShownFaults = 5;

    /// <summary>Reads a list, JSON or, by the file's ending, CSV with the columns <c>name</c> and <c>arch</c>; all entries are checked against the space.</summary>
    /// <exception cref="InputException">The file is missing, is not such a list, or holds codes that are not of the space.</exception>
    public static ImmutableArray<ListedArchitecture> ReadFile(string path, SearchSpace space) => Require(CheckFile(path, space), SourceOf(path));

    /// <summary>Reads a list from JSON text.</summary>
    /// <exception cref="InputException">As for <see cref="ReadFile"/>.</exception>
    public static ImmutableArray<ListedArchitecture> Read(string json, SearchSpace space, string source) => Require(Check(json, space, source), source);

    /// <summary>Reads a list and tells of each entry whether it is an architecture of the space.</summary>
    /// <exception cref="InputException">The file is missing, is no list, or has no entries.</exception>
    public static ImmutableArray<CheckedEntry> CheckFile(string path, SearchSpace space)
    {
        var text = StrictJson.ReadText(path, "architecture list");
        return CsvTable.IsNamed(path) ? CheckCsv(text, space, SourceOf(path)) : Check(text, space, SourceOf(path));
    }

    /// <summary>As <see cref="CheckFile"/>, from JSON text.</summary>
    /// <exception cref="InputException">The text is not a JSON object, or has no entries.</exception>
    public static ImmutableArray<CheckedEntry> Check(string json, SearchSpace space, string source)
    {
        ArgumentNullException.ThrowIfNull(space);
        using var document = StrictJson.Parse(json, source);
        if (document.RootElement.ValueKind != JsonValueKind.Object)
            throw new InputException($"{source} must be a JSON object of name -> {{\"arch\": code}}, but is {Kind(document.RootElement)}.");
        return Check(document.RootElement.EnumerateObject().Select(entry => (entry.Name, CodeOf(entry.Value))), space, source);
    }

    /// <summary>As <see cref="CheckFile"/>, from CSV text.</summary>
    internal static ImmutableArray<CheckedEntry> CheckCsv(string csv, SearchSpace space, string source)
    {
        var table = CsvTable.Read(csv, source);
        var column = table.Column("arch", source);
        return Check(table.Rows.Select(row => (row.Name, (string?)row.Fields[column])), space, source);
    }

    /// <summary>As <see cref="ReadFile"/>, from CSV text.</summary>
    internal static ImmutableArray<ListedArchitecture> ReadCsv(string csv, SearchSpace space, string source) => Require(CheckCsv(csv, space, source), source);

    private static string SourceOf(string path) => $"architecture list '{path}'";

    private static ImmutableArray<ListedArchitecture> Require(ImmutableArray<CheckedEntry> entries, string source)
    {
        var faults = entries.Where(e => e.Fault is not null).Select(e => e.Fault!.TrimEnd('.')).ToArray();
        if (faults.Length > 0)
            throw new InputException($"{source}: {string.Join("; ", faults.Take(ShownFaults))}{(faults.Length > ShownFaults ? $" ({faults.Length - ShownFaults} more entries are wrong)" : "")}");
        return [.. entries.Select(e => e.Architecture!)];
    }

    private static ImmutableArray<CheckedEntry> Check(IEnumerable<(string Name, string? Code)> rows, SearchSpace space, string source)
    {
        var entries = rows.Select(row => Check(row.Name, row.Code, space)).ToImmutableArray();
        return entries.Length > 0 ? entries : throw new InputException($"{source} is empty: it must hold at least one architecture.");
    }

    private static CheckedEntry Check(string name, string? code, SearchSpace space)
    {
        if (code is null)
            return new CheckedEntry(name, null, $"entry '{name}' must be an object with the code as text under 'arch'");
        try
        {
            return new CheckedEntry(name, new ListedArchitecture(name, code, space.Parse(code)), null);
        }
        catch (InputException e)
        {
            return new CheckedEntry(name, null, $"'{name}': {e.Message}");
        }
    }

    /// <summary>The text under 'arch', or null where there is none.</summary>
    private static string? CodeOf(JsonElement entry)
    {
        try
        {
            return entry.ValueKind == JsonValueKind.Object && entry.TryGetProperty("arch", out var arch) && arch.ValueKind == JsonValueKind.String
                ? arch.GetString()
                : null;
        }
        catch (InvalidOperationException)
        {
            // An escaped half of a surrogate pair, which is JSON but no text.
            return null;
        }
    }

    private static string Kind(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "a text",
        JsonValueKind.Number => "a number",
        _ => $"'{element.GetRawText()}'",
    };
}
