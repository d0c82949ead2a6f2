using CsCheck;
using PriorNas.Randomness;
using PriorNas.Ranking;

namespace PriorNas.Tests.Ranking;

public class BootstrapTest
{
    private const int Resamples = 200;

    private delegate double Correlation(ReadOnlySpan<double> x, ReadOnlySpan<double> y);

    private static readonly (Correlation Of, Func<RankReport, Estimate> In)[] Statistics =
    [
        (RankCorrelation.Pearson, report => report.Pearson),
        (RankCorrelation.Spearman, report => report.Spearman),
        (RankCorrelation.KendallTauB, report => report.KendallTau),
    ];

    /// <summary>2 to 30 items with many ties, so that constant resamples are frequent.</summary>
    private static readonly Gen<(double[] X, double[] Y, double[] Z)> Scores =
        from count in Gen.Int[2, 30]
        from range in Gen.Int[1, 10]
        from x in Gen.Int[-range, range].Select(v => (double)v).Array[count]
        from y in Gen.Int[-range, range].Select(v => (double)v).Array[count]
        from z in Gen.Int[-range, range].Select(v => (double)v).Array[count]
        select (x, y, z);

    [Fact]
    public void Intervals_equal_their_definition() => Scores.Sample(
        s =>
        {
            var random = new RandomStream(3);
            var report = RankReport.Of(s.X, s.Y, random, Resamples);
            foreach (var (of, part) in Statistics)
            {
                var value = of(s.X, s.Y);
                var expected = PlainBootstrap.Interval(s.X.Length, items => of(PlainBootstrap.Of(s.X, items), PlainBootstrap.Of(s.Y, items)), 1, random, Resamples);
                AssertClose(new Estimate(value, expected.Low, expected.High), part(report));
            }
        },
        iter: 60);

    [Fact]
    public void Differences_equal_their_definition_on_the_same_resamples() => Scores.Sample(
        s =>
        {
            var random = new RandomStream(4);
            var comparison = RankComparison.Of(s.X, s.Y, s.Z, random, Resamples);
            Estimate[] actual = [comparison.Pearson, comparison.Spearman, comparison.KendallTau];
            foreach (var ((of, _), estimate) in Statistics.Zip(actual))
            {
                var value = of(s.X, s.Z) - of(s.Y, s.Z);
                var expected = PlainBootstrap.Interval(s.X.Length, Difference(of), 2, random, Resamples);
                AssertClose(new Estimate(value, expected.Low, expected.High), estimate);
            }

            Func<int[], double> Difference(Correlation of) => items =>
                of(PlainBootstrap.Of(s.X, items), PlainBootstrap.Of(s.Z, items)) - of(PlainBootstrap.Of(s.Y, items), PlainBootstrap.Of(s.Z, items));
        },
        iter: 60);

    /// <summary>The values are real numbers far from 0, where sums of squares of the values themselves would have lost everything.</summary>
    [Fact]
    public void Intervals_keep_their_precision_far_from_zero()
    {
        var random = new RandomStream(5);
        double[] x = [.. Enumerable.Range(0, 50).Select(_ => 1e9 + random.NextGaussian())];
        double[] y = [.. x.Select(v => v - 1e9 + random.NextGaussian())];
        double[] near = [.. x.Select(v => v - 1e9)];
        AssertClose(RankReport.Of(near, y, random, Resamples).Pearson, RankReport.Of(x, y, random, Resamples).Pearson, 1e-12);
    }

    /// <summary>Half of the resamples of two items draw one of them twice; they could be anything.</summary>
    [Fact]
    public void Resamples_in_which_nothing_can_be_ranked_widen_the_interval_to_all_values()
    {
        var report = RankReport.Of([1, 2], [1, 3], new RandomStream(1));
        Assert.All(Statistics, s => Assert.Equal(new Estimate(1, -1, 1), s.In(report)));
        Assert.False(report.KendallTau.Decided);
        Assert.Equal(new Estimate(2, -2, 2), RankComparison.Of([1, 2], [2, 1], [1, 3], new RandomStream(1)).KendallTau);
    }

    [Fact]
    public void Perfect_agreement_of_many_has_an_interval_of_no_width()
    {
        double[] x = [.. Enumerable.Range(0, 20).Select(i => (double)i)];
        Assert.All(Statistics, s => Assert.Equal(new Estimate(1, 1, 1), s.In(RankReport.Of(x, x, new RandomStream(1)))));
    }

