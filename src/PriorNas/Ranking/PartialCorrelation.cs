namespace PriorNas.Ranking;

/// <summary>
/// Partial correlations from a matrix of correlations. For Pearson this equals the correlation of the residuals of two linear
/// regressions with an intercept; for Spearman the same of the ranks; for Kendall's tau-b with one given it is
/// (t_xy - t_xz t_yz) / sqrt((1 - t_xz^2) (1 - t_yz^2)) (Kendall 1942), and with several the same step repeated.
/// </summary>
internal static class PartialCorrelation
{
    /// <summary>
    /// What rounding may leave of the variance of a scoring that the givens explain wholly, where they do not resemble each other. Where they
    /// do, its coefficients on them are large, and the rounding grows with their square.
    /// </summary>
    private const double Rounding = 1e-13;

    /// <summary>All pairs (a, b) of columns with a before b.</summary>
    internal static (int First, int Second)[] Pairs(int columns) =>
        [.. from a in Enumerable.Range(0, columns) from b in Enumerable.Range(a + 1, columns - a - 1) select (a, b)];

    /// <summary>
    /// The partial correlations of columns 0 and 1, given all further columns. Residuals of n items on k givens have n - 1 - k dimensions; with
    /// one left, Pearson's and Spearman's are 1 or -1 whatever the scorings, hence undefined. Kendall's is not one of residuals.
    /// </summary>
    /// <param name="items">The number of items.</param>
    /// <param name="columns">How many columns there are.</param>
    /// <param name="agreement">The correlations of two of them, the first one's number below the second's.</param>
    internal static Agreement Of(int items, int columns, Func<int, int, Agreement> agreement)
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

        return new(Of(pearson, items - 3), Of(spearman, items - 3), Of(kendall, columns));
    }

    /// <summary>
    /// The partial correlation of columns 0 and 1: the givens are taken out of all the others one by one (the sweep operator, Goodnight 1979),
    /// the one of which most is left first, which leaves covariances of residuals.
    /// </summary>
    /// <param name="matrix">Correlations with ones on the diagonal, NaN for a constant column; is overwritten.</param>
    /// <param name="mostGivens">Of more givens that explain anything, the answer is undefined.</param>
    private static double Of(double[,] matrix, int mostGivens)
    {
        if (double.IsNaN(matrix[0, 1]))
            return double.NaN;

        // A constant given has no correlation with anything.
        var givens = Enumerable.Range(2, matrix.GetLength(0) - 2).Where(given => !double.IsNaN(matrix[0, given])).ToList();
        var swept = new List<int>();
        while (givens.Where(given => IsLeft(matrix, given, swept)).DefaultIfEmpty().MaxBy(given => matrix[given, given]) is > 0 and var given)
        {
            Sweep(matrix, given);
            givens.Remove(given);
            swept.Add(given);
        }

        if ((swept.Count > 0 && swept.Count > mostGivens) || !IsLeft(matrix, 0, swept) || !IsLeft(matrix, 1, swept))
            return double.NaN;
        return Math.Clamp(matrix[0, 1] / Math.Sqrt(matrix[0, 0] * matrix[1, 1]), -1, 1);
    }

    /// <summary>Whether more of a column is left than rounding, after those givens were swept out of it.</summary>
    private static bool IsLeft(double[,] matrix, int column, List<int> swept)
    {
        var coefficients = 1 + swept.Sum(given => Math.Abs(matrix[given, column]));
        return matrix[column, column] > Rounding * coefficients * coefficients;
    }

    /// <summary>Takes a given out of all columns; its row then holds their regression coefficients.</summary>
    private static void Sweep(double[,] matrix, int given)
    {
        var size = matrix.GetLength(0);
        var pivot = matrix[given, given];
        for (var column = 0; column < size; column++)
            matrix[given, column] /= pivot;
        for (var row = 0; row < size; row++)
        {
            if (row == given)
                continue;
            var share = matrix[row, given];
            for (var column = 0; column < size; column++)
                matrix[row, column] -= share * matrix[given, column];
            matrix[row, given] = -share / pivot;
        }

        matrix[given, given] = 1 / pivot;
    }

    private static double[,] Unit(int size)
    {
        var matrix = new double[size, size];
        for (var i = 0; i < size; i++)
            matrix[i, i] = 1;
        return matrix;
    }
}
