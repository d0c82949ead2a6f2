using PriorNas.Randomness;

namespace PriorNas.Ranking;

/// <summary>The agreement of two scorings of the same architectures: the rank consistency that one-shot search depends on.</summary>
/// <param name="Count">The number of architectures, at least 2.</param>
/// <param name="Pearson"><see cref="RankCorrelation.Pearson"/>, in [-1, 1] or NaN.</param>
/// <param name="Spearman"><see cref="RankCorrelation.Spearman"/>, in [-1, 1] or NaN.</param>
/// <param name="KendallTau"><see cref="RankCorrelation.KendallTauB"/>, in [-1, 1] or NaN.</param>
public sealed record RankReport(int Count, Estimate Pearson, Estimate Spearman, Estimate KendallTau)
{
    /// <summary>Computes all statistics of two scorings, without intervals.</summary>
    /// <inheritdoc cref="RankCorrelation.Pearson" path="/param"/>
    /// <inheritdoc cref="RankCorrelation.Pearson" path="/exception"/>
    public static RankReport Of(ReadOnlySpan<double> x, ReadOnlySpan<double> y) => Of(x.Length, Agreement.Of(x, y), null);

    /// <summary>Computes all statistics of two scorings with their 95 % intervals, by the bootstrap over architectures.</summary>
    /// <param name="x">One score per item, at least 2, all finite.</param>
    /// <param name="y">The other score of the same items, in the same order.</param>
    /// <inheritdoc cref="RankCorrelation.Pearson" path="/exception"/>
    /// <param name="random">Decides the resamples; see <see cref="Bootstrap"/>.</param>
    /// <param name="resamples">At least <see cref="Bootstrap.MinResamples"/>.</param>
    public static RankReport Of(ReadOnlySpan<double> x, ReadOnlySpan<double> y, RandomStream random, int resamples = Bootstrap.DefaultResamples)
    {
        var value = Agreement.Of(x, y);
        return Of(x.Length, value, Bootstrap.Resample([x.ToArray(), y.ToArray()], [(0, 1)], random, resamples)[0]);
    }

    /// <summary>
    /// The agreement of two scorings beyond what other scorings of the same architectures, the givens, explain of both: Pearson's
    /// correlation of the residuals of the two linear regressions on the givens, Spearman's likewise of the ranks, and Kendall's
    /// partial tau (Kendall 1942, "Partial rank correlation") of the tau-b. Each is NaN where the givens explain all of one side.
    /// A given that is constant, or follows from the others, explains nothing further. Pearson and Spearman are also NaN where there are fewer
    /// items than such givens and three more, since they are then 1 or -1 whatever the scores.
    /// </summary>
    /// <param name="x">One score per item, at least 2, all finite.</param>
    /// <param name="y">The other score of the same items, in the same order.</param>
    /// <inheritdoc cref="RankCorrelation.Pearson" path="/exception"/>
    /// <param name="givens">One score per item for each given; without a given, the plain agreement.</param>
    public static RankReport Partial(double[] x, double[] y, IReadOnlyList<double[]> givens)
    {
        double[][] columns = [x, y, .. givens];
        return Of(x.Length, PartialCorrelation.Of(x.Length, columns.Length, (a, b) => Agreement.Of(columns[a], columns[b])), null);
    }

    /// <summary>As <see cref="Partial(double[], double[], IReadOnlyList{double[]})"/>, with 95 % intervals: the regressions are made anew in each resample.</summary>
    /// <inheritdoc cref="Partial(double[], double[], IReadOnlyList{double[]})" path="/param"/>
    /// <inheritdoc cref="Partial(double[], double[], IReadOnlyList{double[]})" path="/exception"/>
    /// <inheritdoc cref="Of(ReadOnlySpan{double}, ReadOnlySpan{double}, RandomStream, int)" path="/param[@name='random' or @name='resamples']"/>
    public static RankReport Partial(double[] x, double[] y, IReadOnlyList<double[]> givens, RandomStream random, int resamples = Bootstrap.DefaultResamples)
    {
        var report = Partial(x, y, givens);
        double[][] columns = [x, y, .. givens];
        var pairs = PartialCorrelation.Pairs(columns.Length);
        var resampled = Bootstrap.Resample(columns, pairs, random, resamples);
        var partial = Enumerable.Range(0, resamples).Select(r => PartialCorrelation.Of(x.Length, columns.Length, (a, b) => resampled[Array.IndexOf(pairs, (a, b))][r]));
        return Of(report.Count, new(report.Pearson.Value, report.Spearman.Value, report.KendallTau.Value), [.. partial]);
    }

    internal static RankReport Of(int count, Agreement value, Agreement[]? resampled) => new(
        count,
        Bootstrap.Estimate(value.Pearson, resampled, a => a.Pearson, 1),
        Bootstrap.Estimate(value.Spearman, resampled, a => a.Spearman, 1),
        Bootstrap.Estimate(value.KendallTau, resampled, a => a.KendallTau, 1));
}