    [Fact]
    public void A_constant_side_has_no_interval()
    {
        var report = RankReport.Of([2, 2, 2], [1, 2, 3], new RandomStream(1));
        Assert.All(Statistics, s => Assert.Equal(new Estimate(double.NaN), s.In(report)));
        Assert.All(Statistics, s => Assert.False(s.In(report).HasInterval || s.In(report).Decided));
        Assert.False(RankComparison.Of([2, 2, 2], [1, 2, 3], [1, 2, 3], new RandomStream(1)).Pearson.HasInterval);
    }

    [Fact]
    public void The_seed_alone_decides_and_the_stream_is_not_drawn_from()
    {
        var (x, y) = Normal(new RandomStream(6), 40, 0.5);
        var random = new RandomStream(7);
        var report = RankReport.Of(x, y, random);
        Assert.Equal(report, RankReport.Of(x, y, random));
        Assert.Equal(report, RankReport.Of(x, y, new RandomStream(7)));
        Assert.NotEqual(report, RankReport.Of(x, y, new RandomStream(8)));
        Assert.Equal(new RandomStream(7).NextUInt64(), random.NextUInt64());
    }

    [Fact]
    public void Too_few_resamples_are_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => RankReport.Of([1, 2], [1, 2], new RandomStream(1), Bootstrap.MinResamples - 1));

    /// <summary>
    /// Of 300 samples of 60 normal pairs of correlation 0.6, about 95 % of the intervals must hold the true value: 1 to 3 % fewer, since
    /// percentile intervals of a skewed statistic are known to be short at this size, give or take 3 standard errors of 1.4 %.
    /// </summary>
    [Fact]
    public void Intervals_hold_the_true_value_as_often_as_they_say()
    {
        const double Correlation = 0.6;
        double[] truth = [Correlation, 6 / Math.PI * Math.Asin(Correlation / 2), 2 / Math.PI * Math.Asin(Correlation)];
        var random = new RandomStream(9);
        var reports = Enumerable.Range(0, 300).Select(i =>
        {
            var (x, y) = Normal(random.Split(i), 60, Correlation);
            return RankReport.Of(x, y, random.Split("intervals", i), 200);
        }).ToArray();
        foreach (var ((_, part), value) in Statistics.Zip(truth))
            Assert.InRange(reports.Count(r => part(r).Low <= value && value <= part(r).High) / 300.0, 0.88, 0.99);
    }

    /// <summary>Two scorings, each the truth and noise of its own: where the noise is equal, few comparisons may decide; where it is not, most must.</summary>
    [Theory]
    [InlineData(1.0, 0.01, 0.09)]
    [InlineData(10.0, 0.9, 1.0)]
    public void Comparisons_decide_as_often_as_they_should(double noise, double fewest, double most)
    {
        var random = new RandomStream(10);
        var decided = Enumerable.Range(0, 300).Count(i =>
        {
            var stream = random.Split(i);
            double[] truth = [.. Enumerable.Range(0, 60).Select(_ => stream.NextGaussian())];
            double[] first = [.. truth.Select(t => t + stream.NextGaussian())];
            double[] second = [.. truth.Select(t => t + noise * stream.NextGaussian())];
            return RankComparison.Of(first, second, truth, random.Split("comparisons", i), 200).KendallTau.Decided;
        });
        Assert.InRange(decided / 300.0, fewest, most);
    }

    [Fact]
    public void An_estimate_is_written_with_its_interval()
    {
        Assert.Equal("0.50 [0.25, 0.75]", FormattableString.Invariant($"{new Estimate(0.5, 0.25, 0.75):F2}"));
        Assert.Equal("0.50", FormattableString.Invariant($"{new Estimate(0.5):F2}"));
        Assert.Equal("0.5 [-0.25, 0.75]", new Estimate(0.5, -0.25, 0.75).ToString());
        Assert.True(new Estimate(0.5, 0.25, 0.75).Decided);
        Assert.True(new Estimate(-0.5, -0.75, -0.25).Decided);
        Assert.False(new Estimate(0.5, 0, 0.75).Decided);
    }

    private static (double[] X, double[] Y) Normal(RandomStream random, int count, double correlation)
    {
        double[] x = [.. Enumerable.Range(0, count).Select(_ => random.NextGaussian())];
        return (x, [.. x.Select(v => correlation * v + Math.Sqrt(1 - correlation * correlation) * random.NextGaussian())]);
    }

    private static void AssertClose(Estimate expected, Estimate actual, double tolerance = 1e-12)
    {
        if (double.IsNaN(expected.Value))
        {
            Assert.Equal(new Estimate(double.NaN), actual);
            return;
        }

        Assert.Equal(expected.Value, actual.Value, tolerance);
        Assert.Equal(expected.Low, actual.Low, tolerance);
        Assert.Equal(expected.High, actual.High, tolerance);
    }
}
