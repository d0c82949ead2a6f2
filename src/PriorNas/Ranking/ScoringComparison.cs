using System.Collections.Immutable;
using PriorNas.Randomness;

namespace PriorNas.Ranking;

/// <summary>One of several scorings that were compared with one truth.</summary>
/// <param name="Name">Which one.</param>
/// <param name="Agreement">Its agreement with the truth, with intervals.</param>
/// <param name="BehindBest">
/// The best one's agreement less this one's, by the paired bootstrap; null for the best one itself. The best one was found on the same
/// architectures, so a difference that is barely decided may be chance: of twenty scorings that are equally good, one may seem to be behind.
/// </param>
/// <param name="OrdersAsBest">Whether it orders the architectures as the best one does, ties included; then no statistic of ranks can tell the two apart.</param>
public sealed record ScoringComparison(string Name, RankReport Agreement, RankComparison? BehindBest, bool OrdersAsBest)
{
    /// <summary>Compares scorings with a truth, all on the same resampled architectures.</summary>
    /// <param name="scorings">At least one, of the same items as the truth; higher is better.</param>
    /// <param name="truth">One true value per item, at least 2, all finite.</param>
    /// <param name="random">Decides the resamples; see <see cref="Bootstrap"/>.</param>
    /// <param name="resamples">At least <see cref="Bootstrap.MinResamples"/>.</param>
    /// <returns>The scorings by Kendall's tau-b, the highest first and those without one last; ties in the order given.</returns>
    /// <exception cref="ArgumentException">The lengths differ, there are fewer than 2 values, or one is not finite.</exception>
    public static ImmutableArray<ScoringComparison> Of(
        IReadOnlyList<(string Name, double[] Scores)> scorings, double[] truth, RandomStream random, int resamples = Bootstrap.DefaultResamples)
    {
        ArgumentNullException.ThrowIfNull(scorings);
        ArgumentNullException.ThrowIfNull(truth);
        double[][] columns = [.. scorings.Select(s => s.Scores), truth];
        var values = scorings.Select(s => Ranking.Agreement.Of(s.Scores, truth)).ToArray();
        var resampled = Bootstrap.Resample(columns, [.. scorings.Index().Select(s => (s.Index, scorings.Count))], random, resamples);
        var order = scorings.Index().OrderBy(s => double.IsNaN(values[s.Index].KendallTau)).ThenByDescending(s => values[s.Index].KendallTau).ToArray();
        var best = order[0].Index;
        var ranksOfBest = Ranks.Dense(scorings[best].Scores);
        return [.. order.Select(s => new ScoringComparison(
            s.Item.Name,
            RankReport.Of(truth.Length, values[s.Index], resampled[s.Index]),
            s.Index == best ? null : RankComparison.Of(truth.Length, values[best], values[s.Index], resampled[best], resampled[s.Index]),
            Ranks.Dense(s.Item.Scores).AsSpan().SequenceEqual(ranksOfBest)))];
    }
}
