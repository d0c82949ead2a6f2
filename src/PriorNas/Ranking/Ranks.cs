namespace PriorNas.Ranking;

/// <summary>Ranks of values, lowest first; equal values have equal ranks.</summary>
internal static class Ranks
{
    /// <summary>The number of different smaller values: 0, 1, 2 and so on without gaps.</summary>
    internal static int[] Dense(ReadOnlySpan<double> values)
    {
        var (sorted, order) = Sort(values);
        var ranks = new int[sorted.Length];
        var rank = 0;
        for (var i = 0; i < sorted.Length; i++)
        {
            if (i > 0 && sorted[i] != sorted[i - 1])
                rank++;
            ranks[order[i]] = rank;
        }

        return ranks;
    }

    /// <summary>
    /// Twice the average rank less its mean: integers in [-n + 1, n - 1] that sum to zero, so that sums of their products are exact.
    /// </summary>
    internal static long[] CentredDoubled(ReadOnlySpan<double> values)
    {
        var (sorted, order) = Sort(values);
        var ranks = new long[sorted.Length];
        for (int begin = 0, end; begin < sorted.Length; begin = end)
        {
            end = begin + 1;
            while (end < sorted.Length && sorted[end] == sorted[begin])
                end++;
            // The group holds the ranks start + 1 .. end, of average (start + 1 + end) / 2; the mean of all ranks is (n + 1) / 2.
            for (var i = begin; i < end; i++)
                ranks[order[i]] = (long)begin + end - sorted.Length;
        }

        return ranks;
    }

    private static (double[] Sorted, int[] Order) Sort(ReadOnlySpan<double> values)
    {
        var sorted = values.ToArray();
        var order = new int[sorted.Length];
        for (var i = 0; i < order.Length; i++)
            order[i] = i;
        Array.Sort(sorted, order);
        return (sorted, order);
    }
}
