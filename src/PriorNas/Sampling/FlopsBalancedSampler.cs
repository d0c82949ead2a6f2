using PriorNas.Priors;
using PriorNas.Randomness;
using PriorNas.SearchSpaces;

namespace PriorNas.Sampling;

/// <summary>For each subnet draws candidates uniformly and keeps one, with a probability in proportion to its multiply-adds.</summary>
internal sealed class FlopsBalancedSampler(int candidates) : SubnetSampler
{
    private protected override Architecture[] DrawSubnets(SamplingDomain domain, int count, RandomStream random, long step)
    {
        var stream = random.Split("flops-balanced", step);
        var drawn = new Architecture[count];
        for (var i = 0; i < count; i++)
            drawn[i] = DrawOne(domain, stream);
        return drawn;
    }

    private Architecture DrawOne(SamplingDomain domain, RandomStream stream)
    {
        var drawn = new Architecture[candidates];
        var upTo = new long[candidates]; // multiply-adds of this candidate and those before it
        var total = 0L;
        for (var i = 0; i < candidates; i++)
        {
            drawn[i] = UniformSampler.Draw(domain, stream);
            upTo[i] = total += FlopsPrior.MultiplyAdds(NetworkShape.Of(drawn[i]));
        }

        // The product may round up to the total: the last candidate is kept then.
        var point = stream.NextDouble() * total;
        var kept = 0;
        while (kept < candidates - 1 && point >= upTo[kept])
            kept++;
        return drawn[kept];
    }
}
