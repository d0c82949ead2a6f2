namespace PriorNas.Ranking.Surrogates;

/// <summary>
/// Least squares with weights of 0 or more and a penalty on their squares, through the normal equations: minimises
/// |y - Xw|² / n + penalty |w|² over w >= 0, by exact steps along one weight after another (coordinate descent), which for this strictly
/// convex function reach its one minimum.
/// </summary>
internal static class NonNegativeRidge
{
    /// <summary>More than any problem of a few columns needs; what is reached then is taken.</summary>
    private const int MaxSweeps = 10_000;

    private const double Tolerance = 1e-12;

    /// <summary>Fits the weights.</summary>
    /// <param name="columns">X, a column for each weight; each is centred here.</param>
    /// <param name="values">y, one for each row, at least 2; centred and scaled to a deviation of 1 here, so that the penalty has no unit.</param>
    /// <param name="rows">Which rows take part; null for all.</param>
    /// <param name="penalty">Above 0.</param>
    /// <returns>A weight for each column, 0 or more; all 0 where the values are all the same.</returns>
    internal static double[] Fit(IReadOnlyList<double[]> columns, double[] values, int[]? rows, double penalty)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(penalty);
        rows ??= [.. Enumerable.Range(0, values.Length)];
        var y = Centred(values, rows);
        var deviation = Math.Sqrt(Product(y, y));
        if (deviation == 0)
            return new double[columns.Count];
        var x = columns.Select(column => Centred(column, rows)).ToArray();
        var gram = x.Select(a => x.Select(b => Product(a, b)).ToArray()).ToArray();
        return Descend(gram, [.. x.Select(column => Product(column, y) / deviation)], penalty);
    }

    private static double[] Descend(double[][] gram, double[] products, double penalty)
    {
        var weights = new double[products.Length];
        for (var sweep = 0; sweep < MaxSweeps; sweep++)
        {
            var change = 0.0;
            for (var i = 0; i < weights.Length; i++)
            {
                var others = 0.0;
                for (var j = 0; j < weights.Length; j++)
                    others += j == i ? 0 : gram[i][j] * weights[j];
                var best = Math.Max(0, (products[i] - others) / (gram[i][i] + penalty));
                change = Math.Max(change, Math.Abs(best - weights[i]));
                weights[i] = best;
            }

            if (change <= Tolerance)
                break;
        }

        return weights;
    }

    /// <summary>The chosen rows minus their mean; exactly 0 where all are the same.</summary>
    private static double[] Centred(double[] column, int[] rows)
    {
        var mean = rows.Average(row => column[row]);
        var isConstant = rows.All(row => column[row] == column[rows[0]]);
        return [.. rows.Select(row => isConstant ? 0 : column[row] - mean)];
    }

    /// <summary>The mean product.</summary>
    private static double Product(double[] a, double[] b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++)
            sum += a[i] * b[i];
        return sum / a.Length;
    }
}
