using PriorNas.Randomness;

namespace PriorNas.Ranking;

/// <summary>
/// Percentile bootstrap over architectures (Efron 1979): a resample draws as many architectures as there are, with replacement, each
/// with all its scores, and the interval runs from the 2.5 % to the 97.5 % quantile of a statistic over the resamples. It says how far
/// the statistic might differ on other architectures of the same kind; with fewer than about 20 it is rough.
/// </summary>
/// <remarks>
/// <para>Resample r draws its items from <c>random.Split("bootstrap", r)</c>, so statistics that are computed from the same stream see the same resamples.</para>
/// <para>A statistic is undefined in a resample in which a side is constant. Such a resample counts as the least possible value at the
/// lower end and as the greatest at the upper end: it never makes an interval narrower.</para>
/// </remarks>
public static class Bootstrap
{
    /// <summary>Resamples unless others are asked for.</summary>
    public const int DefaultResamples = 2_000;

    /// <summary>With fewer resamples than this the ends of an interval would be those of single resamples.</summary>
    public const int FewestResamples = 100;

    private const double Tail = 0.025;

    /// <summary>The agreement of pairs of scorings in each resample; NaN where it is undefined there.</summary>
    /// <param name="columns">The scorings, all of the same items and finite.</param>
    /// <param name="pairs">Which of them to compare.</param>
    /// <param name="random">Is split, not drawn from.</param>
    /// <param name="resamples">How often.</param>
    /// <returns>For each pair, one agreement per resample.</returns>
    internal static Agreement[][] Resample(double[][] columns, (int First, int Second)[] pairs, RandomStream random, int resamples)
    {
        ArgumentNullException.ThrowIfNull(random);
        ArgumentOutOfRangeException.ThrowIfLessThan(resamples, FewestResamples);
        var scorings = Array.ConvertAll(columns, column => new SortedScoring(column));
        var results = Array.ConvertAll(pairs, _ => new Agreement[resamples]);
        var purpose = random.Split("bootstrap");
        Parallel.For(0, resamples, () => new ResampleSums(scorings), (resample, _, sums) =>
        {
            sums.Draw(purpose.Split(resample));
            for (var i = 0; i < pairs.Length; i++)
                results[i][resample] = sums.Agreement(pairs[i].First, pairs[i].Second);
            return sums;
        }, _ => { });
        return results;
    }

    /// <summary>A statistic with its interval.</summary>
    /// <param name="value">Of the whole sample; NaN has no interval.</param>
    /// <param name="resampled">The agreements of all resamples, or null for no interval.</param>
    /// <param name="statistic">Which of them.</param>
    /// <param name="greatest">The greatest possible value; the least is its negative.</param>
    internal static Estimate Estimate<T>(double value, T[]? resampled, Func<T, double> statistic, double greatest)
    {
        if (resampled is null || double.IsNaN(value))
            return new(value);
        var low = Array.ConvertAll(resampled, r => statistic(r));
        Array.Sort(low);

        // NaN sorts first: as the least possible values they stay there, as the greatest ones they go to the end.
        var undefined = low.TakeWhile(double.IsNaN).Count();
        double[] high = [.. low.AsSpan(undefined), .. Enumerable.Repeat(greatest, undefined)];
        low.AsSpan(0, undefined).Fill(-greatest);
        return new(value, Quantile(low, Tail), Quantile(high, 1 - Tail));
    }

    /// <summary>The quantile by linear interpolation between order statistics (definition 7 of Hyndman and Fan 1996).</summary>
    private static double Quantile(double[] sorted, double probability)
    {
        var position = probability * (sorted.Length - 1);
        var below = (int)position;
        return below + 1 < sorted.Length ? sorted[below] + (position - below) * (sorted[below + 1] - sorted[below]) : sorted[below];
    }
}
