using CsCheck;
using PriorNas.Ranking;

namespace PriorNas.Tests.Ranking;

/// <summary>Against the definitions in n squared, on data with many ties.</summary>
public class RankCorrelationProperties
{
    /// <summary>2 to 60 pairs of integers from a range of 2 to 20, so that most samples are full of ties.</summary>
    private static readonly Gen<(double[] X, double[] Y)> Scores =
        from count in Gen.Int[2, 60]
        from range in Gen.Int[1, 20]
        from x in Gen.Int[-range, range].Array[count]
        from y in Gen.Int[-range, range].Array[count]
        select (Array.ConvertAll(x, value => (double)value), Array.ConvertAll(y, value => (double)value));

    [Fact]
    public void Kendall_equals_its_definition() =>
        Scores.Sample(s => AssertClose(KendallByPairs(s.X, s.Y), RankCorrelation.KendallTauB(s.X, s.Y)));

    [Fact]
    public void Spearman_equals_its_definition() =>
        Scores.Sample(s => AssertClose(PearsonByMoments(RanksByCounting(s.X), RanksByCounting(s.Y)), RankCorrelation.Spearman(s.X, s.Y)));

    [Fact]
    public void Pearson_equals_its_definition() =>
        Scores.Sample(s => AssertClose(PearsonByMoments(s.X, s.Y), RankCorrelation.Pearson(s.X, s.Y)));

    [Fact]
    public void Every_statistic_is_in_its_range_and_symmetric() => Scores.Sample(s =>
    {
        var report = RankReport.Of(s.X, s.Y);
        foreach (var value in new[] { report.Pearson.Value, report.Spearman.Value, report.KendallTau.Value })
            Assert.True(double.IsNaN(value) || value is >= -1 and <= 1, $"{value}");
        Assert.Equal(report, RankReport.Of(s.Y, s.X));
    });

    [Fact]
    public void Negating_one_side_negates_every_statistic() => Scores.Sample(s =>
    {
        var report = RankReport.Of(s.X, s.Y);
        var negated = RankReport.Of(s.X, Array.ConvertAll(s.Y, value => -value));
        Assert.Equal(-report.Pearson.Value, negated.Pearson.Value);
        Assert.Equal(-report.Spearman.Value, negated.Spearman.Value);
        Assert.Equal(-report.KendallTau.Value, negated.KendallTau.Value);
    });

    [Fact]
    public void Ranks_do_not_change_under_an_increasing_map() => Scores.Sample(s =>
    {
        var mapped = Array.ConvertAll(s.X, value => Math.Exp(value) - 3);
        Assert.Equal(RankCorrelation.Spearman(s.X, s.Y), RankCorrelation.Spearman(mapped, s.Y));
        Assert.Equal(RankCorrelation.KendallTauB(s.X, s.Y), RankCorrelation.KendallTauB(mapped, s.Y));
    });

    [Fact]
    public void The_order_of_the_items_does_not_matter_to_the_ranks() => Scores.Sample(s =>
    {
        double[] x = [.. s.X.Reverse()];
        double[] y = [.. s.Y.Reverse()];
        Assert.Equal(RankCorrelation.Spearman(s.X, s.Y), RankCorrelation.Spearman(x, y));
        Assert.Equal(RankCorrelation.KendallTauB(s.X, s.Y), RankCorrelation.KendallTauB(x, y));
    });

    private static void AssertClose(double expected, double actual)
    {
        if (double.IsNaN(expected))
            Assert.Equal(double.NaN, actual);
        else
            Assert.Equal(expected, actual, 1e-12);
    }

    private static double KendallByPairs(double[] x, double[] y)
    {
        int balance = 0, untiedX = 0, untiedY = 0;
        for (var i = 0; i < x.Length; i++)
        {
            for (var j = 0; j < i; j++)
            {
                balance += Math.Sign(x[i] - x[j]) * Math.Sign(y[i] - y[j]);
                untiedX += x[i] != x[j] ? 1 : 0;
                untiedY += y[i] != y[j] ? 1 : 0;
            }
        }

        return balance / Math.Sqrt((double)untiedX * untiedY);
    }

    private static double[] RanksByCounting(double[] values) =>
        Array.ConvertAll(values, value => values.Count(other => other < value) + (values.Count(other => other == value) + 1) / 2.0);

    /// <summary>Exact for these small integers and half-integers.</summary>
    private static double PearsonByMoments(double[] x, double[] y)
    {
        double n = x.Length, sumX = x.Sum(), sumY = y.Sum();
        var covariance = n * x.Zip(y, (a, b) => a * b).Sum() - sumX * sumY;
        return covariance / Math.Sqrt((n * x.Sum(a => a * a) - sumX * sumX) * (n * y.Sum(b => b * b) - sumY * sumY));
    }
}
