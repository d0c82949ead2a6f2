using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace PriorNas.Cli.Display.Ablations;

/// <summary>The JSON form of an ablation.</summary>
internal sealed record AblationJson(string Truth, [property: JsonPropertyName("n")] int Count, string Score, ImmutableArray<AblationJson.RowJson> Recipes)
{
    internal static AblationJson Of(AblationTable table) => new(
        table.Truth,
        table.Architectures,
        ScoreName.Of(table.Score),
        [.. table.Rows.Select(row => new RowJson(
            row.Arm.Name, row.Arm.Settings, row.Arm.IsBaseline, row.Seeds, row.Diverged, row.Undefined, StatisticJson.Of(row.Pearson), StatisticJson.Of(row.Spearman), StatisticJson.Of(row.Kendall)))]);

    /// <summary>One recipe.</summary>
    internal sealed record RowJson(
        string Name,
        ImmutableArray<string> Settings,
        bool Baseline,
        ImmutableArray<ulong> Seeds,
        ImmutableArray<ulong> Diverged,
        ImmutableArray<ulong> Undefined,
        StatisticJson Pearson,
        StatisticJson Spearman,
        StatisticJson Kendall);

    /// <summary>One statistic of a recipe: its value for each seed that did not diverge, and what follows from them; what is undefined is null.</summary>
    internal sealed record StatisticJson(
        ImmutableArray<double> Values,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] double? Mean,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] double? StandardDeviation,
        EstimateJson? AheadOfBaseline)
    {
        internal static StatisticJson Of(AblationStatistic statistic) => new(
            statistic.Values,
            EstimateJson.Number(statistic.Summary.Mean),
            EstimateJson.Number(statistic.Summary.StandardDeviation),
            statistic.AheadOfBaseline is { } ahead ? EstimateJson.Of(ahead.MeanEstimate) : null);
    }
}
