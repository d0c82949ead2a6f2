using PriorNas.Ranking;

namespace PriorNas.Tests.Ranking;

public class SeedStatisticTest
{
    /// <summary>Quantiles of Student's t at 97.5 % from a printed table: 12.706 at 1 degree of freedom, 4.303 at 2, 2.776 at 4.</summary>
    [Theory]
    [InlineData(new[] { 0.7, 0.8 }, 0.75, 0.0707107, 12.706)]
    [InlineData(new[] { 0.6, 0.7, 0.8 }, 0.7, 0.1, 4.303)]
    [InlineData(new[] { 1.0, 2, 3, 4, 5 }, 3, 1.5811388, 2.776)]
    public void Mean_and_spread_follow_their_definitions(double[] values, double mean, double deviation, double quantile)
    {
        var statistic = SeedStatistic.Of(values);
        Assert.Equal(values.Length, statistic.Seeds);
        Assert.Equal(mean, statistic.Mean, 1e-12);
        Assert.Equal(deviation, statistic.StandardDeviation, 1e-6);
        Assert.Equal(mean - quantile * deviation / Math.Sqrt(values.Length), statistic.MeanEstimate.Low, 1e-3);
        Assert.Equal(mean + quantile * deviation / Math.Sqrt(values.Length), statistic.MeanEstimate.High, 1e-3);
    }

    [Fact]
    public void One_seed_has_no_spread_and_none_has_no_mean()
    {
        Assert.Equal(0.7, SeedStatistic.Of([0.7]).Mean);
        Assert.True(double.IsNaN(SeedStatistic.Of([0.7]).StandardDeviation));
        Assert.False(SeedStatistic.Of([0.7]).MeanEstimate.HasInterval);
        Assert.True(double.IsNaN(SeedStatistic.Of([]).Mean));
    }

    /// <summary>0.3 - 0.2 and 0.2 - 0.1 differ in the last digit.</summary>
    [Theory]
    [InlineData(0.1, 0.1)]
    [InlineData(0.1, 0.1, 0.1, 0.1)]
    [InlineData(0.3 - 0.2, 0.2 - 0.1, 0.1)]
    public void Equal_numbers_have_no_interval_and_decide_nothing(params double[] values)
    {
        var statistic = SeedStatistic.Of(values);
        Assert.Equal((0.1, 0.0), (Math.Round(statistic.Mean, 12), statistic.StandardDeviation));
        Assert.False(statistic.MeanEstimate.HasInterval);
        Assert.False(statistic.Decided);
    }

    [Fact]
    public void Two_seeds_decide_nothing_and_three_may()
    {
        Assert.True(SeedStatistic.Of([0.1, 0.1001]).MeanEstimate.Decided);
        Assert.False(SeedStatistic.Of([0.1, 0.1001]).Decided);
        Assert.True(SeedStatistic.Of([0.1, 0.1001, 0.1002]).Decided);
        Assert.True(SeedStatistic.Of([-0.1, -0.1001, -0.1002]).Decided);
        Assert.False(SeedStatistic.Of([-0.1, 0.1, 0.1]).Decided);
    }
}
