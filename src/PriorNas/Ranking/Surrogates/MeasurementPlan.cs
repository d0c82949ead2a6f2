using PriorNas.Randomness;
using PriorNas.SearchSpaces;

namespace PriorNas.Ranking.Surrogates;

/// <summary>
/// Which architectures of a long list to measure, so that a <see cref="ScoreSurrogate"/> of their scores predicts the others. Half of them are drawn
/// uniformly from the list: they make the folds' errors honest for the list, and lie where its architectures are many. The others
/// are taken one by one, each the one of which the ones before say the least: that of the greatest posterior variance of a linear regression on
/// the features. This maximises the determinant of the information greedily (D-optimality; Krause and Guestrin 2007, "Nonmyopic active
/// learning of Gaussian processes"), and fills in rare depths and widths. No network is taken twice.
/// </summary>
public static class MeasurementPlan
{
    /// <summary>Architectures among which each one is chosen: of more, so many are drawn, since time grows with them and the gain does not.</summary>
    private const int MaxCandidates = 10_000;

    /// <summary>Beyond so many for each feature, the regression hardly gains by choosing, and the others are drawn.</summary>
    private const int ChosenPerFeature = 5;

    /// <summary>The variance of the noise in units of the function's.</summary>
    private const double Penalty = 0.1;

    /// <summary>Chooses architectures.</summary>
    /// <param name="list">Architectures of one space.</param>
    /// <param name="count">How many are wanted, at least 1.</param>
    /// <param name="random">Decides the draws; is split, not drawn from.</param>
    /// <returns>Indices in the list, ascending, of different networks; fewer than wanted where the list has fewer networks, and then the first code of each.</returns>
    /// <exception cref="ArgumentException">The architectures are of several spaces.</exception>
    public static int[] Choose(IReadOnlyList<Architecture> list, int count, RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(list);
        ArgumentNullException.ThrowIfNull(random);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        int[] networks = [.. list.Index().DistinctBy(entry => entry.Item.Canonical()).Select(entry => entry.Index)];
        if (networks.Length <= count)
            return networks;
        var order = networks.ToArray();
        random.Split("plan").Shuffle(order.AsSpan());
        var map = FeatureMap.Linear([.. networks.Select(i => list[i])], FeatureFamily.Widths);
        var chosen = Math.Min(count / 2, ChosenPerFeature * map.Columns);
        var drawn = order[..(count - chosen)];
        var candidates = order[drawn.Length..Math.Min(order.Length, drawn.Length + Math.Max(MaxCandidates, chosen))];
        var rows = map.Rows([.. candidates.Select(i => list[i])]);
        int[] taken = [.. drawn, .. MostUncertain(Information(map.Rows([.. drawn.Select(i => list[i])])), rows, chosen).Select(i => candidates[i])];
        return [.. taken.Order()];
    }

    /// <summary>The inverse of XᵀX + penalty.</summary>
    private static double[][] Information(MappedRow[] rows)
    {
        var ones = Array.ConvertAll(rows, _ => 1.0);
        var squares = Moments.Of(rows, ones, ones, Enumerable.Range(0, rows.Length)).Squares;
        for (var i = 0; i < squares.Length; i++)
            squares[i][i] += Penalty;
        var factor = CholeskyFactor.TryOf(squares) ?? throw new InvalidOperationException("The information of the features cannot be inverted.");
        var inverse = new double[squares.Length][];
        for (var i = 0; i < inverse.Length; i++)
        {
            inverse[i] = new double[inverse.Length];
            inverse[i][i] = 1;
            factor.Solve(inverse[i]);
        }

        return inverse;
    }

    /// <summary>Indices of the rows of the greatest variance, each after the ones before are known.</summary>
    /// <param name="inverse">The inverse of the information so far; is overwritten.</param>
    /// <param name="rows">The candidates.</param>
    /// <param name="count">How many, at most the number of candidates.</param>
    private static int[] MostUncertain(double[][] inverse, MappedRow[] rows, int count)
    {
        var variances = new double[rows.Length];
        Parallel.For(0, rows.Length, i => variances[i] = DenseVectors.Dot(rows[i].Values, Times(inverse, rows[i].Values)));
        var taken = new int[count];
        for (var n = 0; n < count; n++)
        {
            var best = Array.IndexOf(variances, variances.Max());
            taken[n] = best;

            // Sherman and Morrison: (A + x xᵀ)⁻¹ = A⁻¹ - u uᵀ / (1 + xᵀ u) with u = A⁻¹ x.
            var solved = Times(inverse, rows[best].Values);
            var scale = 1 / (1 + DenseVectors.Dot(rows[best].Values, solved));
            for (var i = 0; i < inverse.Length; i++)
                DenseVectors.AddScaled(inverse[i], -scale * solved[i], solved);
            Parallel.For(0, rows.Length, i =>
            {
                var along = DenseVectors.Dot(rows[i].Values, solved);
                variances[i] -= scale * along * along;
            });
            variances[best] = double.NegativeInfinity;
        }

        return taken;
    }

    private static double[] Times(double[][] matrix, double[] vector) => Array.ConvertAll(matrix, row => DenseVectors.Dot(row, vector));
}
