using System.Collections.Immutable;
using PriorNas.Files;
using PriorNas.Priors;
using PriorNas.Randomness;
using PriorNas.SearchSpaces;

namespace PriorNas.Sampling;

/// <summary>
/// Draws few architectures that stand for a space: a stratified sample. Distinct uniform draws are ordered by their multiply-adds and cut
/// into as many groups of equal size as architectures are wanted, and one of each group is chosen. So each is distributed as a uniform draw
/// is, but small, middle and large networks cannot be left out by chance.
/// </summary>
public static class LandmarkSampler
{
    /// <summary>Draws for each architecture that is wanted, as far as the domain has so many networks.</summary>
    private const int CandidatesForEach = 16;

    /// <summary>So many times the candidates must be in the domain, so that distinct ones are found by drawing.</summary>
    private const int Scarcity = 4;

    /// <summary>Draws distinct networks of a space's domain.</summary>
    /// <param name="space">The search space.</param>
    /// <param name="count">How many, at least 1.</param>
    /// <param name="random">Is split, not drawn from.</param>
    /// <returns>In canonical form, from the fewest multiply-adds to the most.</returns>
    /// <exception cref="InputException">The domain holds fewer networks, or so nearly as few that some did not come up.</exception>
    public static ImmutableArray<Architecture> Draw(SearchSpace space, int count, RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(space);
        ArgumentNullException.ThrowIfNull(random);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        var affordable = SpaceSize.OfDomain(space).Networks / Scarcity;
        var candidates = affordable > (long)CandidatesForEach * count ? CandidatesForEach * count : Math.Max(count, (int)affordable);
        var pool = DistinctSampler.Draw(space, candidates, random.Split("landmark-candidates"))
            .Select(architecture => architecture.Canonical())
            .OrderBy(architecture => FlopsPrior.MultiplyAdds(NetworkShape.Of(architecture)))
            .ThenBy(architecture => architecture.Code, StringComparer.Ordinal)
            .ToArray();
        return [.. Enumerable.Range(0, count).Select(i =>
        {
            var (first, end) = (First(i), First(i + 1));
            return pool[first + random.Split("landmarks", i).Next(end - first)];
        })];

        int First(int group) => (int)((long)group * pool.Length / count);
    }
}
