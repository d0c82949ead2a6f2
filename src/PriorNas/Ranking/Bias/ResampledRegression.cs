using System.Numerics;

namespace PriorNas.Ranking.Bias;

/// <summary>
/// Multiple regression of standardised targets on standardised columns with a slight ridge (Hoerl and Kennard 1970): the solution b of
/// (R + lambda I) b = r, with R the correlations of the columns and r those of the columns with the target.
/// </summary>
/// <remarks>
/// lambda = <see cref="Strength"/> p / n for p columns and n items. An effect is shrunk by about that share, which is small beside its
/// standard error and vanishes as the items grow; and the condition number is at most (p + lambda) / lambda, also in a resample that holds
/// fewer different items than columns.
/// </remarks>
internal sealed class ResampledRegression
{
    /// <summary>Of the ridge, where there are as many columns as items.</summary>
    internal const double Strength = 0.1;

    /// <summary>The share of a column's variance below which it counts as constant in a resample.</summary>
    private const double Negligible = 1e-9;

    private readonly int items;
    private readonly int columns;

    /// <summary>The number of columns, rounded up to whole vectors.</summary>
    private readonly int stride;

    /// <summary>One row for each item: its columns, standardised over all items, and zeros.</summary>
    private readonly double[] rows;

    /// <param name="values">The columns, each with a number for each item, not all equal.</param>
    /// <param name="items">The number of items.</param>
    internal ResampledRegression(IReadOnlyList<double[]> values, int items)
    {
        this.items = items;
        columns = values.Count;
        stride = (columns + Vector<double>.Count - 1) / Vector<double>.Count * Vector<double>.Count;
        rows = new double[items * stride];
        for (var column = 0; column < columns; column++)
        {
            var deviations = RankCorrelation.Deviations(values[column]);
            var length = Math.Sqrt(deviations.Sum(d => d * d) / items);
            for (var i = 0; i < items; i++)
                rows[i * stride + column] = deviations[i] / length;
        }
    }

    /// <summary>
    /// The coefficients in a resample: how many standard deviations of a target go with one of a column, the other columns equal.
    /// </summary>
    /// <param name="counts">How often each item was drawn; the sum is the number of items.</param>
    /// <param name="targets">Each with a number for each item, standardised in the resample.</param>
    /// <returns>For each target one coefficient per column; NaN for a column that is constant in the resample.</returns>
    internal double[][] Fit(int[] counts, params double[][] targets)
    {
        var (matrix, deviations, means) = Correlations(counts);
        for (var column = 0; column < columns; column++)
            matrix[column * stride + column] += deviations[column] > 0 ? Strength * columns / items : 0;
        Factorise(matrix);
        return Array.ConvertAll(targets, Coefficients);

        double[] Coefficients(double[] target)
        {
            var solution = Covariances(counts, target, means);
            for (var column = 0; column < columns; column++)
                solution[column] = deviations[column] > 0 ? solution[column] / deviations[column] : 0;
            Solve(matrix, solution);
            return [.. solution.Take(columns).Select((value, column) => deviations[column] > 0 ? value : double.NaN)];
        }
    }

    /// <summary>The lower triangle of the columns' correlations, with ones for constant columns; deviations are 0 for these.</summary>
    private (double[] Matrix, double[] Deviations, double[] Means) Correlations(int[] counts)
    {
        var (matrix, means) = Sums(counts);
        var deviations = new double[columns];
        for (var j = 0; j < columns; j++)
        {
            var variance = matrix[j * stride + j] / items - means[j] * means[j];
            deviations[j] = variance > Negligible ? Math.Sqrt(variance) : 0;
        }

        for (var j = 0; j < columns; j++)
        {
            for (var k = 0; k < j; k++)
            {
                var covariance = matrix[j * stride + k] / items - means[j] * means[k];
                matrix[j * stride + k] = deviations[j] > 0 && deviations[k] > 0 ? covariance / (deviations[j] * deviations[k]) : 0;
            }

            matrix[j * stride + j] = 1;
        }

        return (matrix, deviations, means);
    }

    /// <summary>Sums of products of the columns (of the upper triangle only what fills up a vector), and means.</summary>
    private (double[] Products, double[] Means) Sums(int[] counts)
    {
        var (products, means) = (new double[columns * stride], new double[stride]);
        for (var i = 0; i < items; i++)
        {
            if (counts[i] == 0)
                continue;
            var row = rows.AsSpan(i * stride, stride);
            for (var j = 0; j < columns; j++)
            {
                var factor = counts[i] * row[j];
                means[j] += factor;
                for (var k = 0; k <= j; k += Vector<double>.Count)
                {
                    var sums = products.AsSpan(j * stride + k);
                    (new Vector<double>(sums) + factor * new Vector<double>(row[k..])).CopyTo(sums);
                }
            }
        }

        for (var j = 0; j < columns; j++)
            means[j] /= items;
        return (products, means);
    }

    private double[] Covariances(int[] counts, double[] target, double[] means)
    {
        var sums = new double[stride];
        var mean = 0.0;
        for (var i = 0; i < items; i++)
        {
            if (counts[i] == 0)
                continue;
            var factor = counts[i] * target[i];
            mean += factor / items;
            for (var j = 0; j < columns; j++)
                sums[j] += factor * rows[i * stride + j];
        }

        for (var j = 0; j < columns; j++)
            sums[j] = sums[j] / items - mean * means[j];
        return sums;
    }

    /// <summary>Cholesky's factor, in place of the lower triangle. The ridge keeps each pivot above 0.</summary>
    private void Factorise(double[] matrix)
    {
        for (var j = 0; j < columns; j++)
        {
            for (var k = 0; k <= j; k++)
            {
                var rest = matrix[j * stride + k];
                for (var l = 0; l < k; l++)
                    rest -= matrix[j * stride + l] * matrix[k * stride + l];
                matrix[j * stride + k] = j == k ? Math.Sqrt(rest) : rest / matrix[k * stride + k];
            }
        }
    }

    private void Solve(double[] factor, double[] solution)
    {
        for (var j = 0; j < columns; j++)
        {
            for (var k = 0; k < j; k++)
                solution[j] -= factor[j * stride + k] * solution[k];
            solution[j] /= factor[j * stride + j];
        }

        for (var j = columns - 1; j >= 0; j--)
        {
            for (var k = j + 1; k < columns; k++)
                solution[j] -= factor[k * stride + j] * solution[k];
            solution[j] /= factor[j * stride + j];
        }
    }
}
