using System.Collections.Immutable;
using PriorNas.Randomness;

namespace PriorNas.Ranking.Surrogates;

/// <summary>Scorings weighed against each other by a truth that is known for few items, with what each is worth there.</summary>
/// <param name="Names">Of the scorings.</param>
/// <param name="Fit">The weights.</param>
/// <param name="Agreements">How far each scoring alone agrees with the truth, with intervals.</param>
/// <param name="HeldOut">How far the weighted sum does, each item scored by weights that were fitted without it.</param>
/// <param name="Best">The scoring with the highest tau-b; it was found on the same items. Null where none has one.</param>
/// <param name="AheadOfBest">The sum's agreement, held out, minus that of the best scoring, by the paired bootstrap; null where there is no best.</param>
public sealed record ScoreWeighing(
    ImmutableArray<string> Names, ScoreWeights Fit, ImmutableArray<RankReport> Agreements, RankReport HeldOut, int? Best, RankComparison? AheadOfBest)
{
    /// <summary>The weighted sum as a prior's name takes it; empty where no scoring agrees with the truth.</summary>
    public string Sum => Fit.Text(Names);

    /// <summary>Weighs scorings.</summary>
    /// <param name="names">One for each scoring.</param>
    /// <param name="scorings">See <see cref="ScoreWeights.Of"/>.</param>
    /// <param name="truth">See <see cref="ScoreWeights.Of"/>.</param>
    /// <param name="random">Decides the resamples; see <see cref="Bootstrap"/>.</param>
    /// <exception cref="ArgumentException">As for <see cref="ScoreWeights.Of"/>.</exception>
    public static ScoreWeighing Of(IReadOnlyList<string> names, IReadOnlyList<double[]> scorings, double[] truth, RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(names);
        var fit = ScoreWeights.Of(scorings, truth);
        ImmutableArray<RankReport> agreements = [.. scorings.Select(scores => RankReport.Of(scores, truth, random))];
        double[] heldOut = [.. fit.HeldOut];
        var defined = agreements.Index().Where(agreement => !double.IsNaN(agreement.Item.KendallTau.Value)).ToArray();
        int? best = defined.Length == 0 ? null : defined.MaxBy(agreement => agreement.Item.KendallTau.Value).Index;
        return new ScoreWeighing(
            [.. names],
            fit,
            agreements,
            RankReport.Of(heldOut, truth, random),
            best,
            best is { } index ? RankComparison.Of(heldOut, scorings[index], truth, random) : null);
    }
}
