using System.Collections.Concurrent;
using PriorNas.Priors;
using PriorNas.Randomness;
using PriorNas.SearchSpaces;

namespace PriorNas.Torch.Priors;

/// <summary>The sampled Zen-score as a prior: the mean of <see cref="SampledZen"/>, kept for each network that was asked for.</summary>
/// <param name="options">How it is sampled.</param>
/// <param name="random">Decides the random networks; a score depends on it and on the network alone.</param>
public sealed class SampledZenPrior(SampledZenOptions options, RandomStream random) : Prior
{
    /// <summary>What follows the closed form's name in this one's.</summary>
    internal const string Suffix = "-sampled";

    private readonly ConcurrentDictionary<string, double> known = new();

    /// <inheritdoc/>
    public override string Name => options.PriorName + Suffix;

    /// <inheritdoc/>
    public override string Description => FormattableString.Invariant($"Zen-score of {options.Repeats} random networks (a natural logarithm)");

    /// <inheritdoc/>
    public override bool IsLogarithm => true;

    /// <inheritdoc/>
    public override double Score(Architecture architecture)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        var canonical = architecture.Canonical();
        return known.GetOrAdd(canonical.Code, _ => SampledZen.Score(canonical, options, random).Mean);
    }
}
