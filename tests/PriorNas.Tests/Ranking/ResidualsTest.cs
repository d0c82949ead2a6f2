using CsCheck;
using PriorNas.Ranking;

namespace PriorNas.Tests.Ranking;

public class ResidualsTest
{
    private static readonly Gen<double[]> Column = Gen.Double[-10, 10].Array[12];

    [Fact]
    public void They_are_perpendicular_to_the_constant_and_to_every_regressor() => Gen.Select(Column, Column, Column).Sample((values, a, b) =>
    {
        var left = Residuals.Of(values, a, b);
        return new[] { [.. a.Select(_ => 1.0)], a, b }.All(column => Math.Abs(left.Zip(column, (x, y) => x * y).Sum()) < 1e-9);
    });

    [Fact]
    public void What_was_taken_out_is_a_sum_of_the_regressors() => Gen.Select(Column, Column, Column).Sample((noise, a, b) =>
    {
        // The residuals do not see what the regressors explain.
        var shifted = noise.Select((n, i) => n + 3 * a[i] - 2 * b[i] + 5).ToArray();
        return Residuals.Of(shifted, a, b).Zip(Residuals.Of(noise, a, b)).All(pair => Math.Abs(pair.First - pair.Second) < 1e-8);
    });

    /// <summary>The partial correlation by its formula in the three correlations (Yule 1907).</summary>
    [Fact]
    public void Their_correlation_is_the_partial_correlation() => Gen.Select(Column, Column, Column).Sample((x, y, z) =>
    {
        double xy = RankCorrelation.Pearson(x, y), xz = RankCorrelation.Pearson(x, z), yz = RankCorrelation.Pearson(y, z);
        var partial = (xy - xz * yz) / Math.Sqrt((1 - xz * xz) * (1 - yz * yz));
        return Math.Abs(RankCorrelation.Pearson(Residuals.Of(x, z), Residuals.Of(y, z)) - partial) < 1e-8;
    });

    [Fact]
    public void Regressors_that_say_the_same_count_once()
    {
        double[] values = [1, 4, 2, 8, 5], a = [1, 2, 3, 4, 5], twice = [2, 4, 6, 8, 10], constant = [7, 7, 7, 7, 7];
        double[] expected = [-0.6, 1.2, -2, 2.8, -1.4]; // 4 - 3 x 1.2 + 1.2 a is the line
        var left = Residuals.Of(values, a, twice, constant);
        Assert.All(left.Zip(expected), pair => Assert.Equal(pair.Second, pair.First, 1e-12));
    }

    [Fact]
    public void Nothing_is_left_of_what_the_regressors_explain()
    {
        double[] a = [1, 2, 3, 4, 5];
        Assert.Equal(new double[5], Residuals.Of([2, 4, 6, 8, 10], a));
        Assert.Equal(new double[5], Residuals.Of([3, 3, 3, 3, 3]));
        Assert.Equal(new double[2], Residuals.Of([1, 7], [2, 3]));
    }
}
