using PriorNas.Files;
using PriorNas.Randomness;
using PriorNas.Sampling;
using PriorNas.SearchSpaces;
using PriorNas.Tests.SearchSpaces;

namespace PriorNas.Tests.Sampling;

public class DistinctSamplerTest
{
    [Fact]
    public void No_two_are_the_same_network_and_all_are_of_the_domain()
    {
        var drawn = DistinctSampler.Draw(TestSpaces.Challenge, 300, new RandomStream(3));
        Assert.Equal(300, drawn.Select(a => a.Canonical()).Distinct().Count());
        Assert.All(drawn, a => Assert.True(a.IsInDomain()));
    }

    [Fact]
    public void The_same_seed_draws_the_same() => Assert.Equal(
        DistinctSampler.Draw(TestSpaces.Tiny, 20, new RandomStream(3)).Select(a => a.Code), DistinctSampler.Draw(TestSpaces.Tiny, 20, new RandomStream(3)).Select(a => a.Code));

    /// <summary>The domain of the small space has 24 codes and 2 networks.</summary>
    [Fact]
    public void All_networks_of_a_domain_can_be_drawn_but_not_one_more()
    {
        Assert.Equal(2, SpaceSize.OfDomain(TestSpaces.Small).Networks);
        Assert.Equal(2, DistinctSampler.Draw(TestSpaces.Small, 2, new RandomStream(1)).Select(a => a.Canonical()).Distinct().Count());
        Assert.Equal(
            "3 distinct networks are wanted, but the domain of space 'small' has 2; ask for at most so many.",
            Assert.Throws<InputException>(() => DistinctSampler.Draw(TestSpaces.Small, 3, new RandomStream(1))).Message);
    }

    /// <summary>Of nine choices eight are one width: the network that is all of the other width comes up once in 9^7 draws.</summary>
    [Fact]
    public void Drawing_ends_where_a_rare_network_does_not_come_up()
    {
        var space = SearchSpace.Read(
            """
            { "name": "rare", "imageSize": 16, "classes": 3, "code": "digits",
              "stem": { "kind": "conv3x3", "widths": { "channels": [8] } },
              "stages": [ { "depth": { "min": 6, "max": 6 }, "projection": "first-block", "widths": { "base": 8, "ratios": [1, 1, 1, 1, 1, 1, 1, 1, 2] } } ] }
            """,
            "rare");
        Assert.Equal(128, SpaceSize.OfDomain(space).Networks);
        var message = Assert.Throws<InputException>(() => DistinctSampler.Draw(space, 128, new RandomStream(1))).Message;
        Assert.Matches("^128 distinct networks are wanted, but 128000 draws found only [0-9]+ of the 128 in the domain of space 'rare'; ask for fewer\\.$", message);
    }
}
