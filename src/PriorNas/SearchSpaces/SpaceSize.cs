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
        return Count(space, space.Stem.Widths, [.. space.Stages.Select(s => (s.Depth, s.InnerWidths, s.Widths))]);
    }

    /// <summary>The size of what samplers draw from.</summary>
    public static SpaceSize OfDomain(SearchSpace space)
    {
        ArgumentNullException.ThrowIfNull(space);
        return Count(
            space,
            Chosen(space.Stem.Widths, space.Stem.DomainChoices),
            [.. space.Stages.Select(s => (s.DomainDepth, Chosen(s.InnerWidths, s.DomainInnerChoices), Chosen(s.Widths, s.DomainChoices)))]);
    }

    private static ImmutableArray<int> Chosen(ImmutableArray<int> widths, ImmutableArray<int> choices) => [.. choices.Select(c => widths[c - 1])];

    private static SpaceSize Count(
        SearchSpace space, ImmutableArray<int> stem, ImmutableArray<(DepthRange Depth, ImmutableArray<int> Inner, ImmutableArray<int> Output)> stages)
    {
        var codes = space.Stem.FollowsFirstStage ? BigInteger.One : stem.Length;
        var networks = space.Stem.FollowsFirstStage ? BigInteger.One : stem.Distinct().Count();
        for (var i = 0; i < stages.Length; i++)
        {
            var shared = space.Stages[i].Output == OutputWidth.Shared;
            codes *= OfStage(stages[i].Depth, stages[i].Inner.Length, stages[i].Output.Length, shared);
            networks *= OfStage(stages[i].Depth, stages[i].Inner.Distinct().Count(), stages[i].Output.Distinct().Count(), shared);
        }

        return new SpaceSize(codes * Math.Max(1, space.UnusedCodeNumbers.Length), networks);
    }

    private static BigInteger OfStage(DepthRange depths, BigInteger inner, BigInteger output, bool sharesOutput)
    {
        var total = BigInteger.Zero;
        for (var depth = depths.Min; depth <= depths.Max; depth++)
            total += sharesOutput ? output * BigInteger.Pow(inner, depth) : BigInteger.Pow(inner * output, depth);
        return total;
    }
}
