namespace PriorNas.Ranking.Surrogates;

/// <summary>A ridge regression's answer for one row.</summary>
/// <param name="Value">The predicted score.</param>
/// <param name="Variance">Its posterior variance, in units of the residuals' variance.</param>
internal readonly record struct RidgePrediction(double Value, double Variance);

/// <summary>
/// The weighted ridge regression min over b of sum w (y - x b)² + penalty |b|², with a constant that is not penalised. In Bayes' terms the
/// coefficients have the prior variance 1 / penalty, and the posterior variance of x b is xᵀ (XᵀWX + penalty)⁻¹ x, both in units of the
/// noise's (Hoerl and Kennard 1970; Rasmussen and Williams 2006, section 2.1).
/// </summary>
internal sealed class RidgeRegression
{
    private readonly CholeskyFactor factor;
    private readonly double[] coefficients;
    private readonly double penalty;

    /// <param name="moments">What the rows amount to; is not changed.</param>
    /// <param name="penalty">Above 0.</param>
    internal RidgeRegression(Moments moments, double penalty)
    {
        var matrix = Array.ConvertAll(moments.Squares, row => (double[])row.Clone());
        for (var i = 0; i < matrix.Length - 1; i++)
            matrix[i][i] += penalty;
        factor = CholeskyFactor.TryOf(matrix) ?? throw new InvalidOperationException($"The regression's matrix of {matrix.Length} columns cannot be factored with a penalty of {penalty}.");
        coefficients = (double[])moments.Products.Clone();
        factor.Solve(coefficients);
        this.penalty = penalty;
    }

    internal ReadOnlySpan<double> Coefficients => coefficients;

    internal double Value(MappedRow row) => DenseVectors.Dot(row.Values, coefficients);

    internal RidgePrediction Predict(MappedRow row)
    {
        var solved = (double[])row.Values.Clone();
        factor.SolveLower(solved);
        return new RidgePrediction(Value(row), DenseVectors.Dot(solved, solved) + row.LeftOut / penalty);
    }
}

/// <summary>The sums that decide a weighted regression: XᵀWX, of which the lower triangle is kept, and XᵀWy.</summary>
internal sealed class Moments
{
    private Moments(int columns)
    {
        Squares = [.. Enumerable.Range(1, columns).Select(length => new double[length])];
        Products = new double[columns];
    }

    internal double[][] Squares { get; }

    internal double[] Products { get; }

    /// <summary>The sums over some rows.</summary>
    internal static Moments Of(MappedRow[] rows, double[] scores, double[] weights, IEnumerable<int> members)
    {
        var moments = new Moments(rows[0].Values.Length);
        foreach (var member in members)
        {
            var row = rows[member].Values;
            for (var i = 0; i < row.Length; i++)
                DenseVectors.AddScaled(moments.Squares[i], weights[member] * row[i], row);
            DenseVectors.AddScaled(moments.Products, weights[member] * scores[member], row);
        }

        return moments;
    }

    /// <summary>The sum of several, of which each is taken in turn.</summary>
    internal static Moments Sum(IEnumerable<Moments> parts, int columns)
    {
        var sum = new Moments(columns);
        foreach (var part in parts)
        {
            for (var i = 0; i < columns; i++)
                DenseVectors.AddScaled(sum.Squares[i], 1, part.Squares[i]);
            DenseVectors.AddScaled(sum.Products, 1, part.Products);
        }

        return sum;
    }
}
