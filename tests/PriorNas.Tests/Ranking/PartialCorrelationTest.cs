using CsCheck;
using PriorNas.Randomness;
using PriorNas.Ranking;

namespace PriorNas.Tests.Ranking;

public class PartialCorrelationTest
{
    private static readonly double[] X = [0.57, 0.59, 0.63, 0.66, 0.63, 0.63, 0.62, 0.64, 0.42, 0.55, 0.61, 0.58];
    private static readonly double[] Y = [3.1, 2.9, 4.0, 5.2, 4.0, 3.3, 3.3, 4.9, 1.0, 2.2, 4.0, 2.5];
    private static readonly double[] Z = [10, 12, 15, 14, 15, 9, 11, 18, 3, 8, 13, 9];
    private static readonly double[] U = [1, 2, 1, 2, 3, 3, 1, 2, 2, 1, 3, 1];

    /// <summary>Reference: numpy.linalg.lstsq residuals, of ranks for Spearman, and the inverse of scipy.stats.kendalltau's matrix (SciPy 1.10.1).</summary>
    [Fact]
    public void One_given_and_two_givens_agree_with_SciPy()
    {
        AssertClose([0.571576120264805, 0.7773589321488799, 0.6778977922357124], RankReport.Partial(X, Y, [Z]));
        AssertClose([0.5780202429929796, 0.7545474574732756, 0.6672473426406722], RankReport.Partial(X, Y, [Z, U]));
    }

    /// <summary>By hand: taus of 1 2 3 4, 1 3 2 4 and 2 1 3 4 are 2/3, 2/3 and 1/3; (2/3 - 2/9) / sqrt((1 - 4/9) (1 - 1/9)).</summary>
    [Fact]
    public void Kendall_given_one_is_Kendalls_formula() =>
        Assert.Equal(4.0 / 9 / Math.Sqrt(5.0 / 9 * 8.0 / 9), RankReport.Partial([1, 2, 3, 4], [1, 3, 2, 4], [[2, 1, 3, 4]]).KendallTau.Value, 1e-14);

    [Fact]
    public void Pearson_is_that_of_the_residuals() => Scores.Sample(s =>
    {
        var (x, y) = (Residuals(s.X, s.Z), Residuals(s.Y, s.Z));
        if (x.Concat(y).Max(Math.Abs) > 0 && x.Sum(v => v * v) > 1e-6 && y.Sum(v => v * v) > 1e-6)
            Assert.Equal(RankCorrelation.Pearson(x, y), RankReport.Partial(s.X, s.Y, [s.Z]).Pearson.Value, 1e-9);
    });

    [Fact]
    public void The_order_of_the_givens_does_not_matter()
    {
        var (first, second) = (RankReport.Partial(X, Y, [Z, U]), RankReport.Partial(X, Y, [U, Z]));
        AssertClose([first.Pearson.Value, first.Spearman.Value, first.KendallTau.Value], second);
    }

    [Fact]
    public void Without_a_given_or_with_one_that_says_nothing_it_is_the_plain_agreement()
    {
        var plain = RankReport.Of(X, Y);
        Assert.Equal(plain, RankReport.Partial(X, Y, []));
        Assert.Equal(plain, RankReport.Partial(X, Y, [Array.ConvertAll(X, _ => 7.0)]));
        Assert.Equal(RankReport.Partial(X, Y, [Z]), RankReport.Partial(X, Y, [Z, Array.ConvertAll(Z, v => 2 * v + 1)]));
    }

    [Fact]
    public void A_side_that_the_givens_explain_has_no_partial_correlation()
    {
        Assert.Equal(new Estimate(double.NaN), RankReport.Partial(X, Y, [X]).Pearson);
        Assert.Equal(new Estimate(double.NaN), RankReport.Partial(X, Y, [Array.ConvertAll(Y, v => 3 * v)], new RandomStream(1)).KendallTau);
        Assert.Equal(new Estimate(double.NaN), RankReport.Partial([1, 1, 1], [1, 2, 3], [[3, 2, 2]]).Spearman);
        Assert.Equal(double.NaN, RankReport.Partial(Array.ConvertAll(Z.Zip(U).ToArray(), p => p.First - 2 * p.Second), Y, [Z, U]).Pearson.Value);
    }

    /// <summary>With one dimension left to the residuals the value would be 1 or -1 whatever the scores.</summary>
    [Theory]
    [InlineData(3, 1, false)]
    [InlineData(4, 1, true)]
    [InlineData(4, 2, false)]
    [InlineData(5, 2, true)]
    public void Too_few_architectures_for_the_givens_have_no_partial_correlation(int count, int givens, bool defined)
    {
        var report = RankReport.Partial(X[..count], Y[..count], [.. new[] { Z[..count], U[..count] }.Take(givens)]);
        Assert.Equal(defined, !double.IsNaN(report.Pearson.Value));
        if (!defined)
            Assert.Equal(double.NaN, report.Spearman.Value);
    }

