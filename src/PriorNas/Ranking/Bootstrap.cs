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
    public const int MinResamples = 100;

    private const double Tail = 0.025;

    /// <summary>The agreement of pairs of scorings in each resample; NaN where it is undefined there.</summary>
    /// <param name="columns">The scorings, all of the same items and finite.</param>
    /// <param name="pairs">Which of them to compare.</param>
    /// <param name="random">Is split, not drawn from.</param>
    /// <param name="resamples">How often.</param>
    /// <returns>For each pair, one agreement per resample.</returns>
    internal static Agreement[][] Resample(double[][] columns, (int First, int Second)[] pairs, RandomStream random, int resamples)
    {
        var scorings = Array.ConvertAll(columns, column => new SortedScoring(column));
        var results = Array.ConvertAll(pairs, _ => new Agreement[resamples]);
        Resample(columns[0].Length, random, resamples, () => new ResampleSums(scorings), (sums, counts, resample) =>
        {
            sums.Use(counts);
            for (var i = 0; i < pairs.Length; i++)
                results[i][resample] = sums.Agreement(pairs[i].First, pairs[i].Second);
        });
        return results;
    }

    /// <summary>Does something with each resample, on several threads.</summary>
    /// <param name="items">The number of items.</param>
    /// <param name="random">Is split, not drawn from.</param>
    /// <param name="resamples">How often.</param>
    /// <param name="buffers">Makes what one thread works with.</param>
    /// <param name="use">Is given the buffers, how often each item was drawn (of one thread, overwritten by the next resample), and the resample's number.</param>
    internal static void Resample<T>(int items, RandomStream random, int resamples, Func<T> buffers, Action<T, int[], int> use)
    {
        ArgumentNullException.ThrowIfNull(random);
        ArgumentOutOfRangeException.ThrowIfLessThan(resamples, MinResamples);
        var purpose = random.Split("bootstrap");
        Parallel.For(0, resamples, () => (Buffers: buffers(), Counts: new int[items]), (resample, _, own) =>
        {
            var stream = purpose.Split(resample);
            Array.Clear(own.Counts);
            for (var i = 0; i < items; i++)
                own.Counts[stream.Next(items)]++;
            use(own.Buffers, own.Counts, resample);
            return own;
        }, _ => { });
    }

    /// <summary>A statistic without bounds, with its interval; none where it is undefined in so many resamples that an end would be one of them.</summary>
    /// <param name="value">Of the whole sample; NaN has no interval.</param>
    /// <param name="resampled">Of all resamples, NaN where it is undefined there.</param>
    internal static Estimate Unbounded(double value, double[] resampled)
    {
        var estimate = Estimate(value, resampled, r => r, double.PositiveInfinity);
        return double.IsFinite(estimate.Low) && double.IsFinite(estimate.High) ? estimate : new(value);
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
