namespace PriorNas.Ranking;

/// <summary>
/// What a scoring is worth to someone who takes its k best architectures. Where the scores tie at the k-th position, it is random which of
/// the tied ones are taken, and both numbers are expected values, computed exactly.
/// </summary>
/// <param name="K">How many are taken, from 1 to the number of architectures.</param>
/// <param name="Overlap">
/// The share, in [0, 1], of those taken whose true value is at least the k-th best true value: without ties, the share of the true top k
/// among the predicted top k.
/// </param>
/// <param name="Regret">The best true value of all minus the best of those taken, in the truth's unit, 0 or more.</param>
/// <param name="Chance">
/// The overlap to be expected of a random scoring: the share of all whose true value is at least the k-th best; k / n, or more where true
/// values tie there.
/// </param>
public sealed record TopK(int K, double Overlap, double Regret, double Chance)
{
    /// <summary>Computes the numbers; higher is better on both sides.</summary>
    /// <param name="predicted">One score per item, at least 1, all finite.</param>
    /// <param name="truth">The true value of the same items, in the same order.</param>
    /// <param name="k">How many are taken.</param>
    /// <exception cref="ArgumentException">The lengths differ, there is no value, or one is not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="k"/> is not in 1 .. n.</exception>
    public static TopK Of(ReadOnlySpan<double> predicted, ReadOnlySpan<double> truth, int k)
    {
        RankCorrelation.Check(predicted, truth, fewest: 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(k, predicted.Length);
        var scores = predicted.ToArray();
        var values = truth.ToArray();
        Array.Sort(scores, values);
        Array.Reverse(scores);
        Array.Reverse(values);

        // Sure to be taken are those above the k-th score; of those that tie with it, some.
        var sure = Array.FindIndex(scores, score => score == scores[k - 1]);
        var tied = Array.FindLastIndex(scores, score => score == scores[k - 1]) + 1 - sure;
        var good = KthBest(values, k);
        var overlap = values.Take(sure).Count(v => v >= good) + (double)(k - sure) / tied * values.Skip(sure).Take(tied).Count(v => v >= good);
        return new TopK(k, overlap / k, ExpectedRegret(values, sure, tied, k - sure), (double)values.Count(v => v >= good) / values.Length);
    }

    private static double KthBest(double[] values, int k) => values.Order().ElementAt(values.Length - k);

    /// <summary>
    /// The best value minus the expected best of the sure ones and of <paramref name="taken"/> random ones of the tied: a sum of differences, so that
    /// it is exactly 0 where the best is surely taken.
    /// </summary>
    private static double ExpectedRegret(double[] values, int sure, int tied, int taken)
    {
        var best = values.Max();
        var candidates = values.Skip(sure).Take(tied).OrderDescending().ToArray();
        var floor = values.Take(sure).DefaultIfEmpty(double.NegativeInfinity).Max();

        // The chance that the best candidates until this one were all left out, so that this one decides.
        var (regret, left) = (0.0, 1.0);
        for (var i = 0; i < tied && left > 0; i++)
        {
            var chance = left * taken / (tied - i);
            regret += chance * (best - Math.Max(floor, candidates[i]));
            left -= chance;
            if (tied - i == taken)
                break;
        }

        return regret;
    }
}
