namespace PriorNas.Ranking;

/// <summary>What Kendall's tau-b counts among the n (n - 1) / 2 pairs of items.</summary>
/// <param name="Balance">Concordant less discordant pairs.</param>
/// <param name="UntiedX">Pairs whose x differ.</param>
/// <param name="UntiedY">Pairs whose y differ.</param>
internal readonly record struct PairCounts(long Balance, long UntiedX, long UntiedY)
{
    /// <summary>Counts exactly in n log n (Knight 1966).</summary>
    /// <param name="x">Ranks, at least 0, equal where the values are equal.</param>
    /// <param name="y">The other ranks of the same items.</param>
    internal static PairCounts Of(int[] x, int[] y)
    {
        // x above y in one number: sorting these sorts by x, and by y among equal x.
        var keys = new long[x.Length];
        for (var i = 0; i < keys.Length; i++)
            keys[i] = ((long)x[i] << 32) | (uint)y[i];
        Array.Sort(keys);
        var tiedInBoth = TiedPairs(keys, shift: 0);
        var tiedX = TiedPairs(keys, shift: 32);
        var order = Array.ConvertAll(keys, key => (long)(uint)key);
        // Pairs of equal x stand in the order of y and are no inversions; neither are pairs of equal y.
        var discordant = SortCountingInversions(order);
        var tiedY = TiedPairs(order, shift: 0);
        var all = Pairs(x.Length);
        return new PairCounts(all - tiedX - tiedY + tiedInBoth - 2 * discordant, all - tiedX, all - tiedY);
    }

    private static long Pairs(long items) => items * (items - 1) / 2;

    /// <summary>Pairs of equal numbers in a sorted list, comparing the bits above <paramref name="shift"/>.</summary>
    private static long TiedPairs(long[] sorted, int shift)
    {
        var pairs = 0L;
        for (int begin = 0, end; begin < sorted.Length; begin = end)
        {
            end = begin + 1;
            while (end < sorted.Length && sorted[end] >> shift == sorted[begin] >> shift)
                end++;
            pairs += Pairs(end - begin);
        }

        return pairs;
    }

    /// <summary>Sorts by merging and returns how many pairs stood in descending order.</summary>
    private static long SortCountingInversions(long[] values)
    {
        var inversions = 0L;
        var source = values;
        var target = new long[values.Length];
        for (var width = 1L; width < values.Length; width *= 2)
        {
            for (var begin = 0L; begin < values.Length; begin += 2 * width)
            {
                var middle = (int)Math.Min(begin + width, values.Length);
                var end = (int)Math.Min(begin + 2 * width, values.Length);
                inversions += Merge(source, target, (int)begin, middle, end);
            }

            (source, target) = (target, source);
        }

        if (source != values)
            source.CopyTo(values, 0);
        return inversions;
    }

    private static long Merge(long[] source, long[] target, int begin, int middle, int end)
    {
        var inversions = 0L;
        int left = begin, right = middle;
        for (var to = begin; to < end; to++)
        {
            if (right == end || (left < middle && source[left] <= source[right]))
            {
                target[to] = source[left++];
            }
            else
            {
                inversions += middle - left;
                target[to] = source[right++];
            }
        }

        return inversions;
    }
}
