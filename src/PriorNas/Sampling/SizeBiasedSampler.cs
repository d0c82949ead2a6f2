using PriorNas.Priors;
using PriorNas.Randomness;
using PriorNas.SearchSpaces;

namespace PriorNas.Sampling;

/// <summary>
/// Draws candidates uniformly and keeps those with the most multiply-adds, most first, of equal ones the earlier drawn. In a small domain
/// one network may be kept more than once.
/// </summary>
internal sealed class SizeBiasedSampler(int candidates) : SubnetSampler
{
    private protected override Architecture[] DrawSubnets(SamplingDomain domain, int count, RandomStream random, long step)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, candidates);
        var stream = random.Split("size-biased", step);
        var drawn = new Architecture[candidates];
        for (var i = 0; i < candidates; i++)
            drawn[i] = UniformSampler.Draw(domain, stream);
        return [.. drawn.OrderByDescending(architecture => FlopsPrior.MultiplyAdds(NetworkShape.Of(architecture))).Take(count)];
    }
}
