using PriorNas.Files;
using PriorNas.Priors;
using PriorNas.Randomness;
using PriorNas.Sampling;
using PriorNas.SearchSpaces;

namespace PriorNas.Tests.Priors;

public class PriorScaleTest
{
    [Theory]
    [InlineData(64)]
    [InlineData(1000)]
    public void A_prior_that_is_the_same_for_all_architectures_has_no_spread(int count)
    {
        var draws = Draws("resnet20-width", count);
        Assert.Equal(0, PriorScale.Of(ShapePrior.Named("depth"), draws).Deviation);
        var e = Assert.Throws<InputException>(() => CompositePrior.Parse("depth+flops", draws, ShapePrior.Named));
        Assert.Contains("depth is the same for all architectures", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Scores_are_standardised_by_their_logarithms_and_a_logarithm_by_itself()
    {
        var draws = Draws("resnet48", 200);
        foreach (var name in (string[])["flops", "zen"])
        {
            var prior = ShapePrior.Named(name);
            var values = draws.Select(draw => name == "zen" ? prior.Score(draw) : Math.Log(prior.Score(draw))).ToArray();
            var mean = values.Average();
            var deviation = Math.Sqrt(values.Average(value => (value - mean) * (value - mean)));
            Assert.Equal((values[0] - mean) / deviation, PriorScale.Of(prior, draws).Standardise(prior.Score(draws[0])), 1e-9);
        }
    }

    private static Architecture[] Draws(string space, int count)
    {
        var random = new RandomStream(5);
        return [.. Enumerable.Range(0, count).Select(_ => UniformSampler.Draw(SearchSpace.Open(space), random))];
    }
}
