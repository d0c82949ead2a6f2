namespace PriorNas.Ranking.Bias;

/// <summary>What a resample says of the bias of a ranking. Holds the buffers of one thread.</summary>
/// <param name="positions">The regression on the positions, or null for none.</param>
/// <param name="stages">The regression on the stages.</param>
/// <param name="scorings">The ranking, the truth, and the priors.</param>
/// <param name="normal">For as many items.</param>
internal sealed class BiasSums(ResampledRegression? positions, ResampledRegression stages, SortedScoring[] scorings, NormalScores normal)
{
    /// <summary>The variance of a residual, of a ranking of variance 1, below which it counts as rounding error.</summary>
    private const double Negligible = 1e-12;

    private readonly double[][] scores = Array.ConvertAll(scorings, scoring => new double[scoring.Ranks.Length]);

    /// <summary>The effects in one resample.</summary>
    /// <param name="Slope">Of the ranking on the truth.</param>
    /// <param name="Positions">One for each position; empty without a regression on them.</param>
    /// <param name="Stages">One for each stage.</param>
    /// <param name="Priors">One for each prior.</param>
    internal readonly record struct Values(double Slope, Effect[] Positions, Effect[] Stages, Effect[] Priors);

    /// <summary>See <see cref="BiasEffect"/>.</summary>
    internal readonly record struct Effect(double InRanking, double InTruth, double Overrated);

    /// <summary>Computes the effects; all are NaN where ranking or truth is constant.</summary>
    /// <param name="counts">How often each item was drawn.</param>
    /// <param name="reliability">Of the truth in this resample, above 0 and at most 1, or NaN.</param>
    internal Values Of(int[] counts, double reliability)
    {
        var differ = scorings.Select((scoring, i) => normal.Compute(scoring, counts, scores[i])).ToArray();
        var agreement = differ[0] && differ[1] ? Correlation(counts, 0, 1) : double.NaN;
        var slope = agreement / reliability;
        return new(
            slope,
            positions is null ? [] : Effects(positions),
            Effects(stages),
            [.. Enumerable.Range(2, scorings.Length - 2).Select(prior => OfPrior(prior))]);

        // A regression is linear in its target, so that the residual needs none of its own.
        Effect[] Effects(ResampledRegression regression)
        {
            var fit = regression.Fit(counts, scores[0], scores[1]);
            return [.. fit[0].Zip(fit[1], (ranking, truth) => new Effect(Defined(0, ranking), Defined(1, truth), ranking - slope * truth))];
        }

        double Defined(int scoring, double value) => differ[scoring] ? value : double.NaN;

        Effect OfPrior(int prior)
        {
            if (!differ[prior] || double.IsNaN(agreement))
                return new(double.NaN, double.NaN, double.NaN);
            var (ranking, truth) = (Correlation(counts, 0, prior), Correlation(counts, 1, prior));
            var variance = 1 + slope * slope - 2 * slope * agreement;
            return new(ranking, truth, variance > Negligible ? (ranking - slope * truth) / Math.Sqrt(variance) : double.NaN);
        }
    }

    /// <summary>Of two standardised scorings.</summary>
    private double Correlation(int[] counts, int x, int y)
    {
        var sum = 0.0;
        for (var i = 0; i < counts.Length; i++)
            sum += counts[i] * scores[x][i] * scores[y][i];
        return sum / counts.Length;
    }
}
