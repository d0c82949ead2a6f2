using PriorNas.Randomness;
using PriorNas.Ranking;

namespace PriorNas.Tests.Ranking;

public class RankCorrelationTest
{
    private delegate double Statistic(ReadOnlySpan<double> x, ReadOnlySpan<double> y);

    private static readonly Dictionary<string, Statistic> Statistics = new()
    {
        ["pearson"] = RankCorrelation.Pearson,
        ["spearman"] = RankCorrelation.Spearman,
        ["kendall"] = RankCorrelation.KendallTauB,
    };

    public static TheoryData<string> Names => [.. Statistics.Keys];

    /// <summary>By hand: x centred is -2 .. 2, y centred is -2, 0, -1, 2, 1; of 10 pairs 8 are concordant.</summary>
    [Fact]
    public void Five_values_without_ties() =>
        Assert.Equal(Report(5, 0.8, 0.8, 0.6), RankReport.Of([1, 2, 3, 4, 5], [1, 3, 2, 5, 4]));

    /// <summary>By hand: ranks 1, 2.5, 2.5, 4 against 1, 2, 3.5, 3.5; 4 concordant, 0 discordant pairs, 5 untied in each.</summary>
    [Fact]
    public void Four_values_with_ties()
    {
        Assert.Equal(0.8, RankCorrelation.KendallTauB([1, 2, 2, 3], [1, 2, 3, 3]), 1e-15);
        Assert.Equal(3.75 / 4.5, RankCorrelation.Spearman([1, 2, 2, 3], [1, 2, 3, 3]), 1e-15);
    }

    /// <summary>The classical example of tau-b: 2 of 3 pairs untied in x, 3 of 3 in y, both concordant.</summary>
    [Fact]
    public void Tau_b_divides_by_the_geometric_mean_of_the_untied_pairs() =>
        Assert.Equal(2 / Math.Sqrt(6), RankCorrelation.KendallTauB([1, 1, 2], [1, 2, 3]), 1e-15);

    [Theory]
    [MemberData(nameof(Names))]
    public void The_same_order_is_exactly_1_and_the_opposite_exactly_minus_1(string name)
    {
        double[] x = [0.1, 0.7, 0.2, 0.2, 0.9];
        Assert.Equal(1, Statistics[name](x, x));
        Assert.Equal(-1, Statistics[name](x, Array.ConvertAll(x, value => -value)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_constant_side_has_no_correlation(string name)
    {
        Assert.Equal(double.NaN, Statistics[name]([2, 2, 2], [1, 2, 3]));
        Assert.Equal(double.NaN, Statistics[name]([1, 2, 3], [0.1, 0.1, 0.1]));
        Assert.Equal(double.NaN, Statistics[name]([1, 2, 3], [0.0, -0.0, 0.0]));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Unusable_values_are_refused(string name)
    {
        var statistic = Statistics[name];
        Assert.Equal(
            "x has 2 values and y has 3; give both scores of the same items. (Parameter 'y')",
            Assert.Throws<ArgumentException>(() => statistic([1, 2], [1, 2, 3])).Message);
        Assert.Equal(
            "x and y have 1 values; at least 2 are needed. (Parameter 'x')",
            Assert.Throws<ArgumentException>(() => statistic([1], [1])).Message);
        Assert.Equal(
            "y[2] is NaN; only finite values can be ranked, leave the item out. (Parameter 'y')",
            Assert.Throws<ArgumentException>(() => statistic([1, 2, 3], [1, 2, double.NaN])).Message);
        Assert.Contains("x[0] is", Assert.Throws<ArgumentException>(() => statistic([double.NegativeInfinity, 2], [1, 2])).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1e9, 1)]
    [InlineData(0, 1e-300)]
    [InlineData(0, 1e300)]
    [InlineData(1, 1e-14)]
    public void Pearson_keeps_its_precision_at_any_offset_and_scale(double offset, double scale)
    {
        double[] x = Array.ConvertAll(new double[] { 1, 2, 3, 4, 5 }, value => offset + scale * value);
        Assert.Equal(0.8, RankCorrelation.Pearson(x, [1, 3, 2, 5, 4]), 0.02);
        Assert.Equal(1, RankCorrelation.Pearson(x, x));
    }

    [Fact]
    public void The_largest_and_smallest_numbers_neither_overflow_nor_vanish()
    {
        Assert.Equal(1, RankCorrelation.Pearson([-double.MaxValue, double.MaxValue], [0, double.Epsilon]));
        Assert.Equal(1, RankCorrelation.Pearson([1, Math.BitIncrement(1)], [1, 2]));
    }

    [Fact]
    public void A_whole_challenge_list_is_counted_exactly()
    {
        var (ascending, descending) = Opposites(45_000);
        Assert.Equal(Report(45_000, 1, 1, 1), RankReport.Of(ascending, ascending));
        Assert.Equal(Report(45_000, -1, -1, -1), RankReport.Of(ascending, descending));
    }

    [Fact]
    public void The_pairs_of_a_million_values_are_counted_exactly()
    {
        var (ascending, descending) = Opposites(1_000_000);
        Assert.Equal(-1, RankCorrelation.KendallTauB(ascending, descending));
    }

    private static RankReport Report(int count, double pearson, double spearman, double kendallTau) => new(count, new(pearson), new(spearman), new(kendallTau));

    private static (double[] Ascending, double[] Descending) Opposites(int count)
    {
        var ascending = Array.ConvertAll(new RandomStream(1).Permutation(count), value => (double)value);
        return (ascending, Array.ConvertAll(ascending, value => 1 - value));
    }
}
