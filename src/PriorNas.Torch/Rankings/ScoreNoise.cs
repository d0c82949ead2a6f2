using PriorNas.Ranking;
using PriorNas.Torch.Evaluation;

namespace PriorNas.Torch.Rankings;

/// <summary>How far the images at hand decide a ranking by a score.</summary>
/// <param name="Kind">The score.</param>
/// <param name="StandardError">The median over the subnets of the standard error of their score; NaN where it is not defined.</param>
/// <param name="DifferenceError">
/// The median over neighbours in the ranking by this score of the standard error of their difference; NaN where no neighbours can be
/// paired.
/// </param>
/// <param name="HalvesTau">
/// Kendall's tau-b between the rankings by the images at even and by those at odd positions; NaN where images or subnets are too few, or
/// some were measured by more images than others.
/// </param>
public sealed record ScoreNoise(ScoreKind Kind, double StandardError, double DifferenceError, double HalvesTau)
{
    /// <summary>Computes it from the results of a ranking.</summary>
    /// <param name="results">The results of the subnets, in any order.</param>
    /// <param name="kind">The score.</param>
    public static ScoreNoise Of(IReadOnlyList<EvaluationResult> results, ScoreKind kind)
    {
        ArgumentNullException.ThrowIfNull(results);
        EvaluationResult[] ranked = [.. results.OrderByDescending(result => result.Score(kind))];
        var differences = ranked.Zip(ranked.Skip(1), (one, next) => CanBePaired(one, next) ? one.DifferenceError(next, kind) : double.NaN);
        var errors = results.Select(result => result.StandardError(kind));
        return new ScoreNoise(kind, Median(errors), Median(differences), TauOfHalves(results, kind));
    }

    private static bool CanBePaired(EvaluationResult one, EvaluationResult other) =>
        one.Groups is { } groups && other.Groups is { } others && groups.HasSizesOf(others);

    private static double TauOfHalves(IReadOnlyList<EvaluationResult> results, ScoreKind kind)
    {
        if (results.Count < 2 || results[0].Images < 2)
            return double.NaN;
        if (results.Any(result => result.Images != results[0].Images || double.IsNaN(result.Score(kind))))
            return double.NaN;
        var halves = results.Select(result => result.ScoreOfHalves(kind)).ToArray();
        return RankCorrelation.KendallTauB([.. halves.Select(half => half.Even)], [.. halves.Select(half => half.Odd)]);
    }

    /// <summary>The middle one of the finite numbers, or the mean of the two in the middle; NaN without any.</summary>
    private static double Median(IEnumerable<double> numbers)
    {
        double[] sorted = [.. numbers.Where(double.IsFinite).Order()];
        return sorted.Length == 0 ? double.NaN : (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
