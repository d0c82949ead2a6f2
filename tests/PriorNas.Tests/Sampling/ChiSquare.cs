namespace PriorNas.Tests.Sampling;

/// <summary>Pearson's test of counts against the probabilities that they were drawn with.</summary>
internal static class ChiSquare
{
    /// <summary>Fails where a sound sampler would give such counts with a probability of about 1e-4 or less.</summary>
    /// <param name="counts">How often each outcome came.</param>
    /// <param name="probabilities">Of each outcome; they add up to 1.</param>
    /// <param name="what">For the message.</param>
    internal static void Fits(IReadOnlyList<int> counts, IReadOnlyList<double> probabilities, string what)
    {
        Assert.Equal(1, probabilities.Sum(), 1e-9);
        var draws = counts.Sum();
        var expected = probabilities.Select(p => p * draws).ToArray();
        Assert.True(expected.Min() >= 5, $"{what}: {draws} draws are too few");
        var square = counts.Zip(expected, (count, mean) => (count - mean) * (count - mean) / mean).Sum();
        Assert.True(square <= Bound(counts.Count - 1), $"{what}: chi-square {square:F1} of {string.Join(' ', counts)}");
    }

    /// <summary>The same where all outcomes are equally likely.</summary>
    internal static void Uniform(IReadOnlyList<int> counts, string what) => Fits(counts, [.. counts.Select(_ => 1.0 / counts.Count)], what);

    /// <summary>
    /// The quantile of 1 - 1e-4 by the cube root's normal approximation (Wilson and Hilferty 1931), which is a little high for few
    /// degrees of freedom.
    /// </summary>
    private static double Bound(int degrees)
    {
        const double Quantile = 3.719; // of the normal distribution
        var variance = 2.0 / (9 * degrees);
        return degrees == 0 ? 0 : degrees * Math.Pow(1 - variance + Quantile * Math.Sqrt(variance), 3);
    }
}
