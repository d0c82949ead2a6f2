using PriorNas.Ranking;

namespace PriorNas.Cli.Display;

/// <summary>The JSON form of a comparison of two scorings.</summary>
internal sealed record DifferencesJson(DifferenceJson Pearson, DifferenceJson Spearman, DifferenceJson Kendall)
{
    internal static DifferencesJson Of(RankComparison comparison) =>
        new(DifferenceJson.Of(comparison.Pearson), DifferenceJson.Of(comparison.Spearman), DifferenceJson.Of(comparison.KendallTau));
}
