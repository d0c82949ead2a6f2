namespace PriorNas.Ranking.Surrogates;

/// <summary>
/// The lower triangle L of a symmetric positive definite matrix A = L Lᵀ, by dot products of rows (Golub and Van Loan, "Matrix Computations",
/// section 4.2). Written here because its bits must not depend on the number of threads.
/// </summary>
internal sealed class CholeskyFactor
{
    private readonly double[][] rows;

    private CholeskyFactor(double[][] rows)
    {
        this.rows = rows;
    }

    /// <summary>The number of rows.</summary>
    internal int Size => rows.Length;

    /// <summary>The logarithm of the determinant of A.</summary>
    internal double LogDeterminant => 2 * rows.Select((row, i) => Math.Log(row[i])).Sum();

    /// <summary>Factors a matrix.</summary>
    /// <param name="lower">Row i holds at least its first i + 1 entries; they are overwritten by the factor, which keeps the array.</param>
    /// <returns>Null where the matrix is not positive definite in double precision; the array's content is then lost.</returns>
    internal static CholeskyFactor? TryOf(double[][] lower)
    {
        for (var i = 0; i < lower.Length; i++)
        {
            var row = lower[i];
            for (var j = 0; j < i; j++)
                row[j] = (row[j] - DenseVectors.Dot(row.AsSpan(0, j), lower[j].AsSpan(0, j))) / lower[j][j];
            var pivot = row[i] - DenseVectors.Dot(row.AsSpan(0, i), row.AsSpan(0, i));
            if (!(pivot > 1e-14 * Math.Abs(row[i])))
                return null;
            row[i] = Math.Sqrt(pivot);
        }

        return new CholeskyFactor(lower);
    }

    /// <summary>Puts L⁻¹ b in the position of b.</summary>
    internal void SolveLower(Span<double> b)
    {
        for (var i = 0; i < rows.Length; i++)
            b[i] = (b[i] - DenseVectors.Dot(rows[i].AsSpan(0, i), b[..i])) / rows[i][i];
    }

    /// <summary>Puts A⁻¹ b in the position of b.</summary>
    internal void Solve(Span<double> b)
    {
        SolveLower(b);
        for (var i = rows.Length - 1; i >= 0; i--)
        {
            b[i] /= rows[i][i];
            DenseVectors.AddScaled(b[..i], -b[i], rows[i].AsSpan(0, i));
        }
    }
}
