using CsCheck;
using PriorNas.Ranking;

namespace PriorNas.Tests.Ranking;

public class WeightedTauTest
{
    /// <summary>Reference: scipy.stats.weightedtau of SciPy 1.10.1, with its defaults.</summary>
    [Fact]
    public void It_agrees_with_SciPy()
    {
        double[] x = [0.57, 0.59, 0.63, 0.66, 0.63, 0.63, 0.62, 0.64, 0.42, 0.55, 0.61, 0.58];
        Assert.Equal(0.8962574648733561, RankCorrelation.WeightedTau(x, [3.1, 2.9, 4.0, 5.2, 4.0, 3.3, 3.3, 4.9, 1.0, 2.2, 4.0, 2.5]), 1e-14);
        Assert.Equal(0.28582272592764724, RankCorrelation.WeightedTau(x, [1, 2, 1, 2, 3, 3, 1, 2, 2, 1, 3, 1]), 1e-14);
        Assert.Equal(-0.5669496815368272, RankCorrelation.WeightedTau([12, 2, 1, 12, 2], [1, 4, 7, 1, 0]), 1e-14);
        Assert.Equal(0.44160583941605835, RankCorrelation.WeightedTau([3, 1, 2, 5, 4], [1, 2, 3, 4, 5]), 1e-14);
    }

    [Fact]
    public void It_equals_its_definition() => Scores.Sample(s =>
    {
        var expected = (ByPairs(s.X, s.Y) + ByPairs(s.Y, s.X)) / 2;
        var actual = RankCorrelation.WeightedTau(s.X, s.Y);
        if (double.IsNaN(expected))
            Assert.Equal(double.NaN, actual);
        else
            Assert.Equal(expected, actual, 1e-12);
    });

    [Fact]
    public void Agreement_at_the_top_counts_more_than_at_the_bottom()
    {
        double[] truth = [1, 2, 3, 4, 5, 6];
        Assert.True(RankCorrelation.WeightedTau([2, 1, 3, 4, 5, 6], truth) > RankCorrelation.WeightedTau([1, 2, 3, 4, 6, 5], truth));
        Assert.Equal(1, RankCorrelation.WeightedTau(truth, truth));
        Assert.Equal(-1, RankCorrelation.WeightedTau(Array.ConvertAll(truth, v => -v), truth));
        Assert.Equal(double.NaN, RankCorrelation.WeightedTau([1, 1], [1, 2]));
    }

    private static readonly Gen<(double[] X, double[] Y)> Scores =
        from count in Gen.Int[2, 40]
        from range in Gen.Int[1, 20]
        from x in Gen.Int[-range, range].Select(v => (double)v).Array[count]
        from y in Gen.Int[-range, range].Select(v => (double)v).Array[count]
        select (x, y);

    /// <summary>Positions by x, among equal x by y.</summary>
    private static double ByPairs(double[] x, double[] y)
    {
        var order = Enumerable.Range(0, x.Length).OrderByDescending(i => x[i]).ThenByDescending(i => y[i]).ToList();
        double balance = 0, untiedX = 0, untiedY = 0;
        for (var i = 0; i < x.Length; i++)
        {
            for (var j = 0; j < i; j++)
            {
                var weight = 1 / (order.IndexOf(i) + 1.0) + 1 / (order.IndexOf(j) + 1.0);
                balance += weight * Math.Sign(x[i] - x[j]) * Math.Sign(y[i] - y[j]);
                untiedX += x[i] != x[j] ? weight : 0;
                untiedY += y[i] != y[j] ? weight : 0;
            }
        }

        return balance / Math.Sqrt(untiedX * untiedY);
    }
}
