using PriorNas.Randomness;
using PriorNas.SearchSpaces;

namespace PriorNas.Sampling;

/// <summary>
/// Draws the pairs that the rank loss compares: two random architectures of the domain, the second redrawn until the two differ enough,
/// for example in at least a number of positions after the depths.
/// </summary>
public static class PairSampler
{
    /// <summary>How often the second architecture is drawn before the one that came nearest to what is asked is taken.</summary>
    public const int MaximalTries = 100;

    /// <summary>One pair whose codes differ in some positions.</summary>
    /// <param name="domain">What to draw from.</param>
    /// <param name="minimalDistance">Positions that must differ; 0 makes the two independent.</param>
    /// <param name="random">The source of randomness.</param>
    public static (Architecture First, Architecture Second) Draw(SamplingDomain domain, int minimalDistance, RandomStream random) =>
        Draw(domain, random, (first, second) => Math.Max(0, minimalDistance - first.HammingDistance(second)));

    /// <summary>One pair that differs as a measure asks.</summary>
    /// <param name="domain">What to draw from.</param>
    /// <param name="random">The source of randomness.</param>
    /// <param name="shortfall">How far two are from what is asked; 0 where they fulfil it.</param>
    public static (Architecture First, Architecture Second) Draw(SamplingDomain domain, RandomStream random, Func<Architecture, Architecture, double> shortfall)
    {
        ArgumentNullException.ThrowIfNull(domain);
        ArgumentNullException.ThrowIfNull(shortfall);
        var first = UniformSampler.Draw(domain, random);
        var (nearest, least) = ((Architecture?)null, double.PositiveInfinity);
        for (var tries = 0; tries < MaximalTries && least > 0; tries++)
        {
            var second = UniformSampler.Draw(domain, random);
            var missing = shortfall(first, second);
            if (nearest is null || missing < least)
                (nearest, least) = (second, missing);
        }

        return (first, nearest!);
    }
}
