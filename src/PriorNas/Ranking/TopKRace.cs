namespace PriorNas.Ranking;

/// <summary>Of which items it is decided whether they are among the k best, though their values are known only within intervals.</summary>
public static class TopKRace
{
    /// <summary>
    /// An item is settled if its interval lies below those of k others, or if those of fewer than k others reach up to it. Items with
    /// values known exactly are settled always, also where they tie at the k-th position.
    /// </summary>
    /// <param name="intervals">Of each item, low end and high end.</param>
    /// <param name="k">At least 1.</param>
    /// <returns>For each item whether it is settled.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="k"/> is below 1.</exception>
    public static bool[] Settled(IReadOnlyList<(double Low, double High)> intervals, int k)
    {
        ArgumentNullException.ThrowIfNull(intervals);
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        double[] lows = [.. intervals.Select(i => i.Low).Order()];
        double[] highs = [.. intervals.Select(i => i.High).Order()];
        return [.. intervals.Select(own =>
        {
            var surelyBetter = lows.Length - CountUpTo(lows, own.High);
            var perhapsBetter = highs.Length - CountBelow(highs, own.Low) - 1; // Without itself.
            return surelyBetter >= k || perhapsBetter < k || own.Low == own.High;
        })];
    }

    /// <summary>For each item whether fewer than k others are surely better.</summary>
    /// <param name="intervals">Of each item, low end and high end.</param>
    /// <param name="k">At least 1.</param>
    public static bool[] NotSurelyBeaten(IReadOnlyList<(double Low, double High)> intervals, int k)
    {
        ArgumentNullException.ThrowIfNull(intervals);
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        double[] lows = [.. intervals.Select(i => i.Low).Order()];
        return [.. intervals.Select(own => lows.Length - CountUpTo(lows, own.High) < k)];
    }

    private static int CountUpTo(double[] sorted, double value) => Bound(sorted, v => v <= value);

    private static int CountBelow(double[] sorted, double value) => Bound(sorted, v => v < value);

    /// <summary>How many of the first values satisfy a condition that no later one does.</summary>
    private static int Bound(double[] sorted, Func<double, bool> holds)
    {
        var (low, high) = (0, sorted.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = holds(sorted[middle]) ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
