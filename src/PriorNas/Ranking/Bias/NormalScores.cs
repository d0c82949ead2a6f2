using MathNet.Numerics.Distributions;

namespace PriorNas.Ranking.Bias;

/// <summary>
/// Normal scores of a resample: each item's average rank r becomes the quantile (r - 3/8) / (n + 1/4) of the normal distribution (Blom
/// 1958, "Statistical Estimates and Transformed Beta-Variables"), and these are standardised to mean 0 and variance 1. They depend on the
/// order alone.
/// </summary>
internal sealed class NormalScores
{
    /// <summary>The quantile of each doubled average rank, from 2 to twice the number of items.</summary>
    private readonly double[] quantiles;

    /// <param name="items">The number of items, at least 1.</param>
    internal NormalScores(int items)
    {
        quantiles = new double[2 * items + 1];
        for (var doubled = 2; doubled < quantiles.Length; doubled++)
            quantiles[doubled] = Normal.InvCDF(0, 1, (doubled / 2.0 - 0.375) / (items + 0.25));
    }

    /// <summary>Computes the scores of the drawn items.</summary>
    /// <param name="scoring">Of all items.</param>
    /// <param name="counts">How often each item was drawn; the sum is the number of items.</param>
    /// <param name="scores">Is filled, one for each item; 0 for a value that was not drawn.</param>
    /// <returns>Whether the drawn values differ; else all scores are 0.</returns>
    internal bool Compute(SortedScoring scoring, int[] counts, double[] scores)
    {
        var times = new int[scoring.Groups];
        for (var i = 0; i < counts.Length; i++)
            times[scoring.Ranks[i]] += counts[i];
        var groups = new double[times.Length];
        var (below, sum, squares) = (0, 0.0, 0.0);
        for (var group = 0; group < times.Length; group++)
        {
            if (times[group] == 0)
                continue;

            // The group holds the ranks below + 1 .. below + times.
            groups[group] = quantiles[2 * below + times[group] + 1];
            below += times[group];
            sum += times[group] * groups[group];
            squares += times[group] * groups[group] * groups[group];
        }

        var mean = sum / counts.Length;
        var deviation = Math.Sqrt(squares / counts.Length - mean * mean);
        var differs = times.Max() < counts.Length;
        for (var group = 0; group < times.Length; group++)
            groups[group] = differs && times[group] > 0 ? (groups[group] - mean) / deviation : 0;
        for (var i = 0; i < scores.Length; i++)
            scores[i] = groups[scoring.Ranks[i]];
        return differs;
    }
}
