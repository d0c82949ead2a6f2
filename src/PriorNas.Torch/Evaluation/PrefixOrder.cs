using System.Collections.Immutable;
using PriorNas.SearchSpaces;

namespace PriorNas.Torch.Evaluation;

/// <summary>
/// A list of architectures in the order of a walk through the tree of their prefixes: those that agree on stem and first blocks, by channel
/// counts, follow each other, so that a walk computes each shared prefix once. Codes that name the same network stand once. Immutable; it
/// depends on the set of networks alone, not on the order of the list.
/// </summary>
public sealed class PrefixOrder
{
    private readonly ImmutableArray<int[]> keys;
    private readonly ImmutableArray<long> costs;

    private PrefixOrder(ImmutableArray<Architecture> architectures, ImmutableArray<int[]> keys, ImmutableArray<long> apart)
    {
        Architectures = architectures;
        this.keys = keys;
        MultiplyAddsApart = apart.Sum();
        costs = [.. architectures.Select((architecture, i) => MultiplyAddsBeyond(architecture, Shared(i)))];
        MultiplyAdds = costs.Sum();
    }

    /// <summary>The distinct networks, in canonical form, in the order of the walk.</summary>
    public ImmutableArray<Architecture> Architectures { get; }

    /// <summary>Multiply-adds for one image when each shared prefix is computed once.</summary>
    public long MultiplyAdds { get; }

    /// <summary>Multiply-adds for one image when each network is computed by itself.</summary>
    public long MultiplyAddsApart { get; }

    /// <summary>The share of multiply-adds that the sharing saves, from 0 to 1.</summary>
    public double Saving => MultiplyAddsApart == 0 ? 0 : 1 - (double)MultiplyAdds / MultiplyAddsApart;

    /// <summary>Orders architectures of one space.</summary>
    public static PrefixOrder Of(IEnumerable<Architecture> architectures)
    {
        ArgumentNullException.ThrowIfNull(architectures);
        var sorted = architectures.Select(a => a.Canonical()).Distinct().Select(a => (Architecture: a, Key: Key(a))).ToArray();
        Array.Sort(sorted, (left, right) => left.Key.AsSpan().SequenceCompareTo(right.Key));
        return new PrefixOrder([.. sorted.Select(s => s.Architecture)], [.. sorted.Select(s => s.Key)], [.. sorted.Select(s => MultiplyAddsBeyond(s.Architecture, 0))]);
    }

    /// <summary>How many layers an architecture has in common with the one before it: 0 none, 1 the stem, 1 + b the first b blocks as well.</summary>
    public int Shared(int index)
    {
        if (index == 0 || index == Architectures.Length)
            return 0;
        var common = keys[index - 1].AsSpan().CommonPrefixLength(keys[index]);
        return common == 0 ? 0 : 1 + (common - 1) / NumbersOfBlock;
    }

    /// <summary>Multiply-adds for one image that an architecture costs after the one before it.</summary>
    public long Cost(int index) => costs[index];

    /// <summary>Multiply-adds for one image of a walk over some of the architectures, which starts with nothing computed.</summary>
    /// <param name="window">Consecutive architectures, at least one.</param>
    public long CostOfWalk(Range window)
    {
        var (first, count) = window.GetOffsetAndLength(Architectures.Length);
        return MultiplyAddsBeyond(Architectures[first], 0) + Enumerable.Range(first + 1, count - 1).Sum(Cost);
    }

    /// <summary>
    /// One of several parts of about equal cost. The cuts lie between neighbours of the order, so a part loses no more sharing than the path
    /// to its first architecture.
    /// </summary>
    /// <param name="index">0-based.</param>
    /// <param name="count">How many parts.</param>
    public PrefixOrder Part(int index, int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, count);
        var before = 0L;
        var chosen = new List<Architecture>();
        foreach (var (architecture, cost) in Architectures.Zip(costs))
        {
            // By the middle of its cost each architecture falls into exactly one part.
            if (Int128.Min(count - 1, (Int128)(2 * before + cost) * count / (2 * (Int128)MultiplyAdds)) == index)
                chosen.Add(architecture);
            before += cost;
        }

        return Of(chosen);
    }

    private const int NumbersOfBlock = 3;

    /// <summary>Stem, then (stage, inner, output) for each block: equal beginnings are equal layers with equal inputs.</summary>
    private static int[] Key(Architecture architecture)
    {
        var key = new List<int> { architecture.StemChannels };
        for (var stage = 0; stage < architecture.Space.Stages.Length; stage++)
        {
            for (var block = 0; block < architecture.Depth(stage); block++)
                key.AddRange(stage, architecture.InnerChannels(stage, block), architecture.OutputChannels(stage, block));
        }

        return [.. key];
    }

    /// <summary>Multiply-adds of the layers behind the first ones, and of the head.</summary>
    private static long MultiplyAddsBeyond(Architecture architecture, int layers)
    {
        var shape = NetworkShape.Of(architecture);
        var sum = layers == 0 ? shape.Stem.MultiplyAdds : 0;
        foreach (var block in shape.Blocks[Math.Max(0, layers - 1)..])
            sum += block.MultiplyAdds;
        return sum + (long)shape.FinalChannels * shape.Classes;
    }
}
