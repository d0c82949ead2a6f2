using PriorNas.Randomness;
using PriorNas.Sampling;
using PriorNas.SearchSpaces;
using PriorNas.Tests.SearchSpaces;

namespace PriorNas.Tests.Sampling;

public class UniformSamplerTest
{
    private const int Draws = 60_000;

    /// <summary>
    /// Each position of resnet48-challenge by itself, in the whole domain and in a part: a depth takes all its values, a digit all choices
    /// of the domain wherever its block is active.
    /// </summary>
    [Theory]
    [InlineData(1, 1)]
    [InlineData(0.5, 0.5)]
    public void Depths_and_digits_are_uniform(double depthShare, double widthShare)
    {
        var domain = SamplingDomain.Of(TestSpaces.Challenge).Shrunk(depthShare, widthShare);
        var space = domain.Space;
        var counts = Counts(domain);
        for (var stage = 0; stage < space.Stages.Length; stage++)
        {
            var allowed = domain.Stages[stage];
            AssertUniform(counts[stage], [.. Enumerable.Range(allowed.Depth.Min, allowed.Depth.Count)], $"depth {stage}");
            for (var block = 0; block < allowed.Depth.Max; block++)
            {
                AssertUniform(counts[space.InnerPosition(stage, block)], [.. allowed.InnerChoices], $"inner {stage} {block}");
                AssertUniform(counts[space.InnerPosition(stage, block) + 1], [.. allowed.Choices], $"output {stage} {block}");
            }
        }

        AssertUniform(counts[space.StemPosition], [.. domain.StemChoices], "stem");
    }

    [Fact]
    public void Neighbouring_digits_are_independent()
    {
        var space = TestSpaces.Challenge;
        var random = new RandomStream(9);
        var table = new int[3 * 3];
        for (var i = 0; i < Draws; i++)
        {
            var digits = UniformSampler.Draw(space, random).Digits;
            table[(digits[space.InnerPosition(0, 0)] - 1) * 3 + digits[space.InnerPosition(0, 1)] - 1]++;
        }

        AssertUniform([0, .. table], [.. Enumerable.Range(1, 9)], "pair of inner digits");
    }

    [Fact]
    public void Every_draw_is_an_architecture_of_the_domain()
    {
        var random = new RandomStream(2);
        foreach (var domain in TestDomains.All)
        {
            for (var i = 0; i < 200; i++)
            {
                var drawn = UniformSampler.Draw(domain, random);
                Assert.Equal(drawn, domain.Space.Parse(drawn.Code));
                Assert.True(domain.Contains(drawn) && drawn.IsInDomain(), drawn.Code);
            }
        }
    }

    [Fact]
    public void The_same_stream_gives_the_same_architectures() =>
        Assert.Equal(UniformSampler.Draw(TestSpaces.Resnet20, new RandomStream(3)), UniformSampler.Draw(TestSpaces.Resnet20, new RandomStream(3)));

    [Fact]
    public void The_unused_number_is_drawn_too()
    {
        var random = new RandomStream(4);
        Assert.Equal(16, Enumerable.Range(0, 500).Select(_ => UniformSampler.Draw(TestSpaces.Resnet20, random).Digits[^1]).Distinct().Count());
    }

    /// <summary>How often each position held each digit.</summary>
    private static int[][] Counts(SamplingDomain domain)
    {
        var random = new RandomStream(1);
        var counts = Enumerable.Range(0, domain.Space.PositionCount).Select(_ => new int[10]).ToArray();
        for (var i = 0; i < Draws; i++)
        {
            var digits = UniformSampler.Draw(domain, random).Digits;
            for (var position = 0; position < digits.Length; position++)
                counts[position][digits[position]]++;
        }

        return counts;
    }

    /// <summary>Chi-square over the allowed digits; digit 0, the inactive block, is left out, and any other must not occur.</summary>
    private static void AssertUniform(int[] counts, int[] allowed, string position)
    {
        Assert.All(Enumerable.Range(1, counts.Length - 1).Except(allowed), digit => Assert.Equal(0, counts[digit]));
        ChiSquare.Uniform([.. allowed.Select(digit => counts[digit])], position);
    }
}
