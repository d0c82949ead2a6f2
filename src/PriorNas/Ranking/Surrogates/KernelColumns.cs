using PriorNas.Randomness;

namespace PriorNas.Ranking.Surrogates;

/// <summary>
/// A Gaussian process as columns of a linear regression. The kernel is s xᵀz + (1 - s) exp(-|x - z|² / (2 l²)): a sum of a linear function of
/// the features and a smooth one. The columns are L⁻¹ k(x), with k(x) the kernel between x and m measured architectures, its points, and
/// L Lᵀ the kernel between these (Nyström's method; Williams and Seeger 2001, "Using the Nyström method to speed up kernel machines"). Where all
/// measured architectures are points, the regression is the Gaussian process itself; with more of them it costs as many columns as points.
/// </summary>
internal sealed class KernelColumns
{
    /// <summary>Points at most: beyond that the time grows more than the accuracy.</summary>
    internal const int MaxPoints = 256;

    /// <summary>Added to the kernel's diagonal, which is about 1, so that it can be factored.</summary>
    private const double Jitter = 1e-9;

    /// <summary>In units of the root mean square length of a row of features; unrelated rows are a distance of 1.4 apart.</summary>
    private static readonly double[] LengthScales = [0.7, 1, 1.5, 2.5, 4];

    private static readonly double[] LinearShares = [0, 0.5, 0.9];

    private static readonly double[] NoiseRatios = [0.001, 0.01, 0.03, 0.1, 0.3, 1, 3];

    private readonly double[][] points;
    private readonly CholeskyFactor factor;

    /// <summary>The columns of a kernel.</summary>
    /// <param name="points">Features of the points, all different.</param>
    /// <param name="lengthScale">l, above 0.</param>
    /// <param name="linearShare">s, in [0, 1].</param>
    internal KernelColumns(double[][] points, double lengthScale, double linearShare)
    {
        this.points = points;
        LengthScale = lengthScale;
        LinearShare = linearShare;
        factor = CholeskyFactor.TryOf(Matrix(points, lengthScale, linearShare, _ => Jitter)) ?? throw new InvalidOperationException("Two points of a kernel are the same.");
    }

    internal double LengthScale { get; }

    internal double LinearShare { get; }

    /// <summary>
    /// The kernel of the highest likelihood of the scores, with the mean taken out and the variance of the function at its best value
    /// (restricted maximum likelihood; Rasmussen and Williams 2006, "Gaussian Processes for Machine Learning", sections 2.7 and 5.4.1).
    /// </summary>
    /// <param name="rows">Features of all measured architectures.</param>
    /// <param name="scores">One for each.</param>
    /// <param name="noise">Relative variance of each one's noise, about 1.</param>
    /// <param name="random">Draws the points.</param>
    internal static KernelColumns Choose(IReadOnlyList<double[]> rows, double[] scores, double[] noise, RandomStream random)
    {
        var seen = new HashSet<string>();
        int[] chosen = [.. random.Permutation(rows.Count).Where(i => seen.Add(string.Join(' ', rows[i]))).Take(MaxPoints).Order()];
        double[][] points = [.. chosen.Select(i => rows[i])];
        double[] values = [.. chosen.Select(i => scores[i])], variances = [.. chosen.Select(i => noise[i])];
        var grid = (from length in LengthScales from share in LinearShares select (length, share)).ToArray();
        var likelihoods = new double[grid.Length];
        Parallel.For(0, grid.Length, i => likelihoods[i] = NoiseRatios.Max(ratio => LogLikelihood(points, values, grid[i].length, grid[i].share, j => ratio * variances[j])));
        var best = Array.IndexOf(likelihoods, likelihoods.Max());
        return new KernelColumns(points, grid[best].length, grid[best].share);
    }

    /// <summary>The kernel's columns for features.</summary>
    internal MappedRow Map(ReadOnlySpan<double> features)
    {
        var row = new double[points.Length + 1];
        for (var i = 0; i < points.Length; i++)
            row[i] = Kernel(features, points[i], LengthScale, LinearShare);
        factor.SolveLower(row.AsSpan(0, points.Length));
        var explained = DenseVectors.Dot(row.AsSpan(0, points.Length), row.AsSpan(0, points.Length));
        row[^1] = 1;
        return new MappedRow(row, Math.Max(0, Kernel(features, features, LengthScale, LinearShare) - explained));
    }

    internal static double Kernel(ReadOnlySpan<double> x, ReadOnlySpan<double> z, double lengthScale, double linearShare) =>
        linearShare * DenseVectors.Dot(x, z) + (1 - linearShare) * Math.Exp(-DenseVectors.SquaredDistance(x, z) / (2 * lengthScale * lengthScale));

    /// <summary>Up to a constant; negative infinity where the matrix cannot be factored or the scores are all equal.</summary>
    private static double LogLikelihood(double[][] points, double[] scores, double lengthScale, double linearShare, Func<int, double> noise)
    {
        if (CholeskyFactor.TryOf(Matrix(points, lengthScale, linearShare, noise)) is not { } covariance)
            return double.NegativeInfinity;
        double[] ones = [.. scores.Select(_ => 1.0)], values = (double[])scores.Clone();
        covariance.SolveLower(ones);
        covariance.SolveLower(values);
        double constant = DenseVectors.Dot(ones, ones), along = DenseVectors.Dot(ones, values);
        var left = DenseVectors.Dot(values, values) - along * along / constant;
        return left > 0 ? -0.5 * ((scores.Length - 1) * Math.Log(left) + covariance.LogDeterminant + Math.Log(constant)) : double.NegativeInfinity;
    }

    /// <summary>The lower triangle of the points' kernel.</summary>
    private static double[][] Matrix(double[][] points, double lengthScale, double linearShare, Func<int, double> noise)
    {
        var matrix = new double[points.Length][];
        for (var i = 0; i < points.Length; i++)
        {
            matrix[i] = new double[i + 1];
            for (var j = 0; j <= i; j++)
                matrix[i][j] = Kernel(points[i], points[j], lengthScale, linearShare);
            matrix[i][i] += noise(i);
        }

        return matrix;
    }
}
