using CsCheck;
using PriorNas.Ranking.Surrogates;

namespace PriorNas.Tests.Ranking.Surrogates;

public class NonNegativeRidgeTest
{
    private static readonly Gen<double[]> Column = Gen.Double[-10, 10].Array[9];

    /// <summary>
    /// The conditions of Karush, Kuhn and Tucker, which hold at the minimum alone: no slope along a weight above 0, none downwards along one of 0.
    /// </summary>
    [Fact]
    public void The_weights_are_those_of_the_minimum() => Gen.Select(Column, Column, Column, Column, Gen.Double[0.01, 10]).Sample((a, b, c, y, penalty) =>
    {
        double[][] columns = [a, b, c];
        var weights = NonNegativeRidge.Fit(columns, y, null, penalty);
        var (x, values) = (Array.ConvertAll(columns, Centred), Centred(y));
        var deviation = Math.Sqrt(values.Average(value => value * value));
        var residuals = values.Select((value, row) => value / deviation - x.Zip(weights, (column, weight) => weight * column[row]).Sum()).ToArray();
        return weights.Zip(x).All(weight =>
        {
            var slope = penalty * weight.First - weight.Second.Zip(residuals, (p, q) => p * q).Average();
            return weight.First >= 0 && (weight.First > 0 ? Math.Abs(slope) < 1e-8 : slope > -1e-8);
        });
    });

    [Fact]
    public void One_column_has_the_slope_of_a_line_shrunk_by_the_penalty()
    {
        double[] x = [1, 2, 3, 4], y = [2, 4, 6, 8];
        var fitted = Assert.Single(NonNegativeRidge.Fit([x], y, null, 0.25));
        Assert.Equal(Math.Sqrt(1.25) / (1.25 + 0.25), fitted, 1e-12); // variance of x is 1.25, y in its own deviations is x / sqrt(1.25)
        Assert.Equal(0, Assert.Single(NonNegativeRidge.Fit([x], [8, 6, 4, 2], null, 0.25)));
    }

    [Fact]
    public void Only_the_rows_that_are_given_take_part()
    {
        double[] x = [1, 99, 2, 3], y = [2, -5, 4, 7];
        Assert.Equal(NonNegativeRidge.Fit([[1, 2, 3]], [2, 4, 7], null, 0.1), NonNegativeRidge.Fit([x], y, [0, 2, 3], 0.1));
    }

    [Fact]
    public void What_is_all_the_same_has_no_weight()
    {
        Assert.Equal(new double[1], NonNegativeRidge.Fit([[1, 2, 3]], [0.1, 0.1, 0.1], null, 1));
        Assert.Equal(0, NonNegativeRidge.Fit([[0.1, 0.1, 0.1], [1, 2, 3]], [1, 2, 3], null, 1)[0]);
    }

    private static double[] Centred(double[] column) => Array.ConvertAll(column, value => value - column.Average());
}
