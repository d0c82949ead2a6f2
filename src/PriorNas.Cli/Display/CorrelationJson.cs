using System.Text.Json.Serialization;
using PriorNas.Ranking;
using PriorNas.Ranking.Bias;
using PriorNas.Ranking.Noise;

namespace PriorNas.Cli.Display;

/// <summary>The JSON form of what <c>correlate</c> found.</summary>
internal sealed record CorrelationJson(
    [property: JsonPropertyName("n")] int Count,
    EstimateJson Pearson,
    EstimateJson Spearman,
    EstimateJson Kendall,
    CorrelationJson.ValueJson WeightedTau,
    CorrelationJson.PartialJson? Partial,
    TopK[]? Top,
    CorrelationJson.NoiseJson? Noise,
    CorrelationJson.BiasJson? Explanation)
{
    internal static CorrelationJson Of(CorrelationAnswer answer) => new(
        answer.Report.Count,
        EstimateJson.Of(answer.Report.Pearson),
        EstimateJson.Of(answer.Report.Spearman),
        EstimateJson.Of(answer.Report.KendallTau),
        new(EstimateJson.Number(answer.WeightedTau)),
        answer.Partial is { } partial
            ? new(answer.Givens, EstimateJson.Of(partial.Pearson), EstimateJson.Of(partial.Spearman), EstimateJson.Of(partial.KendallTau))
            : null,
        answer.Top.Length > 0 ? answer.Top : null,
        answer.Noise is { } noise ? NoiseJson.Of(noise) : null,
        answer.Bias is { } bias ? BiasJson.Of(bias) : null);

    internal sealed record ValueJson([property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] double? Value);

    internal sealed record PartialJson(string[] Given, EstimateJson Pearson, EstimateJson Spearman, EstimateJson Kendall);

    /// <summary>What noise allows; a part is missing where the noise it is about was not given.</summary>
    internal sealed record NoiseJson(
        EstimateJson? ReliabilityOfRanking,
        EstimateJson? ReliabilityOfTruth,
        CeilingJson? RankingNoise,
        CeilingJson? TruthNoise,
        CeilingJson? BothNoises)
    {
        internal static NoiseJson Of(CorrectedAgreement noise) => new(
            noise.Ranking is { } ranking ? EstimateJson.Of(ranking.Value) : null,
            noise.Truth is { } truth ? EstimateJson.Of(truth.Value) : null,
            CeilingJson.Of(noise.RankingCeiling),
            CeilingJson.Of(noise.TruthCeiling),
            CeilingJson.Of(noise.BothCeiling));
    }

    internal sealed record CeilingJson(EstimateJson Pearson, EstimateJson Kendall, EstimateJson PearsonShare, EstimateJson KendallShare)
    {
        internal static CeilingJson? Of(NoiseCeiling? ceiling) => ceiling is null
            ? null
            : new(
                EstimateJson.Of(ceiling.Pearson),
                EstimateJson.Of(ceiling.KendallTau),
                EstimateJson.Of(ceiling.PearsonShare),
                EstimateJson.Of(ceiling.KendallShare));
    }

    internal sealed record BiasJson(
        [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] double? Slope,
        int VaryingPositions,
        EffectJson[] Positions,
        EffectJson[] Stages,
        EffectJson[] Priors)
    {
        internal static BiasJson Of(RankingBias bias) => new(
            EstimateJson.Number(bias.Slope),
            bias.VaryingPositions,
            [.. bias.Positions.Select(EffectJson.Of)],
            [.. bias.Stages.Select(EffectJson.Of)],
            [.. bias.Priors.Select(EffectJson.Of)]);
    }

    internal sealed record EffectJson(
        string Name,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] double? InRanking,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] double? InTruth,
        DifferenceJson Overrated)
    {
        internal static EffectJson Of(BiasEffect effect) =>
            new(
                effect.Name,
                EstimateJson.Number(effect.InRanking),
                EstimateJson.Number(effect.InTruth),
                DifferenceJson.Of(effect.Overrated));
    }
}
