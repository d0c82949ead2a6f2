using PriorNas.Priors;
using PriorNas.Randomness;
using PriorNas.Sampling;
using PriorNas.SearchSpaces;

namespace PriorNas.Tests.Sampling;

public class SizeBiasedSamplerTest
{
    /// <summary>Drawing as many as there are candidates gives all of them in order; fewer are the first, so none left out is larger.</summary>
    [Fact]
    public void The_largest_of_the_candidates_are_kept_in_order()
    {
        foreach (var domain in TestDomains.All)
        {
            // The candidates by themselves, in the order drawn.
            var stream = new RandomStream(1).Split("size-biased", 4);
            var candidates = Enumerable.Range(0, 30).Select(_ => UniformSampler.Draw(domain, stream)).ToList();
            var kept = SubnetSampler.Create(SamplerKind.SizeBiased, candidates: 30).Draw(domain, 5, new RandomStream(1), 4);
            foreach (var subnet in kept)
            {
                var first = candidates.First(candidate => Flops(candidate) == candidates.Max(Flops));
                Assert.Equal(first, subnet);
                candidates.Remove(first);
            }
        }
    }

    [Fact]
    public void As_many_nets_as_candidates_are_all_of_them()
    {
        var domain = TestDomains.All[0];
        var stream = new RandomStream(1).Split("size-biased", 0);
        var candidates = Enumerable.Range(0, 10).Select(_ => UniformSampler.Draw(domain, stream).Code);
        var kept = SubnetSampler.Create(SamplerKind.SizeBiased, candidates: 10).Draw(domain, 10, new RandomStream(1), 0);
        Assert.Equal(candidates.Order(StringComparer.Ordinal), kept.Select(subnet => subnet.Code).Order(StringComparer.Ordinal));
    }

    private static long Flops(Architecture architecture) => FlopsPrior.MultiplyAdds(NetworkShape.Of(architecture));
}
