using PriorNas.Randomness;

namespace PriorNas.Ranking;

/// <summary>
/// Which of two scorings agrees better with one truth: the first one's statistics less the second one's. The intervals are those of the
/// paired bootstrap: both are computed on the same resampled architectures, so what an easy or a hard sample does to both cancels. Where
/// <see cref="Estimate.Decided"/> is false, the architectures are too few to tell the two apart.
/// </summary>
/// <param name="Count">The number of architectures, at least 2.</param>
/// <param name="Pearson">In [-2, 2], or NaN where one of the two is undefined.</param>
/// <param name="Spearman">In [-2, 2] or NaN.</param>
/// <param name="KendallTau">In [-2, 2] or NaN.</param>
public sealed record RankComparison(int Count, Estimate Pearson, Estimate Spearman, Estimate KendallTau)
{
    /// <summary>Compares two scorings.</summary>
    /// <param name="first">One score per item, at least 2, all finite.</param>
    /// <param name="second">The other score of the same items, in the same order.</param>
    /// <param name="truth">What both are compared with, of the same items.</param>
    /// <param name="random">Decides the resamples; see <see cref="Bootstrap"/>.</param>
    /// <param name="resamples">At least <see cref="Bootstrap.MinResamples"/>.</param>
    /// <exception cref="ArgumentException">The lengths differ, there are fewer than 2 values, or one is not finite.</exception>
    public static RankComparison Of(double[] first, double[] second, double[] truth, RandomStream random, int resamples = Bootstrap.DefaultResamples)
    {
        var values = (First: Agreement.Of(first, truth), Second: Agreement.Of(second, truth));
        var resampled = Bootstrap.Resample([first, second, truth], [(0, 2), (1, 2)], random, resamples);
        return Of(truth.Length, values.First, values.Second, resampled[0], resampled[1]);
    }

    internal static RankComparison Of(int count, Agreement first, Agreement second, Agreement[] resampledFirst, Agreement[] resampledSecond)
    {
        var resampled = resampledFirst.Zip(resampledSecond).ToArray();
        return new(count, Difference(a => a.Pearson), Difference(a => a.Spearman), Difference(a => a.KendallTau));

        Estimate Difference(Func<Agreement, double> statistic) =>
            Bootstrap.Estimate(statistic(first) - statistic(second), resampled, pair => statistic(pair.First) - statistic(pair.Second), 2);
    }
}
