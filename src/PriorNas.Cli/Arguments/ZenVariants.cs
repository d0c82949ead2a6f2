using System.Collections.Immutable;
using System.Globalization;
using PriorNas.Files;
using PriorNas.SearchSpaces;
using PriorNas.Torch.Priors;

namespace PriorNas.Cli.Arguments;

/// <summary>The variants of a sampled Zen-score that lists on the command line ask for: every combination, in the lists' order.</summary>
internal static class ZenVariants
{
    /// <exception cref="InputException">A list holds what it may not.</exception>
    internal static ImmutableArray<SampledZenOptions> Read(SearchSpace space, string batchSizes, string repeats, string shortcuts, string variances)
    {
        var keeps = Words("--shortcuts", shortcuts, ("removed", false), ("kept", true));
        var ofVariance = Words("--variance", variances, ("batch", ZenVariance.Batch), ("running", ZenVariance.Running));
        var (images, networks) = (Numbers("--batch-size", batchSizes), Numbers("--repeats", repeats));
        ImmutableArray<SampledZenOptions> variants =
        [
            .. from keptShortcuts in keeps
               from variance in ofVariance
               from batchSize in images
               from count in networks
               select new SampledZenOptions { KeepsShortcuts = keptShortcuts, Variance = variance, BatchSize = batchSize, Repeats = count },
        ];
        foreach (var variant in variants)
            SampledZen.RequireUsable(space, variant);
        return variants;
    }

    private static ImmutableArray<T> Words<T>(string option, string list, params (string Word, T Value)[] allowed) =>
        Parts(list, word => allowed.Where(a => a.Word == word).Select(a => new Part<T>(a.Value)).FirstOrDefault()
            ?? throw new InputException($"{option} holds '{word}', allowed are {string.Join(" and ", allowed.Select(a => a.Word))}, separated by commas."));

    private static ImmutableArray<int> Numbers(string option, string list) =>
        Parts(list, word => int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? new Part<int>(number)
            : throw new InputException($"{option} holds '{word}', whole numbers must stand there, separated by commas."));

    private static ImmutableArray<T> Parts<T>(string list, Func<string, Part<T>> read) =>
        [.. list.Split(',', StringSplitOptions.TrimEntries).Distinct().Select(word => read(word).Value)];

    private sealed record Part<T>(T Value);
}
