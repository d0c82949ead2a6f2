using MathNet.Numerics.Distributions;

namespace PriorNas.Ranking;

/// <summary>
/// A number that several seeds gave: their mean, their spread, and the 95 % interval of the mean by Student's t distribution, which supposes
/// that seeds are independent and about normal. Of three seeds it is wide: the mean and 2.5 standard deviations to either side.
/// </summary>
/// <param name="Seeds">How many.</param>
/// <param name="Mean">The mean; NaN of no seed.</param>
/// <param name="StandardDeviation">Of the sample (n - 1); NaN of fewer than two seeds.</param>
/// <param name="MeanEstimate">The mean with its interval; without one of fewer than two seeds.</param>
public sealed record SeedStatistic(int Seeds, double Mean, double StandardDeviation, Estimate MeanEstimate)
{
    /// <summary>The statistic of one number for each seed.</summary>
    /// <param name="values">Finite numbers.</param>
    public static SeedStatistic Of(IReadOnlyCollection<double> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (values.Count == 0)
            return new SeedStatistic(0, double.NaN, double.NaN, new Estimate(double.NaN));
        var mean = values.Average();
        if (values.Count == 1)
            return new SeedStatistic(1, mean, double.NaN, new Estimate(mean));
        var deviation = Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Count - 1));
        var reach = StudentT.InvCDF(location: 0, scale: 1, freedom: values.Count - 1, p: 0.975) * deviation / Math.Sqrt(values.Count);
        return new SeedStatistic(values.Count, mean, deviation, new Estimate(mean, mean - reach, mean + reach));
    }
}
