using PriorNas.Ranking;

namespace PriorNas.Cli.Display;

/// <summary>The JSON form of a scoring's agreement with a truth, and of how far it is behind the best one.</summary>
internal sealed record ScoringJson(EstimateJson Pearson, EstimateJson Spearman, EstimateJson Kendall, DifferencesJson? BehindBest)
{
    internal static ScoringJson Of(ScoringComparison scoring) => new(
        EstimateJson.Of(scoring.Agreement.Pearson),
        EstimateJson.Of(scoring.Agreement.Spearman),
        EstimateJson.Of(scoring.Agreement.KendallTau),
        scoring.BehindBest is { } behind ? DifferencesJson.Of(behind) : null);
}
