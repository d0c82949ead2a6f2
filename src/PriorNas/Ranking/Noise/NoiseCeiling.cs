using PriorNas.Randomness;

namespace PriorNas.Ranking.Noise;

/// <summary>
/// What noise allows: the agreement that scores which order the architectures perfectly would reach if they, or the truth, were measured
/// with this noise, and how much of it a ranking reaches.
/// </summary>
/// <remarks>
/// The noise of both sides is supposed to be independent of each other and of the scores. Shares above 1 come about by chance, where the
/// sample agrees better than the noise lets expect, or from noise that was given too large.
/// </remarks>
/// <param name="Pearson">
/// The largest Pearson correlation: the root of the product of the reliabilities (Spearman 1904), above 0 and at most 1.
/// </param>
/// <param name="KendallTau">
/// The largest Kendall tau of normal scores with that correlation r: 2 / pi asin(r) (Greiner 1909; Kendall and Gibbons 1990, chapter 9).
/// For scores that are far from normal it is an approximation.
/// </param>
/// <param name="PearsonShare">
/// The ranking's Pearson over the largest. With the noise of both sides it is Spearman's correlation corrected for attenuation: what the
/// two would have without noise.
/// </param>
/// <param name="KendallShare">The ranking's tau-b over the largest tau.</param>
public sealed record NoiseCeiling(Estimate Pearson, Estimate KendallTau, Estimate PearsonShare, Estimate KendallShare)
{
    /// <summary>Computes what noise allows, with 95 % intervals over architectures.</summary>
    /// <param name="ranking">One score for each architecture, at least 2, finite.</param>
    /// <param name="truth">The ground truth of each, finite.</param>
    /// <param name="reliabilities">
    /// Those of the sides whose noise counts: one or both; made from the same stream and number of resamples.
    /// </param>
    /// <param name="random">Decides the resamples; see <see cref="Bootstrap"/>.</param>
    /// <param name="resamples">At least <see cref="Bootstrap.MinResamples"/>.</param>
    /// <exception cref="ArgumentException">
    /// The lengths differ, there are fewer than 2 values, one is not finite, or there is no reliability or one of other resamples.
    /// </exception>
    public static NoiseCeiling Of(
        double[] ranking,
        double[] truth,
        IReadOnlyCollection<Reliability> reliabilities,
        RandomStream random,
        int resamples = Bootstrap.DefaultResamples)
    {
        ArgumentNullException.ThrowIfNull(reliabilities);
        if (reliabilities.Count == 0 || reliabilities.Any(r => r.Resampled.Length != resamples))
        {
            throw new ArgumentException(
                $"There are {reliabilities.Count} reliabilities; give at least one, each of {resamples} resamples.", nameof(reliabilities));
        }

        var value = Agreement.Of(ranking, truth);
        var agreements = Bootstrap.Resample([ranking, truth], [(0, 1)], random, resamples)[0];
        var largest = Root(reliabilities.Select(r => r.Value.Value));
        double[] resampled = [.. Enumerable.Range(0, resamples).Select(i => Root(reliabilities.Select(r => r.Resampled[i])))];
        return new NoiseCeiling(
            Bootstrap.Unbounded(largest, resampled),
            Bootstrap.Unbounded(TauOf(largest), Array.ConvertAll(resampled, TauOf)),
            Bootstrap.Unbounded(value.Pearson / largest, [.. agreements.Zip(resampled, (agreement, root) => agreement.Pearson / root)]),
            Bootstrap.Unbounded(
                value.KendallTau / TauOf(largest),
                [.. agreements.Zip(resampled, (agreement, root) => agreement.KendallTau / TauOf(root))]));
    }

    /// <summary>Kendall's tau of normal variables, from their correlation (Greiner 1909).</summary>
    internal static double TauOf(double correlation) => 2 / Math.PI * Math.Asin(correlation);

    private static double Root(IEnumerable<double> reliabilities) =>
        Math.Sqrt(reliabilities.Aggregate((product, reliability) => product * reliability));
}
