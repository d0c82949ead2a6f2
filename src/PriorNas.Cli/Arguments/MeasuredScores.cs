using System.Collections.Immutable;
using PriorNas.Files;
using PriorNas.Ranking;
using PriorNas.SearchSpaces;

namespace PriorNas.Cli.Arguments;

/// <summary>What score files hold, higher for better.</summary>
/// <param name="Description">The file or files, for messages.</param>
/// <param name="Field">The key of the numbers.</param>
/// <param name="List">The architectures.</param>
/// <param name="Scores">For each.</param>
/// <param name="Errors">Their standard errors; null where a file lacks them.</param>
internal sealed record MeasuredScores(string Description, string Field, ImmutableArray<ListedArchitecture> List, double[] Scores, double[]? Errors)
{
    /// <summary>The field that is read where none is named: the first that the file has.</summary>
    private static readonly string[] DefaultFields = ["score", "acc"];

    /// <summary>The scores of one file, or the means over several: supernets of other seeds. Their standard errors are combined as if each supernet was
    /// measured by images of its own; by the same images the noise of the mean is up to the root of their number larger.</summary>
    /// <exception cref="InputException">A file cannot be read, or two hold other names, codes or keys.</exception>
    internal static MeasuredScores Read(string[] paths, string? field, SearchSpace space)
    {
        var files = Array.ConvertAll(paths, path => Read(path, field, space));
        foreach (var other in files.Skip(1))
            RequireSame(files[0], other);
        return files.Length == 1 ? files[0] : Mean(files);
    }

    private static void RequireSame(MeasuredScores first, MeasuredScores other)
    {
        var codes = other.List.ToDictionary(entry => entry.Name, entry => entry.Architecture);
        var isSame = codes.Count == first.List.Length && first.List.All(entry => codes.TryGetValue(entry.Name, out var found) && found.Equals(entry.Architecture));
        if (!isSame)
            throw new InputException($"{other.Description} holds other names or codes than {first.Description}; only scores of the same architectures can be averaged.");
        if (other.Field != first.Field)
            throw new InputException($"{other.Description} has '{other.Field}', but {first.Description} '{first.Field}'; name a key that both have with --field.");
    }

    private static MeasuredScores Mean(MeasuredScores[] files)
    {
        var count = files.Length;
        string[] names = [.. files[0].List.Select(entry => entry.Name)];
        var scores = new double[names.Length];
        var squares = new double[names.Length];
        foreach (var file in files)
        {
            var rows = file.List.Select(entry => entry.Name).Index().ToDictionary(row => row.Item, row => row.Index, StringComparer.Ordinal);
            for (var i = 0; i < names.Length; i++)
            {
                var row = rows[names[i]];
                scores[i] += file.Scores[row] / count;
                squares[i] += file.Errors is { } errors ? errors[row] * errors[row] : double.NaN;
            }
        }

        return files[0] with
        {
            Description = $"the mean of {count} score files",
            Scores = scores,
            Errors = files.Any(file => file.Errors is null) ? null : Array.ConvertAll(squares, square => Math.Sqrt(square) / count),
        };
    }

    private static MeasuredScores Read(string path, string? field, SearchSpace space)
    {
        var list = ArchitectureList.ReadFile(path, space);
        var keys = ScoreFile.SharedKeys(path);
        if (field is null && keys.Contains("smoothed"))
            throw new InputException($"score file '{path}' holds smoothed scores under 'score'; name those that were measured with --field raw.");
        if (field is null && keys.Contains("unjoined"))
            throw new InputException($"score file '{path}' holds scores joined with a prior under 'score'; name those that were measured with --field unjoined.");
        var key = field ?? DefaultFields.FirstOrDefault(keys.Contains) ?? DefaultFields[^1];
        var file = ScoreFile.Read(path, key);
        var sign = key == "loss" || key.EndsWith("_loss", StringComparison.Ordinal) ? -1 : 1;
        string[] names = [.. list.Select(entry => entry.Name)];
        return new MeasuredScores(file.Description, key, list, Array.ConvertAll(file.ValuesOf(names), value => sign * value), ReadErrors(path, key + "_error", keys, names));
    }

    /// <summary>Without further codes of a network, whose one measurement would count more than once.</summary>
    internal MeasuredScores OfNetworks()
    {
        int[] rows = [.. List.Index().DistinctBy(row => row.Item.Architecture.Canonical()).Select(row => row.Index)];
        return this with
        {
            List = [.. rows.Select(row => List[row])],
            Scores = Array.ConvertAll(rows, row => Scores[row]),
            Errors = Errors is { } errors ? Array.ConvertAll(rows, row => errors[row]) : null,
        };
    }

    private static double[]? ReadErrors(string path, string key, ImmutableArray<string> keys, string[] names)
    {
        if (!keys.Contains(key))
            return null;
        var errors = ScoreFile.Read(path, key).ValuesOf(names);
        if (names.Zip(errors).FirstOrDefault(pair => pair.Second < 0) is { First: { } name } negative)
            throw new InputException(FormattableString.Invariant($"score file '{path}': '{key}' of entry '{name}' is {negative.Second}, but a standard error is 0 or more."));
        return errors.Any(error => error > 0)
            ? errors
            : throw new InputException($"score file '{path}': '{key}' is 0 in all entries; leave it out where the standard error is not known.");
    }
}
