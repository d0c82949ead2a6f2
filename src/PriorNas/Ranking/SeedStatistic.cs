using MathNet.Numerics.Distributions;

namespace PriorNas.Ranking;

/// <summary>
/// A number that several seeds gave: their mean, their spread, and the 95 % interval of the mean by Student's t distribution, which supposes
/// that seeds are independent and about normal. Of three seeds it is wide: the mean and 2.5 standard deviations to either side. Seeds that all gave
/// the same number say nothing of how far others would be from it, so that there is no interval.
/// </summary>
/// <param name="Seeds">How many.</param>
/// <param name="Mean">The mean; NaN of no seed.</param>
/// <param name="StandardDeviation">Of the sample (n - 1); NaN of fewer than two seeds.</param>
/// <param name="MeanEstimate">The mean with its interval; without one of fewer than two seeds, and of equal numbers.</param>
public sealed record SeedStatistic(int Seeds, double Mean, double StandardDeviation, Estimate MeanEstimate)
{
    /// <summary>Fewer seeds decide nothing: of two the spread is hardly known, and is 0 by chance.</summary>
    public const int MinToDecide = 3;

    /// <summary>Relative size of rounding errors, by which numbers that are equal in truth may differ.</summary>
    private const double Rounding = 1e-12;

    /// <summary>Whether the seeds decide that the mean is above or below 0: they are enough, they differ, and the interval excludes 0.</summary>
    public bool Decided => Seeds >= MinToDecide && MeanEstimate.Decided;

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
        if (values.Max() - values.Min() <= Rounding * Math.Max(1, Math.Abs(mean)))
            return new SeedStatistic(values.Count, mean, 0, new Estimate(mean));
        var reach = StudentT.InvCDF(location: 0, scale: 1, freedom: values.Count - 1, p: 0.975) * deviation / Math.Sqrt(values.Count);
        return new SeedStatistic(values.Count, mean, deviation, new Estimate(mean, mean - reach, mean + reach));
    }
}
