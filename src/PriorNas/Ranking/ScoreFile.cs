using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using PriorNas.Files;

namespace PriorNas.Ranking;

/// <summary>
/// Numbers by name, from a JSON file of name -> {key: number, ...}, such as the challenges' lists, or from a CSV file (by its ending)
/// whose first line names the columns, <c>name</c> and the key among them. <see cref="ScoreTable"/> writes both.
/// </summary>
public sealed class ScoreFile
{
    private readonly Dictionary<string, double> scores;

    private ScoreFile(string description, string key, ImmutableArray<string> names, Dictionary<string, double> scores)
    {
        Description = description;
        Key = key;
        Names = names;
        this.scores = scores;
    }

    /// <summary>File and key, for messages.</summary>
    public string Description { get; }

    /// <summary>The key whose numbers were read.</summary>
    public string Key { get; }

    /// <summary>The names, in the file's order.</summary>
    public ImmutableArray<string> Names { get; }

    /// <summary>Reads one key of each entry.</summary>
    /// <param name="path">The file.</param>
    /// <param name="key">For example <c>acc</c> or <c>flops</c>.</param>
    /// <exception cref="InputException">The file is missing or has another form, or an entry has no such finite number; all such entries are named.</exception>
    public static ScoreFile Read(string path, string key)
    {
        return Parse(StrictJson.ReadText(path, "score file"), path, key);
    }

    /// <summary>Reads one of two keys of each entry: the one that is preferred where the first entry of the file has it, else the other.</summary>
    /// <param name="path">The file.</param>
    /// <param name="preferred">For example <c>score</c>.</param>
    /// <param name="otherwise">For example <c>acc</c>.</param>
    /// <inheritdoc cref="Read(string, string)" path="/exception"/>
    public static ScoreFile Read(string path, string preferred, string otherwise)
    {
        var text = StrictJson.ReadText(path, "score file");
        return Parse(text, path, Has(text, path, preferred) ? preferred : otherwise);
    }

    /// <summary>The keys that every entry of a file has, whatever stands there, in the order of the first entry; without <c>name</c>.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InputException">The file is missing, has another form, or has no entries.</exception>
    public static ImmutableArray<string> SharedKeys(string path)
    {
        var (text, source) = (StrictJson.ReadText(path, "score file"), $"score file '{path}'");
        return CsvTable.IsNamed(path) ? [.. CsvTable.Read(text, source).Columns.Where(column => column != "name")] : SharedKeysOfJson(text, source);
    }

    /// <summary>The number of a name.</summary>
    /// <exception cref="KeyNotFoundException">The file has no such name.</exception>
    public double this[string name] => scores[name];

