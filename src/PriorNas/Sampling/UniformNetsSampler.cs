using PriorNas.Randomness;
using PriorNas.SearchSpaces;

namespace PriorNas.Sampling;

/// <summary>Independent draws of <see cref="UniformSampler"/>.</summary>
internal sealed class UniformNetsSampler : SubnetSampler
{
    private protected override Architecture[] DrawSubnets(SamplingDomain domain, int count, RandomStream random, long step)
    {
        var stream = random.Split("nets", step);
        var drawn = new Architecture[count];
        for (var i = 0; i < count; i++)
            drawn[i] = UniformSampler.Draw(domain, stream);
        return drawn;
    }
}
