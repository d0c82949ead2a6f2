using System.Text.Json.Serialization;
using PriorNas.Ranking;

namespace PriorNas.Cli.Display;

/// <summary>The JSON form of a statistic with its interval; what is undefined is null.</summary>
internal sealed record EstimateJson(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] double? Value,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] double? Low,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] double? High)
{
    internal static EstimateJson Of(Estimate estimate) => new(Number(estimate.Value), Number(estimate.Low), Number(estimate.High));

    /// <summary>JSON has no NaN.</summary>
    internal static double? Number(double value) => double.IsNaN(value) ? null : value;
}
