using PriorNas.Randomness;
using PriorNas.SearchSpaces;

namespace PriorNas.Sampling;

/// <summary>The sandwich rule: the largest, the smallest and random architectures of the domain (Yu and Huang 2019; BigNAS, Yu et al. 2020).</summary>
public static class SandwichSampler
{
    /// <summary>The nets of one step: largest, smallest, then <paramref name="nets"/> - 2 random ones.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than 2 nets are asked for.</exception>
    public static Architecture[] Draw(SamplingDomain domain, int nets, RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(domain);
        ArgumentOutOfRangeException.ThrowIfLessThan(nets, 2);
        var drawn = new Architecture[nets];
        (drawn[0], drawn[1]) = (domain.Largest, domain.Smallest);
        for (var i = 2; i < nets; i++)
            drawn[i] = UniformSampler.Draw(domain, random);
        return drawn;
    }
}
