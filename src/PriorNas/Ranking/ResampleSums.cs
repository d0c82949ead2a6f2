namespace PriorNas.Ranking;

/// <summary>
/// What the statistics of a resample are made of: a resample is a count for each item, and sums over items are weighted by it. Holds
/// the buffers of one thread; a resample costs n log n for each pair of scorings and sorts nothing.
/// </summary>
internal sealed class ResampleSums
{
    private readonly SortedScoring[] scorings;

    /// <summary>How often each item was drawn.</summary>
    private int[] counts;

    /// <summary>For each scoring, how often each of its values was drawn.</summary>
    private readonly int[][] drawn;

    /// <summary>For each scoring and each of its values: twice the average rank in the resample, less its mean.</summary>
    private readonly double[][] ranks;

    /// <summary>Mean and sum of squares of each scoring's deviations.</summary>
    private readonly (double Mean, double Squares)[] moments;

    /// <summary>For each scoring, the sum of squares of its ranks.</summary>
    private readonly double[] rankSquares;

    /// <summary>For each scoring, the pairs of drawn items that differ.</summary>
    private readonly long[] untied;

    /// <summary>For each scoring, a tree over its values.</summary>
    private readonly RankTree[] trees;

    internal ResampleSums(SortedScoring[] scorings)
    {
        this.scorings = scorings;
        counts = [];
        drawn = Array.ConvertAll(scorings, s => new int[s.Groups]);
        ranks = Array.ConvertAll(scorings, s => new double[s.Groups]);
        moments = new (double, double)[scorings.Length];
        rankSquares = new double[scorings.Length];
        untied = new long[scorings.Length];
        trees = Array.ConvertAll(scorings, s => new RankTree(s.Groups));
    }

    /// <summary>Takes up a resample.</summary>
    /// <param name="times">How often each item was drawn; the sum is the number of items.</param>
    internal void Use(int[] times)
    {
        counts = times;
        for (var i = 0; i < scorings.Length; i++)
        {
            SumDeviations(i);
            SumRanks(i);
        }
    }

    /// <summary>The agreement of two scorings in the resample.</summary>
    internal Agreement Agreement(int x, int y)
    {
        if (untied[x] == 0 || untied[y] == 0)
            return new(double.NaN, double.NaN, double.NaN);
        var (product, rankProduct) = (0.0, 0.0);
        var (first, second) = (scorings[x], scorings[y]);
        for (var i = 0; i < counts.Length; i++)
        {
            if (counts[i] == 0)
                continue;
            product += counts[i] * (first.Deviations[i] - moments[x].Mean) * (second.Deviations[i] - moments[y].Mean);
            rankProduct += counts[i] * ranks[x][first.Ranks[i]] * ranks[y][second.Ranks[i]];
        }

        return new(
            RankCorrelation.Quotient(product, moments[x].Squares, moments[y].Squares),
            RankCorrelation.Quotient(rankProduct, rankSquares[x], rankSquares[y]),
            RankCorrelation.Quotient(Balance(first, second, trees[y]), untied[x], untied[y]));
    }

    private void SumDeviations(int scoring)
    {
        var deviations = scorings[scoring].Deviations;
        var sum = 0.0;
        for (var i = 0; i < counts.Length; i++)
            sum += counts[i] * deviations[i];
        var mean = sum / counts.Length;
        var squares = 0.0;
        for (var i = 0; i < counts.Length; i++)
            squares += counts[i] * (deviations[i] - mean) * (deviations[i] - mean);
        moments[scoring] = (mean, squares);
    }

    private void SumRanks(int scoring)
    {
        var times = drawn[scoring];
        Array.Clear(times);
        for (var i = 0; i < counts.Length; i++)
            times[scorings[scoring].Ranks[i]] += counts[i];
        var (below, tied, squares) = (0L, 0L, 0.0);
        for (var group = 0; group < times.Length; group++)
        {
            // The group holds the ranks below + 1 .. below + times, see Ranks.CentredDoubled.
            var rank = (double)(2 * below + times[group] - counts.Length);
            ranks[scoring][group] = rank;
            squares += times[group] * rank * rank;
            tied += (long)times[group] * (times[group] - 1) / 2;
            below += times[group];
        }

        rankSquares[scoring] = squares;
        untied[scoring] = (long)counts.Length * (counts.Length - 1) / 2 - tied;
    }

    /// <summary>Concordant less discordant pairs: each item of the first's order against those of a smaller value there.</summary>
    private long Balance(SortedScoring first, SortedScoring second, RankTree tree)
    {
        tree.Clear();
        var balance = 0L;
        for (int begin = 0, end; begin < first.Order.Length; begin = end)
        {
            // Items of equal value are compared with those before them, then added together.
            for (end = begin; end < first.Order.Length && first.Ranks[first.Order[end]] == first.Ranks[first.Order[begin]]; end++)
            {
                var item = first.Order[end];
                if (counts[item] > 0)
                    balance += counts[item] * tree.Balance(second.Ranks[item]);
            }

            for (var i = begin; i < end; i++)
            {
                if (counts[first.Order[i]] > 0)
                    tree.Add(second.Ranks[first.Order[i]], counts[first.Order[i]]);
            }
        }

        return balance;
    }
}
