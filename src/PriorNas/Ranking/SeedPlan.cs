using MathNet.Numerics.Distributions;

namespace PriorNas.Ranking;

/// <summary>
/// How many seeds a comparison takes, from the spread that a few have shown: the 95 % interval of the mean by Student's t distribution
/// (<see cref="SeedStatistic"/>) is to reach no further than a given distance to either side of the mean. (Textbook; Cohen 1988, "Statistical Power
/// Analysis for the Behavioral Sciences", section 2.4, for intervals in place of tests.)
/// </summary>
public static class SeedPlan
{
    /// <summary>More seeds than this are not counted.</summary>
    public const int MaxSeeds = 100_000;

    private const double Tail = 0.025;

    /// <summary>The fewest seeds whose interval is as narrow.</summary>
    /// <param name="deviation">Standard deviation over seeds, finite and at least 0.</param>
    /// <param name="halfWidth">Of the interval, above 0.</param>
    /// <returns>At least <see cref="SeedStatistic.MinToDecide"/>; null where it would be more than <see cref="MaxSeeds"/>.</returns>
    public static int? Seeds(double deviation, double halfWidth)
    {
        if (!double.IsFinite(deviation) || deviation < 0)
            throw new ArgumentOutOfRangeException(nameof(deviation), deviation, "A standard deviation is finite and at least 0.");
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(halfWidth);
        int low = SeedStatistic.MinToDecide, high = MaxSeeds;
        if (HalfWidth(deviation, high) > halfWidth)
            return null;
        while (low < high)
        {
            var middle = low + (high - low) / 2;
            if (HalfWidth(deviation, middle) <= halfWidth)
                high = middle;
            else
                low = middle + 1;
        }

        return low;
    }

    /// <summary>The upper end of the one-sided 90 % interval of a standard deviation, of normal numbers: that of a few seeds is little known.</summary>
    /// <param name="deviation">Of the sample (n - 1).</param>
    /// <param name="seeds">At least 2.</param>
    public static double UpperDeviation(double deviation, int seeds)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(seeds, 2);
        return deviation * Math.Sqrt((seeds - 1) / ChiSquared.InvCDF(seeds - 1, 0.1));
    }

    private static double HalfWidth(double deviation, int seeds) => StudentT.InvCDF(0, 1, seeds - 1, 1 - Tail) * deviation / Math.Sqrt(seeds);
}
