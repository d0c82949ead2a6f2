using PriorNas.Randomness;
using PriorNas.Sampling;
using PriorNas.SearchSpaces;
using PriorNas.Tests.SearchSpaces;

namespace PriorNas.Tests.Sampling;

public class SandwichSamplerTest
{
    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(9)]
    public void The_largest_and_the_smallest_come_first_then_random_ones(int nets)
    {
        var space = TestSpaces.Challenge;
        var drawn = SandwichSampler.Draw(SamplingDomain.Of(space), nets, new RandomStream(1));
        Assert.Equal(nets, drawn.Length);
        Assert.Equal((space.Largest, space.Smallest), (drawn[0], drawn[1]));
        Assert.All(drawn, a => Assert.True(a.IsInDomain()));
        Assert.Equal(nets, drawn.Distinct().Count());
    }

    [Fact]
    public void Fewer_than_two_nets_are_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => SandwichSampler.Draw(SamplingDomain.Of(TestSpaces.Challenge), 1, new RandomStream(1)));
}
