using System.Collections.Immutable;
using PriorNas.Randomness;
using PriorNas.SearchSpaces;

namespace PriorNas.Sampling;

/// <summary>All vectors of one depth for each stage, grouped by their total: counted and drawn exactly.</summary>
internal sealed class DepthVectors
{
    private readonly ImmutableArray<DepthRange> ranges;

    /// <summary>
    /// [stage][total]: how many vectors of this and the later stages have the total. A space has at most 9 stages of at most 9 depths,
    /// and 9^9 fits.
    /// </summary>
    private readonly int[][] ways;

    /// <param name="ranges">The depths of each stage.</param>
    internal DepthVectors(ImmutableArray<DepthRange> ranges)
    {
        this.ranges = ranges;
        Totals = new DepthRange(ranges.Sum(range => range.Min), ranges.Sum(range => range.Max));
        ways = new int[ranges.Length + 1][];
        ways[^1] = new int[Totals.Max + 1];
        ways[^1][0] = 1;
        for (var stage = ranges.Length - 1; stage >= 0; stage--)
        {
            ways[stage] = new int[Totals.Max + 1];
            for (var depth = ranges[stage].Min; depth <= ranges[stage].Max; depth++)
            {
                for (var total = depth; total <= Totals.Max; total++)
                    ways[stage][total] += ways[stage + 1][total - depth];
            }
        }
    }

    /// <summary>The totals that occur; all between the ends do.</summary>
    internal DepthRange Totals { get; }

    /// <summary>How many vectors have a total of <see cref="Totals"/>.</summary>
    internal int Count(int total) => ways[0][total];

    /// <summary>One of the vectors with a total, all equally likely.</summary>
    internal int[] Draw(int total, RandomStream random)
    {
        var vector = new int[ranges.Length];
        var rank = random.Next(Count(total)); // of the vector, in lexicographic order
        for (var stage = 0; stage < vector.Length; stage++)
        {
            var depth = ranges[stage].Min;
            while (rank >= ways[stage + 1][total - depth])
                rank -= ways[stage + 1][total - depth++];
            vector[stage] = depth;
            total -= depth;
        }

        return vector;
    }
}
