namespace PriorNas.Ranking;

/// <summary>
/// Partial correlations from a matrix of correlations. For Pearson this equals the correlation of the residuals of two linear
/// regressions with an intercept; for Spearman the same of the ranks; for Kendall's tau-b with one given it is
/// (t_xy - t_xz t_yz) / sqrt((1 - t_xz^2) (1 - t_yz^2)) (Kendall 1942), and with several the same step repeated.
/// </summary>
internal static class PartialCorrelation
{
    /// <summary>A share of the variance (of the squared signs for tau) below this is rounding: nothing is left of the scoring.</summary>
    private const double Rounding = 1e-12;

    /// <summary>All pairs (a, b) of columns with a before b.</summary>
    internal static (int First, int Second)[] Pairs(int columns) =>
        [.. from a in Enumerable.Range(0, columns) from b in Enumerable.Range(a + 1, columns - a - 1) select (a, b)];

    /// <summary>The partial correlations of columns 0 and 1, given all further columns.</summary>
    /// <param name="columns">How many there are.</param>
    /// <param name="agreement">The correlations of two of them, the first one's number below the second's.</param>
    internal static Agreement Of(int columns, Func<int, int, Agreement> agreement)
    {
        var pearson = Unit(columns);
        var spearman = Unit(columns);
        var kendall = Unit(columns);
        foreach (var (a, b) in Pairs(columns))
        {
            var pair = agreement(a, b);
            pearson[a, b] = pearson[b, a] = pair.Pearson;
            spearman[a, b] = spearman[b, a] = pair.Spearman;
            kendall[a, b] = kendall[b, a] = pair.KendallTau;
        }

        return new(Of(pearson), Of(spearman), Of(kendall));
    }

    /// <summary>
    /// The partial correlation of columns 0 and 1: each given in turn is taken out of all the others (Gauss-Jordan elimination), which
    /// leaves covariances of residuals.
    /// </summary>
    /// <param name="matrix">Correlations with ones on the diagonal, NaN for a constant column; is overwritten.</param>
    private static double Of(double[,] matrix)
    {
        if (double.IsNaN(matrix[0, 1]))
            return double.NaN;
        var size = matrix.GetLength(0);
        for (var given = 2; given < size; given++)
        {
            // A constant given has no correlation with anything; one that follows from those before it has no residual.
            if (double.IsNaN(matrix[0, given]) || matrix[given, given] < Rounding)
                continue;
            for (var row = 0; row < size; row++)
            {
                if (row == given)
                    continue;
                var share = matrix[row, given] / matrix[given, given];
                for (var column = 0; column < size; column++)
                {
                    if (column != given)
                        matrix[row, column] -= share * matrix[given, column];
                }
            }
        }

        return matrix[0, 0] < Rounding || matrix[1, 1] < Rounding ? double.NaN : Math.Clamp(matrix[0, 1] / Math.Sqrt(matrix[0, 0] * matrix[1, 1]), -1, 1);
    }

    private static double[,] Unit(int size)
    {
        var matrix = new double[size, size];
        for (var i = 0; i < size; i++)
            matrix[i, i] = 1;
        return matrix;
    }
}
