namespace PriorNas.Ranking;

/// <summary>
/// How far two scorings of the same items agree: the linear correlation of their values and the two classical correlations of their
/// orders. Each is in [-1, 1], symmetric in its arguments, and <see cref="double.NaN"/> where it is undefined: when all values of one
/// side are equal.
/// </summary>
public static class RankCorrelation
{
    /// <summary>Pearson's product-moment correlation of the values, of full precision also far from zero and at any magnitude.</summary>
    /// <param name="x">One score per item, at least 2, all finite.</param>
    /// <param name="y">The other score of the same items, in the same order.</param>
    /// <returns>The correlation in [-1, 1], or NaN if one side is constant.</returns>
    /// <exception cref="ArgumentException">The lengths differ, there are fewer than 2 values, or one is not finite.</exception>
    public static double Pearson(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        Check(x, y);
        if (IsConstant(x) || IsConstant(y))
            return double.NaN;
        var deviationsX = Deviations(x);
        var deviationsY = Deviations(y);
        return Quotient(Product(deviationsX, deviationsY), Product(deviationsX, deviationsX), Product(deviationsY, deviationsY));
    }

    /// <summary>Spearman's correlation: Pearson's, of the ranks; equal values share the average of their ranks.</summary>
    /// <inheritdoc cref="Pearson" path="/param"/>
    /// <inheritdoc cref="Pearson" path="/returns"/>
    /// <inheritdoc cref="Pearson" path="/exception"/>
    public static double Spearman(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        Check(x, y);
        var ranksX = Ranks.CentredDoubled(x);
        var ranksY = Ranks.CentredDoubled(y);
        var squaresX = Product(ranksX, ranksX);
        var squaresY = Product(ranksY, ranksY);
        return squaresX == 0 || squaresY == 0 ? double.NaN : Quotient((double)Product(ranksX, ranksY), (double)squaresX, (double)squaresY);
    }

    /// <summary>
    /// Kendall's tau-b: concordant minus discordant pairs over the geometric mean of the pairs untied in x and those untied in y.
    /// Counted exactly in n log n (Knight 1966, "A computer method for calculating Kendall's tau with ungrouped data").
    /// </summary>
    /// <inheritdoc cref="Pearson" path="/param"/>
    /// <inheritdoc cref="Pearson" path="/returns"/>
    /// <inheritdoc cref="Pearson" path="/exception"/>
    public static double KendallTauB(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        Check(x, y);
        var pairs = PairCounts.Of(Ranks.Dense(x), Ranks.Dense(y));
        return pairs.UntiedX == 0 || pairs.UntiedY == 0 ? double.NaN : Quotient(pairs.Balance, pairs.UntiedX, pairs.UntiedY);
    }

    /// <summary>
    /// Kendall's tau in which a pair counts the more, the higher its items stand: by 1 / (r + 1) for each of its two items, r being its
    /// position from 0 for the highest (the additive hyperbolic weights of Vigna 2015, "A weighted correlation index for rankings with
    /// ties"). It is the mean over the positions in x, with ties broken by y, and those in y, with ties broken by x, as
    /// <c>scipy.stats.weightedtau</c> has it. Computed in n log n.
    /// </summary>
    /// <inheritdoc cref="Pearson" path="/param"/>
    /// <inheritdoc cref="Pearson" path="/returns"/>
    /// <inheritdoc cref="Pearson" path="/exception"/>
    public static double WeightedTau(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        Check(x, y);
        if (IsConstant(x) || IsConstant(y))
            return double.NaN;
        var (ranksX, ranksY) = (Ranks.Dense(x), Ranks.Dense(y));
        var pairs = ItemPairs.Of(ranksX, ranksY);
        return (pairs.WeightedTau(ItemPairs.Places(ranksX, ranksY)) + pairs.WeightedTau(ItemPairs.Places(ranksY, ranksX))) / 2;
    }

    /// <summary>One root of the product, not a product of two roots: a side against itself then gives exactly 1.</summary>
    internal static double Quotient(double product, double squaresX, double squaresY) =>
        Math.Clamp(product / Math.Sqrt(squaresX * squaresY), -1, 1);

    /// <summary>
    /// The values less their mean, scaled by a power of two to magnitude 1 so that no square overflows or vanishes. The second
    /// centring takes out the rounding error of the mean (the corrected two-pass algorithm of Chan, Golub and LeVeque 1983).
    /// </summary>
    internal static double[] Deviations(ReadOnlySpan<double> values)
    {
        var largest = 0.0;
        foreach (var value in values)
            largest = Math.Max(largest, Math.Abs(value));
        var exponent = Math.ILogB(largest);
        var deviations = new double[values.Length];
        for (var i = 0; i < values.Length; i++)
            deviations[i] = Math.ScaleB(values[i], -exponent);
        SubtractMean(deviations);
        SubtractMean(deviations);
        return deviations;
    }

    private static void SubtractMean(double[] values)
    {
        var sum = 0.0;
        foreach (var value in values)
            sum += value;
        var mean = sum / values.Length;
        for (var i = 0; i < values.Length; i++)
            values[i] -= mean;
    }

    private static double Product(double[] x, double[] y)
    {
        var sum = 0.0;
        for (var i = 0; i < x.Length; i++)
            sum += x[i] * y[i];
        return sum;
    }

    private static Int128 Product(long[] x, long[] y)
    {
        Int128 sum = 0;
        for (var i = 0; i < x.Length; i++)
            sum += x[i] * y[i];
        return sum;
    }

    private static bool IsConstant(ReadOnlySpan<double> values) => !values.ContainsAnyExcept(values[0]);

    internal static void Check(ReadOnlySpan<double> x, ReadOnlySpan<double> y, int fewest = 2)
    {
        if (x.Length != y.Length)
            throw new ArgumentException($"x has {x.Length} values and y has {y.Length}; give both scores of the same items.", nameof(y));
        if (x.Length < fewest)
            throw new ArgumentException($"x and y have {x.Length} values; at least {fewest} are needed.", nameof(x));
        CheckFinite(x, nameof(x));
        CheckFinite(y, nameof(y));
    }

    private static void CheckFinite(ReadOnlySpan<double> values, string name)
    {
        for (var i = 0; i < values.Length; i++)
        {
            if (!double.IsFinite(values[i]))
                throw new ArgumentException($"{name}[{i}] is {values[i]}; only finite values can be ranked, leave the item out.", name);
        }
    }
}