    /// <summary>The difference of two givens that hardly differ is explained by them, and what rounding leaves of it is no residual.</summary>
    [Theory]
    [InlineData(0.014)]
    [InlineData(0.1)]
    [InlineData(0.001)]
    public void Nearly_collinear_givens_explain_their_difference(double noise)
    {
        var random = new RandomStream(4);
        double[] first = [.. Enumerable.Range(0, 500).Select(_ => random.NextGaussian())];
        double[] second = [.. first.Select(g => g + noise * random.NextGaussian())];
        double[] difference = [.. second.Zip(first, (a, b) => a - b)];
        double[] other = [.. first.Select(g => g + random.NextGaussian())];
        Assert.InRange(RankCorrelation.Pearson(first, second), 0.99, 1);
        Assert.Equal(new Estimate(double.NaN), RankReport.Partial(difference, other, [first, second], new RandomStream(5), 200).Pearson);
        Assert.Equal(double.NaN, RankReport.Partial(other, difference, [second, first]).Pearson.Value);

        // What they do not explain has its correlation all the same, that of the residuals.
        double[] beyond = [.. difference.Zip(other, (d, o) => d / noise + o)];
        Assert.Equal(
            RankCorrelation.Pearson(PriorNas.Ranking.Residuals.Of(beyond, first, second), PriorNas.Ranking.Residuals.Of(other, first, second)),
            RankReport.Partial(beyond, other, [first, second]).Pearson.Value,
            1e-6);
    }

    [Fact]
    public void Intervals_equal_their_definition()
    {
        var random = new RandomStream(2);
        var report = RankReport.Partial(X, Y, [Z, U], random, 200);
        AssertInterval(report.Pearson, r => r.Pearson);
        AssertInterval(report.Spearman, r => r.Spearman);
        AssertInterval(report.KendallTau, r => r.KendallTau);

        void AssertInterval(Estimate actual, Func<RankReport, Estimate> part)
        {
            var (low, high) = PlainBootstrap.Interval(X.Length, Resampled, 1, random, 200);
            Assert.Equal(low, actual.Low, 1e-9);
            Assert.Equal(high, actual.High, 1e-9);

            double Resampled(int[] items) =>
                part(RankReport.Partial(PlainBootstrap.Of(X, items), PlainBootstrap.Of(Y, items), [PlainBootstrap.Of(Z, items), PlainBootstrap.Of(U, items)])).Value;
        }
    }

    /// <summary>Both are the given and noise of their own: they agree, but given the given they do not.</summary>
    [Fact]
    public void What_a_common_cause_explains_is_taken_out()
    {
        var random = new RandomStream(3);
        double[] cause = [.. Enumerable.Range(0, 2000).Select(_ => random.NextGaussian())];
        double[] x = [.. cause.Select(c => c + random.NextGaussian())];
        double[] y = [.. cause.Select(c => c + random.NextGaussian())];
        Assert.Equal(0.5, RankReport.Of(x, y).Pearson.Value, 0.05);
        Assert.Equal(0, RankReport.Partial(x, y, [cause]).Pearson.Value, 0.05);
        Assert.Equal(0, RankReport.Partial(x, y, [cause]).Spearman.Value, 0.05);
    }

    private static readonly Gen<(double[] X, double[] Y, double[] Z)> Scores =
        from count in Gen.Int[4, 30]
        from x in Gen.Int[-9, 9].Select(v => (double)v).Array[count]
        from y in Gen.Int[-9, 9].Select(v => (double)v).Array[count]
        from z in Gen.Int[-9, 9].Select(v => (double)v).Array[count]
        select (x, y, z);

    private static double[] Residuals(double[] values, double[] given)
    {
        var (mean, meanGiven) = (values.Average(), given.Average());
        var squares = given.Sum(g => (g - meanGiven) * (g - meanGiven));
        var slope = squares == 0 ? 0 : values.Zip(given, (v, g) => (v - mean) * (g - meanGiven)).Sum() / squares;
        return [.. values.Zip(given, (v, g) => v - mean - slope * (g - meanGiven))];
    }

    private static void AssertClose(double[] expected, RankReport actual)
    {
        Assert.Equal(expected[0], actual.Pearson.Value, 1e-12);
        Assert.Equal(expected[1], actual.Spearman.Value, 1e-12);
        Assert.Equal(expected[2], actual.KendallTau.Value, 1e-12);
    }
}
