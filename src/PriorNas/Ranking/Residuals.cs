namespace PriorNas.Ranking;

/// <summary>What a least-squares fit leaves.</summary>
internal static class Residuals
{
    /// <summary>A part of a column's length below this counts as rounding error.</summary>
    private const double Negligible = 1e-10;

    /// <summary>
    /// The values less their least-squares fit by a constant and the regressors, through an orthogonal basis of these (modified Gram-Schmidt, twice
    /// for full precision). Regressors that the others already span are left out.
    /// </summary>
    /// <param name="values">Finite, one for each item.</param>
    /// <param name="regressors">Columns of the same length.</param>
    /// <returns>All 0 where the fit leaves nothing but rounding error.</returns>
    internal static double[] Of(double[] values, params double[][] regressors)
    {
        var basis = new List<double[]>();
        foreach (var column in regressors.Prepend([.. Enumerable.Repeat(1.0, values.Length)]))
        {
            if (Left(column, basis) is { } direction)
                basis.Add(Scaled(direction, 1 / Length(direction)));
        }

        return Left(values, basis) ?? new double[values.Length];
    }

    /// <summary>A column less its parts along the basis, or null where no more than rounding error is left.</summary>
    private static double[]? Left(double[] column, List<double[]> basis)
    {
        var left = (double[])column.Clone();
        foreach (var direction in basis.Concat(basis))
        {
            var part = Product(left, direction);
            for (var i = 0; i < left.Length; i++)
                left[i] -= part * direction[i];
        }

        return Length(left) <= Negligible * Length(column) ? null : left;
    }

    private static double[] Scaled(double[] column, double factor) => Array.ConvertAll(column, value => factor * value);

    private static double Length(double[] column) => Math.Sqrt(Product(column, column));

    private static double Product(double[] x, double[] y)
    {
        var sum = 0.0;
        for (var i = 0; i < x.Length; i++)
            sum += x[i] * y[i];
        return sum;
    }
}
