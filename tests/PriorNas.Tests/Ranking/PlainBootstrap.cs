using PriorNas.Randomness;

namespace PriorNas.Tests.Ranking;

/// <summary>The bootstrap by its definition: the resample is written out, statistics are computed from it, and all values are sorted.</summary>
internal static class PlainBootstrap
{
    /// <param name="items">Number of items.</param>
    /// <param name="statistic">Of a resample, given as the items drawn; NaN where it is undefined.</param>
    /// <param name="greatest">The greatest possible value of the statistic.</param>
    /// <param name="random">As the library is given it.</param>
    /// <param name="resamples">How often.</param>
    internal static (double Low, double High) Interval(int items, Func<int[], double> statistic, double greatest, RandomStream random, int resamples)
    {
        var values = new List<double>();
        for (var r = 0; r < resamples; r++)
        {
            var stream = random.Split("bootstrap", r);
            values.Add(statistic([.. Enumerable.Range(0, items).Select(_ => stream.Next(items))]));
        }

        return (Quantile(values.Select(v => double.IsNaN(v) ? -greatest : v), 0.025), Quantile(values.Select(v => double.IsNaN(v) ? greatest : v), 0.975));
    }

    internal static double[] Of(double[] values, int[] items) => Array.ConvertAll(items, i => values[i]);

    private static double Quantile(IEnumerable<double> values, double probability)
    {
        double[] sorted = [.. values.Order()];
        var position = (sorted.Length - 1) * probability;
        var (below, above) = (sorted[(int)Math.Floor(position)], sorted[(int)Math.Ceiling(position)]);
        return below + (above - below) * (position % 1);
    }
}
