using PriorNas.Files;
using PriorNas.Priors;
using PriorNas.Randomness;
using PriorNas.Sampling;
using PriorNas.SearchSpaces;

namespace PriorNas.Torch.Priors;

/// <summary>What a prior's name may be: that of a <see cref="ShapePrior"/>, a sampled Zen-score, or a sum of such.</summary>
public static class PriorNames
{
    /// <summary>Draws over which priors are standardised; a sampled score takes long, so that fewer must do there.</summary>
    private const int Architectures = 1000;
    private const int ArchitecturesOfSampled = 64;

    private static readonly string[] Sampled = [.. ((string[])["zen", "zen-residual"]).Select(name => name + SampledZenPrior.Suffix)];

    /// <summary>All names but sums.</summary>
    public static IReadOnlyList<string> All { get; } = [.. ShapePrior.All.Select(prior => prior.Name), .. Sampled];

    /// <summary>Makes sure of a name, at no cost: nothing is scored.</summary>
    /// <exception cref="InputException">As for <see cref="Open"/>, but that a term of a sum may be the same for all architectures.</exception>
    internal static void Check(string name, SearchSpace space)
    {
        if (!CompositePrior.IsSum(name))
        {
            Open(name, space);
            return;
        }

        foreach (var term in CompositePrior.NamesOf(name))
            Open(term, space);
    }

    /// <summary>The prior of a name.</summary>
    /// <param name="name">One of <see cref="All"/>, or a sum of them as <see cref="CompositePrior"/> takes it.</param>
    /// <param name="space">What it will score architectures of.</param>
    /// <param name="zenRepeats">Random networks of a sampled Zen-score.</param>
    /// <exception cref="InputException">There is no such prior, or it cannot score this space.</exception>
    public static Prior Open(string name, SearchSpace space, int zenRepeats = 4)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(space);
        return CompositePrior.IsSum(name) ? OpenSum(name, space, zenRepeats) : Single(name, space, zenRepeats);
    }

    /// <summary>A sum of standardised priors, which may have a single term.</summary>
    /// <param name="sum">A name or a sum as <see cref="Open"/> takes it.</param>
    /// <param name="space">What it will score architectures of; over its domain the terms are standardised.</param>
    /// <param name="zenRepeats">Random networks of a sampled Zen-score.</param>
    /// <exception cref="InputException">There is no such prior, it cannot score this space, or it is the same for all architectures.</exception>
    public static CompositePrior OpenSum(string sum, SearchSpace space, int zenRepeats = 4)
    {
        ArgumentNullException.ThrowIfNull(sum);
        ArgumentNullException.ThrowIfNull(space);
        return CompositePrior.Parse(
            sum, Draws(space, sum.Contains(SampledZenPrior.Suffix, StringComparison.Ordinal)), name => Single(name, space, zenRepeats));
    }

    private static Prior Single(string name, SearchSpace space, int zenRepeats)
    {
        if (ShapePrior.All.FirstOrDefault(prior => prior.Name == name) is { } known)
            return known;
        if (!Sampled.Contains(name))
            throw new InputException($"prior '{name}' is unknown, it may be {string.Join(", ", All)}, or a sum such as 0.5*flops+zen.");
        var options = new SampledZenOptions { Repeats = zenRepeats, KeepsShortcuts = name == Sampled[1] };
        SampledZen.RequireUsable(space, options);
        return new SampledZenPrior(options, new RandomStream(0).Split("zen-sampled"));
    }

    /// <summary>How a prior spreads over the domain of a space.</summary>
    public static PriorScale ScaleOf(Prior prior, SearchSpace space)
    {
        ArgumentNullException.ThrowIfNull(prior);
        return PriorScale.Of(prior, Draws(space, prior.Name.Contains(SampledZenPrior.Suffix, StringComparison.Ordinal)));
    }

    /// <summary>Always the same architectures for a space.</summary>
    private static Architecture[] Draws(SearchSpace space, bool sampled)
    {
        var random = new RandomStream(0).Split("prior-scale");
        return [.. Enumerable.Range(0, sampled ? ArchitecturesOfSampled : Architectures).Select(_ => UniformSampler.Draw(SamplingDomain.Of(space), random))];
    }
}
