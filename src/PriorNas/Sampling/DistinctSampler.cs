using PriorNas.Files;
using PriorNas.Randomness;
using PriorNas.SearchSpaces;

namespace PriorNas.Sampling;

/// <summary>Draws architectures of a space's domain of which no two are the same network.</summary>
public static class DistinctSampler
{
    /// <summary>A rare network may not come up: drawing ends after so many draws for each that is wanted.</summary>
    private const int DrawsForEach = 1000;

    /// <summary>Draws by <see cref="UniformSampler"/> and leaves out what names a network drawn before.</summary>
    /// <param name="space">Its domain must hold enough distinct networks.</param>
    /// <param name="count">How many architectures, at least 1.</param>
    /// <param name="random">Where the draws come from.</param>
    /// <returns>In the order drawn, with the codes as drawn.</returns>
    /// <exception cref="InputException">The domain holds fewer networks, or so nearly as few that some did not come up.</exception>
    public static IReadOnlyList<Architecture> Draw(SearchSpace space, int count, RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(space);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        var networks = SpaceSize.OfDomain(space).Networks;
        if (networks < count)
            throw new InputException($"{count} distinct networks are wanted, but the domain of space '{space.Name}' has {networks}; ask for at most so many.");
        var drawn = new List<Architecture>(count);
        var seen = new HashSet<Architecture>(count);
        var draws = 0L;
        for (; draws < (long)DrawsForEach * count && drawn.Count < count; draws++)
        {
            var architecture = UniformSampler.Draw(space, random);
            if (seen.Add(architecture.Canonical()))
                drawn.Add(architecture);
        }

        return drawn.Count == count ? drawn : throw new InputException(
            $"{count} distinct networks are wanted, but {draws} draws found only {drawn.Count} of the {networks} in the domain of space '{space.Name}'; ask for fewer.");
    }
}
