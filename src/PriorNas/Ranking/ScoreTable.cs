using System.Globalization;
using System.Text.Json.Nodes;
using PriorNas.Files;

namespace PriorNas.Ranking;

/// <summary>
/// Scores of named architectures on their way to a file: as JSON, name -> {"arch": code, key: number, ...}, or as CSV with the first line
/// <c>name,arch,key,...</c>. <see cref="ScoreFile"/> and the list reader read both.
/// </summary>
public sealed class ScoreTable
{
    private readonly string[] keys;
    private readonly List<(string Name, string Code, double?[] Scores)> rows = [];

    /// <summary>Starts a table.</summary>
    /// <param name="keys">The names of the scores, all different.</param>
    public ScoreTable(params string[] keys)
    {
        ArgumentNullException.ThrowIfNull(keys);
        this.keys = keys;
    }

    /// <summary>The names of the scores.</summary>
    internal IReadOnlyList<string> Keys => keys;

    /// <summary>The architectures in the order in which they were added, with a number or null for each key.</summary>
    internal IReadOnlyList<(string Name, string Code, double?[] Scores)> Rows => rows;

    /// <summary>Adds an architecture.</summary>
    /// <param name="name">Its name, unique in the table.</param>
    /// <param name="code">Its code.</param>
    /// <param name="scores">A finite number for each key.</param>
    /// <exception cref="ArgumentException">There are more or fewer numbers than keys, or one is not finite.</exception>
    public void Add(string name, string code, params double[] scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        if (scores.Length != keys.Length || !scores.All(double.IsFinite))
            throw new ArgumentException($"'{name}' has the scores {string.Join(", ", scores)}, but needs a finite number for each of {string.Join(", ", keys)}.", nameof(scores));
        rows.Add((name, code, [.. scores]));
    }

    /// <summary>Adds an architecture that may lack some of the scores: such a key is left out in JSON, and its field is empty in CSV.</summary>
    /// <param name="name">Its name, unique in the table.</param>
    /// <param name="code">Its code.</param>
    /// <param name="scores">A finite number or null for each key.</param>
    /// <exception cref="ArgumentException">There are more or fewer scores than keys, or one is not finite.</exception>
    public void AddPartly(string name, string code, params double?[] scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        if (scores.Length != keys.Length || !scores.All(score => score is null || double.IsFinite(score.Value)))
            throw new ArgumentException($"'{name}' has the scores {string.Join(", ", scores)}, but needs a finite number or none for each of {string.Join(", ", keys)}.", nameof(scores));
        rows.Add((name, code, scores));
    }

    /// <summary>Writes the whole table: as CSV where the file's name ends in <c>.csv</c>, else as JSON.</summary>
    /// <exception cref="InputException">A name cannot stand in CSV, see <see cref="RequireWritable"/>.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Write(string path)
    {
        RequireWritable(path, rows.Select(row => row.Name));
        WholeFile.WriteText(path, CsvTable.IsNamed(path) ? AsCsv() : AsJson());
    }

    /// <summary>Writes the whole table as JSON.</summary>
    public void WriteJson(TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(output);
        output.Write(AsJson());
    }

    /// <summary>Makes sure that a file of this name can hold these names, so that they can be read back: in CSV a name has a character and no line break.</summary>
    /// <exception cref="InputException">It cannot; the names are named.</exception>
    public static void RequireWritable(string path, IEnumerable<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        if (!CsvTable.IsNamed(path))
            return;
        var faults = new FaultList();
        foreach (var name in names.Where(name => !CsvTable.MayBeNamed(name)))
            faults.Add(() => name.Length == 0 ? "a name is empty" : $"name '{FaultList.Shorten(name.ReplaceLineEndings(" "))}' has a line break");
        if (faults.Count > 0)
            throw new InputException($"'{path}' cannot be written as CSV: {faults.Text}; write JSON, to a file whose name does not end in .csv.");
    }

    internal string AsJson()
    {
        var entries = new JsonObject();
        foreach (var (name, code, scores) in rows)
        {
            var entry = new JsonObject { ["arch"] = code };
            foreach (var (key, score) in keys.Zip(scores).Where(pair => pair.Second is not null))
                entry[key] = score;
            entries[name] = entry;
        }

        return entries.ToJsonString(StrictJson.Options) + "\n";
    }

    internal string AsCsv() => CsvTable.Write(
        [["name", "arch", .. keys], .. rows.Select(row => (string[])[row.Name, row.Code, .. row.Scores.Select(s => s?.ToString(CultureInfo.InvariantCulture) ?? "")])]);
}
