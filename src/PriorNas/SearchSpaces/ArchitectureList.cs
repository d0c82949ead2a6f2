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
/// <param name="Fault">What is wrong with it, in words and with its position, or null. However long the entry is, it has at most a few thousand characters.</param>
public sealed record CheckedEntry(string Name, ListedArchitecture? Architecture, string? Fault);

/// <summary>
/// A list of named architectures in the challenges' form: a JSON object of name -> {"arch": code, "acc": number}, or CSV (by the file's
/// ending) whose first line names the columns, <c>name</c> and <c>arch</c> among them. The file's order is kept; other values of an entry
/// are allowed and not read.
/// </summary>
public static class ArchitectureList
{
    private const string What = "architecture list";

    /// <summary>Reads a list, JSON or, by the file's ending, CSV with the columns <c>name</c> and <c>arch</c>; all entries are checked against the space.</summary>
    /// <exception cref="InputException">The file is missing, is not such a list, or holds codes that are not of the space.</exception>
    public static ImmutableArray<ListedArchitecture> ReadFile(string path, SearchSpace space) => Parse(StrictJson.ReadText(path, What), path, space);

    /// <summary>Whether a file of named entries holds a code, right or wrong, for any of them.</summary>
    /// <exception cref="InputException">The file is missing, or is neither a JSON object nor, by its ending, CSV.</exception>
    public static bool HasCodes(string path)
    {
        var text = StrictJson.ReadText(path, What);
        return CsvTable.IsNamed(path)
            ? CsvTable.Read(text, SourceOf(path)).Columns.Contains("arch")
            : OfJson(text, SourceOf(path)).Any(entry => entry.Code is not null);
    }

    /// <summary>Reads a list from JSON text.</summary>
    /// <exception cref="InputException">As for <see cref="ReadFile"/>.</exception>
    public static ImmutableArray<ListedArchitecture> Read(string json, SearchSpace space, string source) => Require(Entries(OfJson(json, source), space, source), source);

    /// <summary>Reads a list and tells of each entry whether it is an architecture of the space.</summary>
    /// <exception cref="InputException">The file is missing, is no list, or has no entries.</exception>
    public static ImmutableArray<CheckedEntry> CheckFile(string path, SearchSpace space) =>
        [.. Entries(Rows(StrictJson.ReadText(path, What), path), space, SourceOf(path))];

    /// <summary>As <see cref="CheckFile"/>, from JSON text.</summary>
    /// <exception cref="InputException">The text is not a JSON object, or has no entries.</exception>
    public static ImmutableArray<CheckedEntry> Check(string json, SearchSpace space, string source) => [.. Entries(OfJson(json, source), space, source)];

    /// <summary>Reads the text of a file of this name.</summary>
    /// <exception cref="InputException">As for <see cref="ReadFile"/>.</exception>
    internal static ImmutableArray<ListedArchitecture> Parse(string text, string path, SearchSpace space) =>
        Require(Entries(Rows(text, path), space, SourceOf(path)), SourceOf(path));

    private static string SourceOf(string path) => $"{What} '{path}'";

    private static IEnumerable<(string Name, string? Code)> Rows(string text, string path) =>
        CsvTable.IsNamed(path) ? OfCsv(text, SourceOf(path)) : OfJson(text, SourceOf(path));

    private static IEnumerable<(string Name, string? Code)> OfJson(string json, string source)
    {
        using var document = StrictJson.Parse(json, source);
        if (document.RootElement.ValueKind != JsonValueKind.Object)
            throw new InputException($"{source} must be a JSON object of name -> {{\"arch\": code}}, but is {Kind(document.RootElement)}.");
        foreach (var entry in document.RootElement.EnumerateObject())
            yield return (entry.Name, CodeOf(entry.Value));
    }

    private static IEnumerable<(string Name, string? Code)> OfCsv(string csv, string source)
    {
        var table = CsvTable.Read(csv, source);
        var column = table.Column("arch", source);
        return table.Rows.Select(row => (row.Name, (string?)row.Fields[column]));
    }

    /// <summary>The architectures of a list without faults; of a faulty one no more is kept than its message shows.</summary>
    private static ImmutableArray<ListedArchitecture> Require(IEnumerable<CheckedEntry> entries, string source)
    {
        var (architectures, faults) = (ImmutableArray.CreateBuilder<ListedArchitecture>(), new FaultList());
        foreach (var entry in entries)
        {
            if (entry.Fault is { } fault)
                faults.Add(fault.TrimEnd('.'));
            else if (faults.Count == 0)
                architectures.Add(entry.Architecture!);
        }

        return faults.Count == 0 ? architectures.DrainToImmutable() : throw new InputException($"{source}: {faults.Text}");
    }

    private static IEnumerable<CheckedEntry> Entries(IEnumerable<(string Name, string? Code)> rows, SearchSpace space, string source)
    {
        var any = false;
        foreach (var (name, code) in rows)
        {
            any = true;
            yield return Check(name, code, space);
        }

        if (!any)
            throw new InputException($"{source} is empty: it must hold at least one architecture.");
    }

    private static CheckedEntry Check(string name, string? code, SearchSpace space)
    {
        if (code is null)
            return new CheckedEntry(name, null, $"entry '{FaultList.Shorten(name)}' must be an object with the code as text under 'arch'");
        try
        {
            return new CheckedEntry(name, new ListedArchitecture(name, code, space.Parse(code)), null);
        }
        catch (InputException e)
        {
            return new CheckedEntry(name, null, $"'{FaultList.Shorten(name)}': {e.Message}");
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
