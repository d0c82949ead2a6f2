namespace PriorNas.Ranking;

/// <summary>How many items of each rank were added, with sums over ranks in log n: a binary indexed tree (Fenwick 1994).</summary>
/// <param name="ranks">The number of ranks; they are 0 .. <paramref name="ranks"/>-1.</param>
internal sealed class RankTree(int ranks)
{
    private readonly long[] nodes = new long[ranks + 1];

    /// <summary>All that was added.</summary>
    internal long Total { get; private set; }

    internal void Clear()
    {
        Array.Clear(nodes);
        Total = 0;
    }

    internal void Add(int rank, int count)
    {
        Total += count;
        for (var node = rank + 1; node < nodes.Length; node += node & -node)
            nodes[node] += count;
    }

    /// <summary>Items of smaller rank less items of greater rank.</summary>
    internal long Balance(int rank) => Below(rank) + Below(rank + 1) - Total;

    private long Below(int rank)
    {
        var sum = 0L;
        for (var node = rank; node > 0; node -= node & -node)
            sum += nodes[node];
        return sum;
    }
}
