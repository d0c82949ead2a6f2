using System.Text.Json.Serialization;
using PriorNas.Ranking;

namespace PriorNas.Cli.Display;

/// <summary>The JSON form of a difference with its interval, and whether that excludes 0.</summary>
internal sealed record DifferenceJson(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] double? Value,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] double? Low,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] double? High,
    bool Decided)
{
    internal static DifferenceJson Of(Estimate difference) =>
        new(EstimateJson.Number(difference.Value), EstimateJson.Number(difference.Low), EstimateJson.Number(difference.High), difference.Decided);
}
