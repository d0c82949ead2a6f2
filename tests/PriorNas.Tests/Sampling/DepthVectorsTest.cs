using PriorNas.Randomness;
using PriorNas.Sampling;
using PriorNas.SearchSpaces;

namespace PriorNas.Tests.Sampling;

public class DepthVectorsTest
{
    [Fact]
    public void Counts_are_those_of_an_enumeration()
    {
        foreach (var domain in TestDomains.All)
        {
            var ranges = domain.Stages.Select(stage => stage.Depth).ToArray();
            var vectors = new DepthVectors([.. ranges]);
            var expected = Enumerate(ranges).GroupBy(vector => vector.Sum()).ToDictionary(group => group.Key, group => group.Count());
            Assert.Equal((expected.Keys.Min(), expected.Keys.Max(), expected.Count), (vectors.Totals.Min, vectors.Totals.Max, vectors.Totals.Count));
            Assert.All(expected, pair => Assert.Equal(pair.Value, vectors.Count(pair.Key)));
        }
    }

    /// <summary>The most that a space can have: the middle coefficient of (x + ... + x^9)^9, and all 9^9 together.</summary>
    [Fact]
    public void The_largest_counts_fit()
    {
        var vectors = new DepthVectors([.. Enumerable.Repeat(new DepthRange(1, 9), 9)]);
        Assert.Equal(387_420_489, Enumerable.Range(vectors.Totals.Min, vectors.Totals.Count).Sum(total => (long)vectors.Count(total)));
        Assert.Equal(45, vectors.Draw(45, new RandomStream(1)).Sum());
    }

    [Theory]
    [InlineData(8)]
    [InlineData(12)]
    [InlineData(15)]
    [InlineData(23)]
    public void All_vectors_of_a_total_are_equally_likely(int total)
    {
        DepthRange[] ranges = [new(2, 5), new(2, 5), new(2, 8), new(2, 5)];
        var vectors = new DepthVectors([.. ranges]);
        var all = Enumerate(ranges).Where(vector => vector.Sum() == total).Select(vector => string.Join(' ', vector)).ToArray();
        var counts = new int[all.Length];
        var random = new RandomStream(1);
        for (var i = 0; i < 20_000; i++)
            counts[Array.IndexOf(all, string.Join(' ', vectors.Draw(total, random)))]++;
        ChiSquare.Uniform(counts, $"depths of total {total}");
    }

    private static IEnumerable<int[]> Enumerate(ReadOnlyMemory<DepthRange> ranges)
    {
        if (ranges.IsEmpty)
            return [[]];
        var first = ranges.Span[0];
        return Enumerable.Range(first.Min, first.Count).SelectMany(depth => Enumerate(ranges[1..]).Select(rest => (int[])[depth, .. rest]));
    }
}