    /// <summary>Reads the text of a file of this name.</summary>
    /// <exception cref="InputException">As for <see cref="Read(string, string)"/>.</exception>
    public static ScoreFile Parse(string text, string path, string key)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(key);
        var source = $"score file '{path}'";
        var faults = new FaultList();
        var scores = CsvTable.IsNamed(path) ? OfCsv(CsvTable.Read(text, source), key, source, faults) : OfJson(text, key, source, faults);
        faults.ThrowIfAny(source);
        return new ScoreFile($"'{path}' ({key})", key, [.. scores.Select(s => s.Name)], scores.ToDictionary(s => s.Name, s => s.Score));
    }

    /// <summary>Makes sure that another file holds the same names, at least two.</summary>
    /// <exception cref="InputException">A name of one file is missing in the other, or there are fewer than two.</exception>
    public void RequireSameNames(ScoreFile other)
    {
        ArgumentNullException.ThrowIfNull(other);
        RequireNames(other, this);
        RequireNames(this, other);
        if (Names.Length < 2)
            throw new InputException($"{Description} has {Names.Length} entries, at least 2 are needed to compare.");
    }

    /// <summary>Whether the first entry of a file has a key; where the file has another form, reading it says so.</summary>
    private static bool Has(string text, string path, string key)
    {
        var source = $"score file '{path}'";
        if (CsvTable.IsNamed(path))
            return CsvTable.Read(text, source).Columns.Contains(key, StringComparer.Ordinal);
        using var document = StrictJson.Parse(text, source);
        return document.RootElement.ValueKind == JsonValueKind.Object
            && document.RootElement.EnumerateObject().Select(entry => entry.Value).FirstOrDefault() is { ValueKind: JsonValueKind.Object } first
            && first.TryGetProperty(key, out _);
    }

    private static ImmutableArray<string> SharedKeysOfJson(string text, string source)
    {
        using var document = StrictJson.Parse(text, source);
        if (document.RootElement.ValueKind != JsonValueKind.Object || document.RootElement.EnumerateObject().Any(entry => entry.Value.ValueKind != JsonValueKind.Object))
            throw new InputException($"{source} must be a JSON object of name -> {{key: number, ...}}.");
        var shared = document.RootElement.EnumerateObject().Select(entry => entry.Value.EnumerateObject().Select(property => property.Name).ToArray()).ToArray();
        return shared.Length == 0
            ? throw new InputException($"{source} is empty: it must hold at least one entry.")
            : [.. shared.Aggregate((keys, entry) => [.. keys.Intersect(entry)])];
    }

    private static List<(string Name, double Score)> OfJson(string text, string key, string source, FaultList faults)
    {
        using var document = StrictJson.Parse(text, source);
        if (document.RootElement.ValueKind != JsonValueKind.Object)
            throw new InputException($"{source} must be a JSON object of name -> {{\"{key}\": number}}.");
        var scores = new List<(string, double)>();
        foreach (var entry in document.RootElement.EnumerateObject())
        {
            if (entry.Value.ValueKind != JsonValueKind.Object || !entry.Value.TryGetProperty(key, out var value))
                faults.Add($"entry '{FaultList.Shorten(entry.Name)}' has no '{key}'{Alternatives(entry.Value)}");
            else if (value.ValueKind != JsonValueKind.Number || !value.TryGetDouble(out var number) || !double.IsFinite(number))
                faults.Add($"'{key}' of entry '{FaultList.Shorten(entry.Name)}' is {FaultList.Shorten(value.GetRawText())}, a finite number must stand there");
            else
                scores.Add((entry.Name, number));
        }

        return scores;
    }

    private static List<(string Name, double Score)> OfCsv(CsvTable table, string key, string source, FaultList faults)
    {
        var column = table.Column(key, source);
        var scores = new List<(string, double)>();
        foreach (var row in table.Rows)
        {
            if (double.TryParse(row.Fields[column], NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number))
                scores.Add((row.Name, number));
            else
                faults.Add($"'{key}' of entry '{FaultList.Shorten(row.Name)}' (line {row.Line}) is '{FaultList.Shorten(row.Fields[column])}', a finite number must stand there");
        }

        return scores;
    }

    /// <summary>The numbers of some names, in their order; the file may hold more.</summary>
    /// <exception cref="InputException">A name is missing.</exception>
    public double[] ValuesOf(IReadOnlyCollection<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        var missing = names.Where(n => !scores.ContainsKey(n)).ToArray();
        if (missing.Length > 0)
            throw new InputException($"{Description} lacks {missing.Length} of the {names.Count} architectures, the first is '{FaultList.Shorten(missing[0])}'; it must hold all of them.");
        return [.. names.Select(n => scores[n])];
    }

    private static void RequireNames(ScoreFile file, ScoreFile wanted)
    {
        var missing = wanted.Names.Where(n => !file.scores.ContainsKey(n)).ToArray();
        if (missing.Length > 0)
            throw new InputException($"{file.Description} lacks {missing.Length} of the {wanted.Names.Length} names in {wanted.Description}, the first is '{FaultList.Shorten(missing[0])}'; both files must hold the same names.");
    }

    private static string Alternatives(JsonElement entry)
    {
        if (entry.ValueKind != JsonValueKind.Object)
            return "";
        var numbers = entry.EnumerateObject().Where(p => p.Value.ValueKind == JsonValueKind.Number).Select(p => p.Name).ToArray();
        return numbers.Length == 0 ? "" : $", it has {FaultList.Shorten(numbers)}";
    }
}
