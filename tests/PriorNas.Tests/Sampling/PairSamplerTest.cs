using PriorNas.Randomness;
using PriorNas.Sampling;
using PriorNas.SearchSpaces;
using PriorNas.Tests.SearchSpaces;

namespace PriorNas.Tests.Sampling;

public class PairSamplerTest
{
    [Fact]
    public void Pairs_reach_the_distance()
    {
        var random = new RandomStream(1);
        for (var i = 0; i < 500; i++)
        {
            var (first, second) = PairSampler.Draw(SamplingDomain.Of(TestSpaces.Resnet48), 33, random.Split(i));
            Assert.True(first.HammingDistance(second) >= 33, $"{first} {second}");
            Assert.True(first.IsInDomain() && second.IsInDomain());
        }
    }

    /// <summary>The first draw of the second net is taken: nothing was redrawn.</summary>
    [Fact]
    public void Without_a_distance_the_two_are_independent()
    {
        var (first, second) = PairSampler.Draw(SamplingDomain.Of(TestSpaces.Resnet48), 0, new RandomStream(2));
        var random = new RandomStream(2);
        Assert.Equal(UniformSampler.Draw(TestSpaces.Resnet48, random), first);
        Assert.Equal(UniformSampler.Draw(TestSpaces.Resnet48, random), second);
    }

    /// <summary>A distance that no pair has ends after the bound, with the most distant of all draws.</summary>
    [Fact]
    public void An_unreachable_distance_gives_the_most_distant_of_the_tries()
    {
        var (first, second) = PairSampler.Draw(SamplingDomain.Of(TestSpaces.Challenge), 1000, new RandomStream(3));
        var random = new RandomStream(3);
        Assert.Equal(UniformSampler.Draw(TestSpaces.Challenge, random), first);
        var tries = Enumerable.Range(0, PairSampler.MaximalTries).Select(_ => UniformSampler.Draw(TestSpaces.Challenge, random)).ToArray();
        Assert.Equal(tries.Max(first.HammingDistance), first.HammingDistance(second));
        Assert.Contains(second, tries);
    }
}
