using PriorNas.Randomness;
using PriorNas.Sampling;
using PriorNas.SearchSpaces;
using PriorNas.Tests.SearchSpaces;

namespace PriorNas.Tests.Sampling;

public class SamplingDomainTest
{
    [Fact]
    public void The_domain_of_a_space_is_the_declared_one()
    {
        foreach (var space in TestSpaces.All)
        {
            var domain = SamplingDomain.Of(space);
            Assert.Equal((space, space.Largest, space.Smallest), (domain.Space, domain.Largest, domain.Smallest));
            Assert.Equal(space.Stages.Select(s => s.DomainDepth), domain.Stages.Select(s => s.Depth));
            Assert.All(space.Stages.Zip(domain.Stages), pair => Assert.Equal(pair.First.DomainChoices, pair.Second.Choices));
            Assert.All(space.Stages.Zip(domain.Stages), pair => Assert.Equal(pair.First.DomainInnerChoices, pair.Second.InnerChoices));
            Assert.Equal(space.Stem.FollowsFirstStage ? space.Stages[0].DomainChoices : space.Stem.DomainChoices, domain.StemChoices);
        }
    }

    [Fact]
    public void Full_shares_keep_all_of_a_domain()
    {
        foreach (var domain in TestSpaces.All.Select(SamplingDomain.Of))
            Assert.Equal(Text(domain), Text(domain.Shrunk(1, 1)));
    }

    [Fact]
    public void Shares_of_0_keep_the_largest_network_alone()
    {
        foreach (var domain in TestSpaces.All.Select(SamplingDomain.Of))
        {
            var shrunk = domain.Shrunk(0, 0);
            Assert.Equal(1, SpaceSize.OfDomain(shrunk).Networks);
            Assert.Equal((domain.Largest, domain.Largest.Canonical()), (shrunk.Largest, shrunk.Smallest.Canonical()));
        }
    }

    /// <summary>The three phases of progressive shrinking in depth: stages 1, 2 and 4 give up 1 block a phase, stage 3 gives up 2.</summary>
    [Theory]
    [InlineData(0, "5 5 8 5")]
    [InlineData(1, "4..5 4..5 6..8 4..5")]
    [InlineData(2, "3..5 3..5 4..8 3..5")]
    [InlineData(3, "2..5 2..5 2..8 2..5")]
    public void Depths_of_the_phases(int phase, string depths)
    {
        var domain = SamplingDomain.Of(TestSpaces.Resnet48).Shrunk(phase / 3.0, 0);
        Assert.Equal(depths, string.Join(' ', domain.Stages.Select(stage => stage.Depth)));
        Assert.Equal(["1 2", "1", "1", "1"], domain.Stages.Select(stage => string.Join(' ', stage.Choices)));
    }

    /// <summary>
    /// The six phases in width. Stages 3 and 4 have 7 distinct widths; of stage 1 the choices 1 2, 3 4 and 5 6 7 are one width each, of
    /// stage 2 the choices 3 and 4.
    /// </summary>
    [Theory]
    [InlineData(0, "1 2", "1", "1")]
    [InlineData(1, "1 2", "1 2", "1 2")]
    [InlineData(2, "1 2 3 4", "1 2 3 4", "1 2 3")]
    [InlineData(3, "1 2 3 4", "1 2 3 4 5", "1 2 3 4")]
    [InlineData(4, "1 2 3 4", "1 2 3 4 5", "1 2 3 4 5")]
    [InlineData(5, "1 2 3 4 5 6 7", "1 2 3 4 5 6", "1 2 3 4 5 6")]
    [InlineData(6, "1 2 3 4 5 6 7", "1 2 3 4 5 6 7", "1 2 3 4 5 6 7")]
    public void Widths_of_the_phases(int phase, string first, string second, string others)
    {
        var domain = SamplingDomain.Of(TestSpaces.Resnet48).Shrunk(1, phase / 6.0);
        Assert.Equal([first, second, others, others], domain.Stages.Select(stage => string.Join(' ', stage.Choices)));
        Assert.Equal([first, second, others, others], domain.Stages.Select(stage => string.Join(' ', stage.InnerChoices)));
        Assert.Equal(first, string.Join(' ', domain.StemChoices));
        Assert.Equal(["2..5", "2..5", "2..8", "2..5"], domain.Stages.Select(stage => $"{stage.Depth}"));
    }

    /// <summary>The widest are found by channels, not by position, and inner widths apart from those of outputs.</summary>
    [Fact]
    public void Widths_are_compared_by_channels()
    {
        var elastic = SamplingDomain.Of(TestSpaces.Elastic).Shrunk(1, 0.5);
        Assert.Equal(["2 3", "1 2"], elastic.Stages.Select(stage => string.Join(' ', stage.Choices)));
        var bottlenecks = SamplingDomain.Of(TestSpaces.Bottlenecks).Shrunk(1, 0.4);
        Assert.Equal(["1", "1"], bottlenecks.Stages.Select(stage => string.Join(' ', stage.InnerChoices)));
        Assert.Equal("2", string.Join(' ', bottlenecks.StemChoices));
    }

    [Fact]
    public void A_part_contains_what_is_drawn_from_it_and_not_all_of_the_whole()
    {
        var whole = SamplingDomain.Of(TestSpaces.Tiny);
        var part = whole.Shrunk(0.5, 0.5);
        var random = new RandomStream(1);
        for (var i = 0; i < 200; i++)
            Assert.True(part.Contains(UniformSampler.Draw(part, random)) && whole.Contains(UniformSampler.Draw(part, random)));
        Assert.True(part.Contains(part.Largest) && part.Contains(part.Smallest) && !part.Contains(whole.Smallest));
        Assert.False(part.Contains(TestSpaces.Resnet48.Largest));
    }

    /// <summary>In a space small enough to draw all of its architectures, a part contains exactly those that can be drawn from it.</summary>
    [Fact]
    public void The_size_of_a_part_is_the_number_of_its_architectures()
    {
        foreach (var (depthShare, widthShare) in new[] { (1.0, 1.0), (0.0, 1.0), (1.0, 0.5), (0.5, 0.0) })
        {
            var domain = SamplingDomain.Of(TestSpaces.Bottlenecks).Shrunk(depthShare, widthShare);
            var random = new RandomStream(2);
            var whole = Enumerable.Range(0, 8000).Select(_ => UniformSampler.Draw(TestSpaces.Bottlenecks, random)).Distinct().ToArray();
            Assert.Equal(SpaceSize.OfDomain(TestSpaces.Bottlenecks).Codes, whole.Length);
            var drawn = Enumerable.Range(0, 8000).Select(_ => UniformSampler.Draw(domain, random)).ToHashSet();
            Assert.Equal(SpaceSize.OfDomain(domain).Codes, drawn.Count);
            Assert.True(drawn.SetEquals(whole.Where(domain.Contains)));
        }
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.1)]
    [InlineData(double.NaN)]
    public void Shares_beyond_0_to_1_are_refused(double share)
    {
        var domain = SamplingDomain.Of(TestSpaces.Tiny);
        Assert.StartsWith("A share is a number from 0 to 1.", Assert.Throws<ArgumentOutOfRangeException>("depthShare", () => domain.Shrunk(share, 1)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>("widthShare", () => domain.Shrunk(1, share));
    }

    private static string Text(SamplingDomain domain) => string.Join(
        "; ",
        domain.Stages.Select(s => $"{s.Depth}: {string.Join(' ', s.Choices)}, {string.Join(' ', s.InnerChoices)}").Prepend(string.Join(' ', domain.StemChoices)));
}
