using System.Collections.Immutable;
using PriorNas.Randomness;
using PriorNas.Ranking.Noise;
using PriorNas.SearchSpaces;

namespace PriorNas.Ranking.Bias;

/// <summary>
/// What a ranking gets wrong, put down to what architectures differ in: which widths and depths, which stages, and what the priors favour.
/// Ranking and truth become normal scores (Blom 1958), so that only their orders count and a bent scale of accuracies is no bias. The
/// residual is the ranking minus <see cref="Slope"/> times the truth: a ranking that is the truth and noise has a smaller share of
/// everything, and the plain difference would say that it underrates whatever matters.
/// </summary>
/// <remarks>
/// <para>The residual is regressed on all positions at once, with a slight ridge (Hoerl and Kennard 1970): positions that go together in a
/// list, such as a depth and the widths of its blocks, would else be charged with each other's effect, and with few architectures the
/// regression would have no definite answer. The ridge shrinks effects by at most 0.1 p / n, for p positions and n architectures.</para>
/// <para>Intervals are those of the <see cref="Bootstrap"/> over architectures; normal scores, slope and regressions are made anew in each
/// resample. Each is a 95 % interval by itself: of twenty positions without bias, one is decided by chance.</para>
/// </remarks>
/// <param name="Count">The number of architectures.</param>
/// <param name="VaryingPositions">How many positions of the code differ among them.</param>
/// <param name="Slope">
/// The slope of the ranking on the truth, both of variance 1: their correlation over the reliability of the truth, which is the slope on a
/// truth without noise (Fuller 1987, "Measurement Error Models", section 1.2). NaN where one of the two is constant.
/// </param>
/// <param name="Positions">
/// Coefficients of the widths (natural logarithm of the channels) and depths (blocks), by the size of what is overrated; empty where there
/// are fewer than <see cref="MinPerPosition"/> architectures for each.
/// </param>
/// <param name="Stages">
/// Coefficients of a coarser regression: the stem, the depth of each stage, and the sum of its logarithms of widths.
/// </param>
/// <param name="Priors">
/// Correlations of ranking, truth and residual with each prior, all as normal scores; those that are constant are left out.
/// </param>
public sealed record RankingBias(
    int Count,
    int VaryingPositions,
    double Slope,
    ImmutableArray<BiasEffect> Positions,
    ImmutableArray<BiasEffect> Stages,
    ImmutableArray<BiasEffect> Priors)
{
    /// <summary>With fewer architectures for each position, a resample would hold hardly more different ones than positions.</summary>
    public const int MinPerPosition = 2;

    /// <summary>Compares a ranking with the truth.</summary>
    /// <param name="architectures">At least 2, all of one space.</param>
    /// <param name="ranking">One score for each architecture, finite; higher is better.</param>
    /// <param name="truth">The ground truth of each, finite.</param>
    /// <param name="priors">Scores of the same architectures, with names; any number.</param>
    /// <param name="random">Decides the resamples; see <see cref="Bootstrap"/>.</param>
    /// <param name="truthReliability">
    /// That of the truth, made from the same stream and number of resamples; null where the truth has no noise.
    /// </param>
    /// <param name="resamples">At least <see cref="Bootstrap.MinResamples"/>.</param>
    /// <exception cref="ArgumentException">The lengths differ, there are fewer than 2 values, or one is not finite.</exception>
    public static RankingBias Of(
        IReadOnlyList<Architecture> architectures,
        double[] ranking,
        double[] truth,
        IReadOnlyList<(string Name, double[] Scores)> priors,
        RandomStream random,
        Reliability? truthReliability = null,
        int resamples = Bootstrap.DefaultResamples)
    {
        Check(architectures, ranking, truth, priors);
        var count = ranking.Length;
        (string Name, double[] Scores)[] differing = [.. priors.Where(prior => prior.Scores.AsSpan().ContainsAnyExcept(prior.Scores[0]))];
        var positions = VaryingPosition.Of(architectures);
        var stages = Stage(positions);
        var isEnough = positions.Length * MinPerPosition <= count;
        var fine = isEnough ? new ResampledRegression([.. positions.Select(p => p.Values)], count) : null;
        var coarse = new ResampledRegression([.. stages.Select(s => s.Values)], count);
        double[][] columns = [ranking, truth, .. differing.Select(prior => prior.Scores)];
        var scorings = Array.ConvertAll(columns, column => new SortedScoring(column));
        var normal = new NormalScores(count);
        var value = Sums().Of([.. ranking.Select(_ => 1)], truthReliability?.Value.Value ?? 1);
        var resampled = new BiasSums.Values[resamples];
        Bootstrap.Resample(count, random, resamples, Sums, (sums, counts, resample) =>
            resampled[resample] = sums.Of(counts, truthReliability?.Resampled[resample] ?? 1));
        return new RankingBias(
            count,
            positions.Length,
            value.Slope,
            isEnough ? Effects(positions.Select(p => p.Name), v => v.Positions) : [],
            Effects(stages.Select(s => s.Name), v => v.Stages),
            Effects(differing.Select(prior => prior.Name), v => v.Priors));

        BiasSums Sums() => new(fine, coarse, scorings, normal);

        ImmutableArray<BiasEffect> Effects(IEnumerable<string> names, Func<BiasSums.Values, BiasSums.Effect[]> part) =>
            [.. names.Select((name, i) => Effect(name, i, part)).OrderByDescending(effect => Math.Abs(effect.Overrated.Value))];

        BiasEffect Effect(string name, int index, Func<BiasSums.Values, BiasSums.Effect[]> part)
        {
            var (inRanking, inTruth, overrated) = part(value)[index];
            var interval = Bootstrap.Unbounded(overrated, Array.ConvertAll(resampled, r => part(r)[index].Overrated));
            return new BiasEffect(name, inRanking, inTruth, interval);
        }
    }

    private static void Check(
        IReadOnlyList<Architecture> architectures, double[] ranking, double[] truth, IReadOnlyList<(string Name, double[] Scores)> priors)
    {
        ArgumentNullException.ThrowIfNull(architectures);
        ArgumentNullException.ThrowIfNull(priors);
        RankCorrelation.Check(ranking, truth);
        foreach (var (_, scores) in priors)
            RankCorrelation.Check(scores, truth);
        if (architectures.Count != ranking.Length)
        {
            throw new ArgumentException(
                $"There are {architectures.Count} architectures and {ranking.Length} scores; give a score for each.", nameof(ranking));
        }
    }

    /// <summary>Stem and depths as they are, and of each stage the sum of its widths' columns.</summary>
    private static (string Name, double[] Values)[] Stage(ImmutableArray<VaryingPosition> positions) =>
    [
        .. positions.GroupBy(position => (position.Stage, position.IsDepth)).Select(group => (
            group.Key.Stage < 0 || group.Key.IsDepth ? group.First().Name : $"stage {group.Key.Stage + 1} widths",
            group.Select(position => position.Values).Aggregate((sum, values) => [.. sum.Zip(values, (a, b) => a + b)]))),
    ];
}
