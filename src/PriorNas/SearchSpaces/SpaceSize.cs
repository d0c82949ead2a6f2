using System.Collections.Immutable;
using System.Numerics;

namespace PriorNas.SearchSpaces;

/// <summary>Exact sizes of a search space.</summary>
/// <param name="Codes">How many codes there are.</param>
/// <param name="Networks">How many distinct networks they name; see <see cref="Architecture.Canonical"/>.</param>
public readonly record struct SpaceSize(BigInteger Codes, BigInteger Networks)
{
    /// <summary>The size of everything that a code may name.</summary>
    public static SpaceSize OfNetwork(SearchSpace space)
    {
        ArgumentNullException.ThrowIfNull(space);
        return OfDomain(SamplingDomain.OfNetwork(space));
    }

    /// <summary>The size of the domain that a space declares.</summary>
    public static SpaceSize OfDomain(SearchSpace space) => OfDomain(SamplingDomain.Of(space));

    /// <summary>The size of what samplers of a domain draw from.</summary>
    public static SpaceSize OfDomain(SamplingDomain domain)
    {
        ArgumentNullException.ThrowIfNull(domain);
        var space = domain.Space;
        var codes = space.Stem.FollowsFirstStage ? BigInteger.One : domain.StemChoices.Length;
        var networks = space.Stem.FollowsFirstStage ? BigInteger.One : Distinct(space.Stem.Widths, domain.StemChoices);
        foreach (var (stage, allowed) in space.Stages.Zip(domain.Stages))
        {
            var shared = stage.Output == OutputWidth.Shared;
            codes *= OfStage(allowed.Depth, allowed.InnerChoices.Length, allowed.Choices.Length, shared);
            networks *= OfStage(allowed.Depth, Distinct(stage.InnerWidths, allowed.InnerChoices), Distinct(stage.Widths, allowed.Choices), shared);
        }

        return new SpaceSize(codes * Math.Max(1, space.UnusedCodeNumbers.Length), networks);
    }

    private static int Distinct(ImmutableArray<int> widths, ImmutableArray<int> choices) => choices.Select(c => widths[c - 1]).Distinct().Count();

    private static BigInteger OfStage(DepthRange depths, BigInteger inner, BigInteger output, bool sharesOutput)
    {
        var total = BigInteger.Zero;
        for (var depth = depths.Min; depth <= depths.Max; depth++)
            total += sharesOutput ? output * BigInteger.Pow(inner, depth) : BigInteger.Pow(inner * output, depth);
        return total;
    }
}
