using System.Collections.Immutable;
using System.Text.Json;
using PriorNas.Files;

namespace PriorNas.SearchSpaces;

/// <summary>An architecture of a list.</summary>
/// <param name="Name">Its name in the list, unique there.</param>
/// <param name="Code">Its code as it stands in the list.</param>
/// <param name="Architecture">What the code means.</param>
public sealed record ListedArchitecture(string Name, string Code, Architecture Architecture);

/// <summary>
/// A list of named architectures in the challenges' form: a JSON object of name -> {"arch": code, "acc": number}, or CSV (by the file's
/// ending) whose first line names the columns, <c>name</c> and <c>arch</c> among them. The file's order is kept; other values of an entry
/// are allowed and not read.
/// </summary>
public static class ArchitectureList
{
    /// <summary>At most this many faulty entries are written out in one message.</summary>
    private const int ShownFaults = 5;

    /// <summary>Reads a list; all entries are checked against the space.</summary>
    /// <exception cref="InputException">The file is missing, is not such a list, or holds codes that are not of the space.</exception>
    public static ImmutableArray<ListedArchitecture> ReadFile(string path, SearchSpace space)
    {
        ArgumentNullException.ThrowIfNull(path);
        var (text, source) = (StrictJson.ReadText(path, "architecture list"), $"architecture list '{path}'");
        return CsvTable.IsNamed(path) ? ReadCsv(text, space, source) : Read(text, space, source);
    }

    /// <summary>Reads a list from JSON.</summary>
    /// <exception cref="InputException">As for <see cref="ReadFile"/>.</exception>
    public static ImmutableArray<ListedArchitecture> Read(string json, SearchSpace space, string source)
    {
        ArgumentNullException.ThrowIfNull(space);
        using var document = StrictJson.Parse(json, source);
        if (document.RootElement.ValueKind != JsonValueKind.Object)
            throw new InputException($"{source} must be a JSON object of name -> {{\"arch\": code}}, but is {Kind(document.RootElement)}.");
        return Parse(document.RootElement.EnumerateObject().Select(entry => (entry.Name, CodeOf(entry.Value))), space, source);
    }

    /// <summary>Reads a list from CSV.</summary>
    /// <exception cref="InputException">As for <see cref="ReadFile"/>.</exception>
    internal static ImmutableArray<ListedArchitecture> ReadCsv(string csv, SearchSpace space, string source)
    {
        var table = CsvTable.Read(csv, source);
        var column = table.Column("arch", source);
        return Parse(table.Rows.Select(row => (row.Name, (string?)row.Fields[column])), space, source);
    }

    private static ImmutableArray<ListedArchitecture> Parse(IEnumerable<(string Name, string? Code)> entries, SearchSpace space, string source)
    {
        var list = ImmutableArray.CreateBuilder<ListedArchitecture>();
        var faults = new List<string>();
        foreach (var (name, code) in entries)
        {
            if (code is null)
            {
                faults.Add($"entry '{name}' must be an object with the code as text under 'arch'");
                continue;
            }

            try
            {
                list.Add(new ListedArchitecture(name, code, space.Parse(code)));
            }
            catch (InputException e)
            {
                faults.Add($"'{name}': {e.Message}");
            }
        }

        if (faults.Count > 0)
            throw new InputException($"{source}: {string.Join(" ", faults.Take(ShownFaults))}{(faults.Count > ShownFaults ? $" ({faults.Count - ShownFaults} more entries are wrong)" : "")}");
        if (list.Count == 0)
            throw new InputException($"{source} is empty: it must hold at least one architecture.");
        return list.DrainToImmutable();
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
