using System.Collections.Immutable;
using System.Globalization;
using PriorNas.Files;
using PriorNas.SearchSpaces;

namespace PriorNas.Priors;

/// <summary>
/// A weighted sum of other priors' logarithms, each standardised over some architectures: its mean over them is taken off, and it is divided
/// by its standard deviation. A Zen-score is a logarithm already. (Ours.)
/// </summary>
public sealed class CompositePrior : Prior
{
    private const double MaxFactor = 1e6;

    private readonly ImmutableArray<(double Factor, Prior Prior, PriorScale Scale)> terms;

    private CompositePrior(string name, ImmutableArray<(double, Prior, PriorScale)> terms)
    {
        Name = name;
        this.terms = terms;
    }

    /// <summary>The sum as it was given.</summary>
    public override string Name { get; }

    /// <inheritdoc/>
    public override string Description => "sum of standardised logarithms of other priors";

    /// <inheritdoc/>
    public override bool IsLogarithm => true;

    /// <summary>Whether a name is a sum: a factor or a plus stands in it.</summary>
    public static bool IsSum(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.AsSpan().ContainsAny('+', '*');
    }

    /// <summary>Reads a sum.</summary>
    /// <param name="sum">Names with optional factors, such as <c>0.5*flops+zen</c>; a factor is above 0 and at most 1000000.</param>
    /// <param name="architectures">Over which the terms are standardised; at least 2, of one space.</param>
    /// <param name="named">The prior of a name; throws <see cref="InputException"/> where there is none.</param>
    /// <exception cref="InputException">The text is no such sum, or a prior is the same for all architectures.</exception>
    public static CompositePrior Parse(string sum, IReadOnlyCollection<Architecture> architectures, Func<string, Prior> named)
    {
        ArgumentNullException.ThrowIfNull(sum);
        ArgumentNullException.ThrowIfNull(named);
        return new CompositePrior(sum, [.. Terms(sum).Select(term =>
        {
            var prior = named(term.Name);
            var scale = PriorScale.Of(prior, architectures);
            return scale.Deviation > 0 ? (term.Factor, prior, scale) : throw new InputException($"prior '{sum}': {term.Name} is the same for all architectures; leave it out.");
        })]);
    }

    /// <summary>The names of a sum's terms.</summary>
    /// <exception cref="InputException">The text is no such sum.</exception>
    public static IReadOnlyList<string> NamesOf(string sum) => [.. Terms(sum).Select(term => term.Name)];

    /// <inheritdoc/>
    public override double Score(Architecture architecture) => Score(architecture, NetworkShape.Of(architecture));

    internal override double Score(Architecture architecture, NetworkShape network) => terms.Sum(term => term.Factor * term.Scale.Standardise(term.Prior.Score(architecture, network)));

    private static (double Factor, string Name)[] Terms(string sum)
    {
        ArgumentNullException.ThrowIfNull(sum);
        var terms = sum.Split('+', StringSplitOptions.TrimEntries).Select(term => Term(term, sum)).ToArray();
        return terms.DistinctBy(term => term.Name).Count() == terms.Length ? terms : throw new InputException($"prior '{sum}' holds a name twice; give each one factor.");
    }

    private static (double Factor, string Name) Term(string term, string sum)
    {
        var star = term.IndexOf('*', StringComparison.Ordinal);
        var factor = 1.0;
        var isTerm = star < 0 || (double.TryParse(term.AsSpan(0, star).Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out factor) && factor is > 0 and <= MaxFactor);
        var name = term[(star + 1)..].Trim();
        return isTerm && name.Length > 0 && !name.Contains('*', StringComparison.Ordinal)
            ? (factor, name)
            : throw new InputException($"prior '{sum}' must be names, each with at most one factor above 0 and up to 1000000, joined by plus signs, for example 0.5*flops+zen; '{term}' is none.");
    }
}
