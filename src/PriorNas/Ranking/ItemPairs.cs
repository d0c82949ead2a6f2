namespace PriorNas.Ranking;

/// <summary>The pairs of two rankings counted for each item apart, for statistics that weigh the items.</summary>
/// <param name="Balance">For each item: the others that are concordant with it, less those that are discordant.</param>
/// <param name="UntiedX">For each item: the others whose x differ.</param>
/// <param name="UntiedY">For each item: the others whose y differ.</param>
internal readonly record struct ItemPairs(long[] Balance, long[] UntiedX, long[] UntiedY)
{
    /// <summary>Counts exactly in n log n.</summary>
    /// <param name="x">Dense ranks, see <see cref="Ranks.Dense"/>.</param>
    /// <param name="y">The other ranks of the same items.</param>
    internal static ItemPairs Of(int[] x, int[] y)
    {
        var balance = new long[x.Length];
        var ascending = Order(x);
        var tree = new RankTree(y.Max() + 1);
        Add(ascending, 1);
        tree.Clear();
        Array.Reverse(ascending);
        Add(ascending, -1);
        return new(balance, Untied(x), Untied(y));

        // Compares each item with those of smaller x (of greater x, in descending order).
        void Add(int[] order, int sign)
        {
            for (int begin = 0, end; begin < order.Length; begin = end)
            {
                for (end = begin; end < order.Length && x[order[end]] == x[order[begin]]; end++)
                    balance[order[end]] += sign * tree.Balance(y[order[end]]);
                for (var i = begin; i < end; i++)
                    tree.Add(y[order[i]], 1);
            }
        }
    }

    /// <summary>Each item's position, 0 for the highest x, and among equal x for the highest y.</summary>
    internal static int[] Places(int[] x, int[] y)
    {
        var keys = new long[x.Length];
        for (var i = 0; i < keys.Length; i++)
            keys[i] = -(((long)x[i] << 32) | (uint)y[i]);
        var order = Order(keys);
        var positions = new int[x.Length];
        for (var position = 0; position < order.Length; position++)
            positions[order[position]] = position;
        return positions;
    }

    /// <summary>The sum of concordant less discordant pairs, each by its weight, over the geometric mean of the weights untied in x and in y.</summary>
    /// <param name="positions">Of the items; one at position r adds 1 / (r + 1) to the weight of each of its pairs.</param>
    internal double WeightedTau(int[] positions)
    {
        var (balance, untiedX, untiedY) = (0.0, 0.0, 0.0);
        for (var i = 0; i < positions.Length; i++)
        {
            var weight = 1 / (positions[i] + 1.0);
            balance += weight * Balance[i];
            untiedX += weight * UntiedX[i];
            untiedY += weight * UntiedY[i];
        }

        return RankCorrelation.Quotient(balance, untiedX, untiedY);
    }

    private static int[] Order<T>(T[] keys)
    {
        var order = new int[keys.Length];
        for (var i = 0; i < order.Length; i++)
            order[i] = i;
        Array.Sort((T[])keys.Clone(), order);
        return order;
    }

    private static long[] Untied(int[] ranks)
    {
        var counts = new int[ranks.Max() + 1];
        foreach (var rank in ranks)
            counts[rank]++;
        return Array.ConvertAll(ranks, rank => (long)ranks.Length - counts[rank]);
    }
}
