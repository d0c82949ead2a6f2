using System.Collections.Immutable;
using System.Globalization;

namespace PriorNas.Ranking.Surrogates;

/// <summary>
/// Weights of several scorings whose sum agrees with a truth that is known for few items. Each is 0 or more, so that a scoring can be left
/// out, but not be turned round; the largest is 1, the others are in hundredths, and below a twentieth they are 0. They are those of least
/// squares with a penalty on their squares (ridge, Hoerl and Kennard 1970), which shrinks them towards the scorings' covariances with the
/// truth; of six penalties that is taken whose weights, each fitted without one item, give the items left out the highest tau-b. (Ours.)
/// </summary>
/// <param name="Weights">One for each scoring; all 0 where none agrees with the truth.</param>
/// <param name="Penalty">The one that was taken.</param>
/// <param name="HeldOut">
/// For each item the weighted sum by weights that were fitted, and by a penalty that was chosen, without it: only the agreement of these
/// with the truth says how good such weights are. (Stone 1974, cross-validation.)
/// </param>
public sealed record ScoreWeights(ImmutableArray<double> Weights, double Penalty, ImmutableArray<double> HeldOut)
{
    /// <summary>With fewer items a fit without one of them says little.</summary>
    public const int MinItems = 5;

    private const double MinWeight = 0.05;
    private const int Digits = 2;
    private static readonly ImmutableArray<double> Penalties = [10, 3, 1, 0.3, 0.1, 0.03];

    /// <summary>Whether a scoring has a weight above 0.</summary>
    public bool Any => Weights.Any(weight => weight > 0);

    /// <summary>Fits the weights.</summary>
    /// <param name="scorings">At least one, each with a finite score for each item, in units that can be added: standardised ones.</param>
    /// <param name="truth">What the sum is to agree with, finite, for at least <see cref="MinItems"/> items.</param>
    /// <exception cref="ArgumentException">The lengths differ, there are fewer items or no scoring, or a number is not finite.</exception>
    public static ScoreWeights Of(IReadOnlyList<double[]> scorings, double[] truth)
    {
        ArgumentNullException.ThrowIfNull(scorings);
        ArgumentNullException.ThrowIfNull(truth);
        if (scorings.Count == 0)
            throw new ArgumentException("There is no scoring to weigh.", nameof(scorings));
        foreach (var scoring in scorings)
            RankCorrelation.Check(scoring, truth, MinItems);
        int[] all = [.. Enumerable.Range(0, truth.Length)];
        var (weights, penalty) = Choose(scorings, truth, all);
        var heldOut = all.Select(item =>
        {
            int[] others = [.. all.Where(other => other != item)];
            return Sum(scorings, Choose(scorings, truth, others).Weights, item);
        });
        return new ScoreWeights([.. weights], penalty, [.. heldOut]);
    }

    /// <summary>The sum as a prior's name takes it, such as <c>0.4*flops+zen</c>; empty where all weights are 0.</summary>
    /// <param name="names">Of the scorings.</param>
    public string Text(IReadOnlyList<string> names) => string.Join('+', Weights.Zip(names)
        .Where(term => term.First > 0)
        .Select(term => term.First == 1 ? term.Second : $"{term.First.ToString(CultureInfo.InvariantCulture)}*{term.Second}"));

    /// <summary>The weighted sum of an item's scores, in units in which the weights add up to 1.</summary>
    internal static double Sum(IReadOnlyList<double[]> scorings, IReadOnlyList<double> weights, int item)
    {
        var total = weights.Sum();
        return total == 0 ? 0 : weights.Select((weight, i) => weight * scorings[i][item]).Sum() / total;
    }

    /// <summary>Weights of some items, with the penalty that suits them best; of equally good ones the largest.</summary>
    private static (double[] Weights, double Penalty) Choose(IReadOnlyList<double[]> scorings, double[] truth, int[] items)
    {
        var expected = Array.ConvertAll(items, item => truth[item]);
        var best = Penalties.MaxBy(penalty =>
        {
            var predicted = items.Select(item => Sum(scorings, Fit(scorings, truth, [.. items.Where(other => other != item)], penalty), item)).ToArray();
            var tau = RankCorrelation.KendallTauB(predicted, expected);
            return double.IsNaN(tau) ? -1 : tau;
        });
        return (Fit(scorings, truth, items, best), best);
    }

    /// <summary>Rounded weights, the largest 1.</summary>
    private static double[] Fit(IReadOnlyList<double[]> scorings, double[] truth, int[] items, double penalty)
    {
        var weights = NonNegativeRidge.Fit(scorings, truth, items, penalty);
        var largest = weights.Max();
        return largest == 0 ? weights : Array.ConvertAll(weights, weight => weight / largest < MinWeight ? 0 : Math.Round(weight / largest, Digits));
    }
}
