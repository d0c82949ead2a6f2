using PriorNas.Randomness;
using PriorNas.Ranking;

namespace PriorNas.Tests.Ranking;

public sealed class SeedPlanTest
{
    /// <summary>Tables of Student's t: 2.776 of 4, 2.145 of 14 degrees of freedom; with 15 seeds 2.145 x 0.1 / sqrt(15) = 0.0554.</summary>
    [Theory]
    [InlineData(0.0, 0.05, 3)]
    [InlineData(0.1, 0.0554, 15)]
    [InlineData(0.1, 0.0553, 16)]
    [InlineData(0.1, 0.1242, 5)]
    [InlineData(0.1, 0.1241, 6)]
    [InlineData(0.1, 0.001, 38419)]
    public void The_fewest_seeds_of_an_interval_as_narrow(double deviation, double halfWidth, int seeds) =>
        Assert.Equal(seeds, SeedPlan.Seeds(deviation, halfWidth)!.Value, seeds > 1000 ? 10.0 : 0.0);

    [Fact]
    public void More_than_anyone_trains_is_no_number() => Assert.Null(SeedPlan.Seeds(1, 0.001));

    /// <summary>The interval of as many seeds as planned, drawn from a normal distribution of that spread, is as narrow in the middle.</summary>
    [Fact]
    public void As_many_seeds_give_such_an_interval()
    {
        var random = new RandomStream(1);
        var seeds = SeedPlan.Seeds(0.2, 0.1)!.Value;
        var widths = Enumerable.Range(0, 400).Select(_ => SeedStatistic.Of([.. Enumerable.Range(0, seeds).Select(_ => 0.2 * random.NextGaussian())]).MeanEstimate)
            .Select(estimate => (estimate.High - estimate.Low) / 2).Order().ToArray();
        Assert.InRange(widths[200], 0.09, 0.11);
    }

    /// <summary>Chi squared of 4 degrees of freedom is below 1.0636 with probability 0.1.</summary>
    [Fact]
    public void The_spread_of_few_seeds_may_be_larger() => Assert.Equal(0.3 * Math.Sqrt(4 / 1.0636), SeedPlan.UpperDeviation(0.3, 5), 1e-4);

    [Fact]
    public void What_is_out_of_range_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => SeedPlan.Seeds(double.NaN, 0.1));
        Assert.Throws<ArgumentOutOfRangeException>(() => SeedPlan.Seeds(0.1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => SeedPlan.UpperDeviation(0.1, 1));
    }
}
