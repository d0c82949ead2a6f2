using System.Collections.Immutable;
using System.Text.Json;
using PriorNas.Files;

namespace PriorNas.Ranking;

/// <summary>Numbers by name, from a JSON file of name -> {key: number, ...}, such as the challenges' lists, and this program's outputs.</summary>
public sealed class ScoreFile
{
    private readonly Dictionary<string, double> scores;

    private ScoreFile(string description, ImmutableArray<string> names, Dictionary<string, double> scores)
    {
        Description = description;
        Names = names;
        this.scores = scores;
    }

    /// <summary>File and key, for messages.</summary>
    public string Description { get; }

    /// <summary>The names, in the file's order.</summary>
    public ImmutableArray<string> Names { get; }

    /// <summary>Reads one key of each entry.</summary>
    /// <param name="path">The file.</param>
    /// <param name="key">For example <c>acc</c> or <c>flops</c>.</param>
    /// <exception cref="InputException">The file is missing or has another form, or an entry has no such number.</exception>
    public static ScoreFile Read(string path, string key)
    {
        var source = $"score file '{path}'";
        using var document = StrictJson.Parse(StrictJson.ReadText(path, "score file"), source);
        if (document.RootElement.ValueKind != JsonValueKind.Object)
            throw new InputException($"{source} must be a JSON object of name -> {{\"{key}\": number}}.");
        var names = ImmutableArray.CreateBuilder<string>();
        var scores = new Dictionary<string, double>();
        foreach (var entry in document.RootElement.EnumerateObject())
        {
            if (entry.Value.ValueKind != JsonValueKind.Object || !entry.Value.TryGetProperty(key, out var value))
                throw new InputException($"{source}: entry '{entry.Name}' has no '{key}'{Alternatives(entry.Value)}.");
            if (value.ValueKind != JsonValueKind.Number || !value.TryGetDouble(out var number) || !double.IsFinite(number))
                throw new InputException($"{source}: '{key}' of entry '{entry.Name}' is {value.GetRawText()}, a finite number must stand there.");
            names.Add(entry.Name);
            scores.Add(entry.Name, number);
        }

        return new ScoreFile($"'{path}' ({key})", names.DrainToImmutable(), scores);
    }

    /// <summary>The numbers of two files side by side, in the first one's order.</summary>
    /// <exception cref="InputException">A name of one file is missing in the other, or there are fewer than two.</exception>
    public (double[] First, double[] Second) MatchedWith(ScoreFile other)
    {
        ArgumentNullException.ThrowIfNull(other);
        RequireNames(other, this);
        RequireNames(this, other);
        if (Names.Length < 2)
            throw new InputException($"{Description} has {Names.Length} entries, at least 2 are needed to compare.");
        return ([.. Names.Select(n => scores[n])], [.. Names.Select(n => other.scores[n])]);
    }

    /// <summary>The numbers of some names, in their order; the file may hold more.</summary>
    /// <exception cref="InputException">A name is missing.</exception>
    public double[] ValuesOf(IReadOnlyCollection<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        var missing = names.Where(n => !scores.ContainsKey(n)).ToArray();
        if (missing.Length > 0)
            throw new InputException($"{Description} lacks {missing.Length} of the {names.Count} architectures, the first is '{missing[0]}'; it must hold all of them.");
        return [.. names.Select(n => scores[n])];
    }

    private static void RequireNames(ScoreFile file, ScoreFile wanted)
    {
        var missing = wanted.Names.Where(n => !file.scores.ContainsKey(n)).ToArray();
        if (missing.Length > 0)
            throw new InputException($"{file.Description} lacks {missing.Length} of the {wanted.Names.Length} names in {wanted.Description}, the first is '{missing[0]}'; both files must hold the same names.");
    }

    private static string Alternatives(JsonElement entry)
    {
        if (entry.ValueKind != JsonValueKind.Object)
            return "";
        var numbers = entry.EnumerateObject().Where(p => p.Value.ValueKind == JsonValueKind.Number).Select(p => p.Name).ToArray();
        return numbers.Length == 0 ? "" : $", it has {string.Join(", ", numbers)}";
    }
}
