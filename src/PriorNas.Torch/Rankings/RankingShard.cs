using System.Collections.Immutable;
using PriorNas.Files;
using PriorNas.SearchSpaces;
using PriorNas.Torch.Evaluation;
using PriorNas.Torch.Runs;

namespace PriorNas.Torch.Rankings;

/// <summary>The results of one part of a list, with all that must agree between the parts; the form of the file that <c>rank --shard</c> writes.</summary>
public sealed record RankingShard
{
    private const string What = "shard";

    /// <summary>Which part, such as 2/4.</summary>
    public required string Shard { get; init; }

    /// <summary>Identifies the list: its names, codes and their order.</summary>
    public required string ListSha256 { get; init; }

    /// <summary>Architectures of the whole list.</summary>
    public required int ListLength { get; init; }

    /// <summary>What the results depend on beside the architectures.</summary>
    public required RankingProvenance Provenance { get; init; }

    /// <summary>The results, by the position in the list.</summary>
    public required ImmutableArray<ShardResult> Results { get; init; }

    /// <summary>The shard of a list's ranking.</summary>
    /// <exception cref="ArgumentException">A result has no groups of images.</exception>
    public static RankingShard Of(ListShard part, IReadOnlyList<ListedArchitecture> list, RankingProvenance provenance, IReadOnlyList<EvaluationResult?> results) => new()
    {
        Shard = part.ToString(),
        ListSha256 = HashOf(list.Select(entry => (entry.Name, entry.Code))),
        ListLength = list.Count,
        Provenance = provenance,
        Results = [.. list.Zip(results).Index().Where(row => row.Item.Second is not null).Select(row =>
            ShardResult.Of(row.Index, row.Item.First, row.Item.Second!.Value))],
    };

    /// <summary>Writes the file whole.</summary>
    public void Write(string path) => WholeFile.WriteText(path, StrictJson.Write(this));

    /// <summary>Reads shards and joins their results in the order of the list.</summary>
    /// <param name="paths">One file for each part.</param>
    /// <param name="machines">Those that measured, each once; results of several may differ by rounding.</param>
    /// <exception cref="InputException">A file is no shard, a part is missing or there twice, or the parts are of different lists, checkpoints, settings or images.</exception>
    public static IReadOnlyList<ShardResult> Merge(IReadOnlyList<string> paths, out IReadOnlyList<Machine> machines)
    {
        ArgumentNullException.ThrowIfNull(paths);
        var shards = paths.Select(path => (Path: path, Shard: StrictJson.ReadFile<RankingShard>(path, What))).ToArray();
        var parts = shards.Select(s => ListShard.TryParse(s.Shard.Shard) ?? throw new InputException($"{What} '{s.Path}': 'shard' is '{FaultList.Shorten(s.Shard.Shard)}', allowed is i/n with 1 <= i <= n.")).ToArray();
        var (first, firstPath) = (shards[0].Shard, shards[0].Path);
        foreach (var (path, shard) in shards)
        {
            string[] differences = [.. shard.ListSha256 == first.ListSha256 ? [] : (string[])["the list"], .. shard.Provenance.DifferencesTo(first.Provenance)];
            if (differences.Length > 0)
                throw new InputException($"'{path}' and '{firstPath}' differ in {string.Join(", ", differences)}; merge the shards of one ranking.");
            if (shard.Results.FirstOrDefault(r => r.Read() is not { IsPossible: true }) is { } impossible)
                throw new InputException($"{What} '{path}' holds an impossible result of '{FaultList.Shorten(impossible.Name)}': {impossible.Describe()}; rank the shard again.");
        }

        RequireAll(parts, paths);
        machines = [.. shards.Select(s => s.Shard.Provenance.Machine).Distinct()];
        var results = shards.SelectMany(s => s.Shard.Results).OrderBy(r => r.Index).ToArray();
        if (results.Length != first.ListLength || results.Index().Any(r => r.Item.Index != r.Index))
            throw new InputException($"the shards do not hold each of the list's {first.ListLength} positions once; one of them was changed, rank it again.");
        if (HashOf(results.Select(r => (r.Name, r.Arch))) != first.ListSha256 || results.Any(r => r.Images != results[0].Images))
            throw new InputException("the shards' names, codes or numbers of images are not those of one list and one evaluation; one of them was changed, rank it again.");
        return results;
    }

    private static string HashOf(IEnumerable<(string Name, string Code)> list) =>
        Sha256Text.Of(string.Concat(list.Select(entry => $"{entry.Name}\0{entry.Code}\n")));

    private static void RequireAll(ListShard[] parts, IReadOnlyList<string> paths)
    {
        var count = parts[0].Count;
        foreach (var (i, part) in parts.Index())
        {
            if (part.Count != count)
                throw new InputException($"'{paths[i]}' is shard {part}, but '{paths[0]}' is {parts[0]}; merge the shards of one division.");
            if (Array.FindIndex(parts, p => p.Index == part.Index) is var earlier && earlier < i)
                throw new InputException($"'{paths[i]}' and '{paths[earlier]}' are both shard {part}.");
        }

        if (Enumerable.Range(0, count).Except(parts.Select(p => p.Index)).Select(i => $"{new ListShard(i, count)}").ToArray() is { Length: > 0 } missing)
            throw new InputException($"shard {string.Join(", ", missing.Take(5))}{(missing.Length > 5 ? " and more are" : " is")} missing; rank it by 'rank RUN --shard {missing[0]}'.");
    }
}
