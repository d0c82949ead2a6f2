using PriorNas.Randomness;
using PriorNas.Sampling;
using PriorNas.SearchSpaces;
using PriorNas.Tests.SearchSpaces;

namespace PriorNas.Tests.Sampling;

public class StratifiedSamplerTest
{
    private static readonly SubnetSampler Sampler = SubnetSampler.Create(SamplerKind.Stratified);

    [Fact]
    public void The_nets_of_a_step_take_all_strata_in_turn()
    {
        foreach (var domain in TestDomains.All)
        {
            var strata = Strata(domain);
            var subnets = Sampler.Draw(domain, 2 * strata.Length + 1, new RandomStream(1), 5).Select(Stratum).ToArray();
            Assert.Equal(strata, subnets[..strata.Length].Order());
            Assert.Equal(subnets[..(strata.Length + 1)], subnets[strata.Length..]);
        }
    }

    /// <summary>Three stem widths by totals of 8 to 23 blocks: the first two subnets of a step are each of any stratum.</summary>
    [Fact]
    public void The_order_of_the_strata_is_random()
    {
        var domain = SamplingDomain.Of(TestSpaces.Resnet48);
        var strata = Strata(domain);
        Assert.Equal(3 * 16, strata.Length);
        var (first, second) = (new int[strata.Length], new int[strata.Length]);
        for (var step = 0; step < 10_000; step++)
        {
            var subnets = Sampler.Draw(domain, 2, new RandomStream(1), step);
            first[Array.IndexOf(strata, Stratum(subnets[0]))]++;
            second[Array.IndexOf(strata, Stratum(subnets[1]))]++;
        }

        ChiSquare.Uniform(first, "first stratum");
        ChiSquare.Uniform(second, "second stratum");
    }

    /// <summary>Of resnet48's stem choices 1 and 2 are one width, so are 3 and 4, and 5 to 7; 32 depth vectors have a total of 12 blocks.</summary>
    [Fact]
    public void Within_a_stratum_stem_choices_depths_and_widths_are_uniform()
    {
        var domain = SamplingDomain.Of(TestSpaces.Resnet48);
        var space = domain.Space;
        var drawn = Enumerable.Range(0, 1500).SelectMany(step => Sampler.Draw(domain, 48, new RandomStream(2), step)).ToArray();
        foreach (var width in drawn.GroupBy(subnet => subnet.StemChannels))
        {
            var choices = domain.StemChoices.Where(choice => space.Stem.Widths[choice - 1] == width.Key);
            ChiSquare.Uniform([.. choices.Select(choice => width.Count(subnet => subnet.Digits[space.StemPosition] == choice))], $"stem choices of {width.Key}");
        }

        var twelve = drawn.Where(subnet => subnet.TotalDepth() == 12).GroupBy(subnet => string.Join(' ', Enumerable.Range(0, 4).Select(subnet.Depth))).ToArray();
        Assert.Equal(32, twelve.Length);
        ChiSquare.Uniform([.. twelve.Select(group => group.Count())], "depths of 12 blocks");
        foreach (var position in new[] { space.InnerPosition(0, 1), space.InnerPosition(2, 0), space.InnerPosition(3, 1) + 1 })
            ChiSquare.Uniform([.. Enumerable.Range(1, 7).Select(choice => drawn.Count(subnet => subnet.Digits[position] == choice))], $"position {position}");
    }

    private static (int StemWidth, int Depth)[] Strata(SamplingDomain domain) =>
    [
        .. from width in domain.StemChoices.Select(choice => domain.Space.Stem.Widths[choice - 1]).Distinct()
           from depth in Enumerable.Range(0, domain.Largest.TotalDepth() - domain.Smallest.TotalDepth() + 1)
           orderby width, depth
           select (width, domain.Smallest.TotalDepth() + depth),
    ];

    private static (int StemWidth, int Depth) Stratum(Architecture subnet) => (subnet.StemChannels, subnet.TotalDepth());
}
