using PriorNas.Randomness;
using PriorNas.SearchSpaces;

namespace PriorNas.Sampling;

/// <summary>
/// Draws the pairs that the rank loss compares: two random architectures of the domain, the second redrawn until the codes differ in at
/// least a number of places after the depths.
/// </summary>
public static class PairSampler
{
    /// <summary>How often the second architecture is drawn before the most distant one so far is taken.</summary>
    public const int MaximalTries = 100;

    /// <summary>One pair.</summary>
    /// <param name="domain">What to draw from.</param>
    /// <param name="minimalDistance">Places that must differ; 0 makes the two independent.</param>
    /// <param name="random">The source of randomness.</param>
    public static (Architecture First, Architecture Second) Draw(SamplingDomain domain, int minimalDistance, RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(domain);
        var first = UniformSampler.Draw(domain, random);
        Architecture? farthest = null;
        for (var tries = 0; tries < MaximalTries; tries++)
        {
            var second = UniformSampler.Draw(domain, random);
            if (farthest is null || first.HammingDistance(second) > first.HammingDistance(farthest))
                farthest = second;
            if (first.HammingDistance(farthest) >= minimalDistance)
                break;
        }

        return (first, farthest!);
    }
}
