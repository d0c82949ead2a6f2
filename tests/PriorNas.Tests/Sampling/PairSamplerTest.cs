using PriorNas.Priors;
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

    /// <summary>The first draw of the second subnet is taken: nothing was redrawn.</summary>
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

    /// <summary>The gap of a prior: the pair fulfils it at the first draw that does, and no draw after that is made.</summary>
    [Fact]
    public void The_first_draw_that_fulfils_the_measure_is_taken()
    {
        var flops = ShapePrior.Named("flops");
        foreach (var space in TestSpaces.All)
        {
            for (var seed = 0UL; seed < 20; seed++)
            {
                double MissingDifference(Architecture a, Architecture b) => Math.Max(0, 0.3 - Math.Abs(Math.Log(flops.Score(a) / flops.Score(b))));
                var ours = new RandomStream(seed);
                var (first, second) = PairSampler.Draw(SamplingDomain.Of(space), ours, MissingDifference);
                var theirs = new RandomStream(seed);
                Assert.Equal(UniformSampler.Draw(space, theirs), first);
                var tries = new List<Architecture>();
                while (tries.Count < PairSampler.MaximalTries && tries.All(before => MissingDifference(first, before) > 0))
                    tries.Add(UniformSampler.Draw(space, theirs));
                Assert.Equal(tries.MinBy(next => MissingDifference(first, next)), second);
                Assert.Equal(theirs.NextUInt64(), ours.NextUInt64());
            }
        }
    }

    /// <summary>A measure that asks for a larger second subnet finds one, unless the first is among the very largest.</summary>
    [Fact]
    public void The_measure_may_tell_the_first_from_the_second()
    {
        var (flops, random) = (ShapePrior.Named("flops"), new RandomStream(7));
        var pairs = Enumerable.Range(0, 200).Select(i => PairSampler.Draw(SamplingDomain.Of(TestSpaces.Tiny), random.Split(i), (a, b) => flops.Score(a) < flops.Score(b) ? 0 : 1));
        Assert.InRange(pairs.Count(pair => flops.Score(pair.First) < flops.Score(pair.Second)), 190, 200);
    }

    /// <summary>What another purpose or another step draws does not shift a pair, and each step has another pair.</summary>
    [Fact]
    public void A_pair_depends_on_its_stream_alone()
    {
        var architectures = new RandomStream(9);
        (Architecture First, Architecture Second) Pair(long step) => PairSampler.Draw(SamplingDomain.Of(TestSpaces.Resnet48), 33, architectures.Split("pairs", step));
        var before = Enumerable.Range(0, 20).Select(step => Pair(step)).ToArray();
        for (var i = 0; i < 100; i++)
            UniformSampler.Draw(TestSpaces.Resnet48, architectures);
        Assert.Equal(before.Reverse(), Enumerable.Range(0, 20).Select(step => Pair(19 - step)));
        Assert.Equal(20, before.Distinct().Count());
        Assert.Equal(40, before.SelectMany(pair => new[] { pair.First, pair.Second }).Distinct().Count());
    }
}
