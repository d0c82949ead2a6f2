using PriorNas.Randomness;
using PriorNas.SearchSpaces;

namespace PriorNas.Ranking.Surrogates;

/// <summary>The steps by which <see cref="ScoreSurrogate"/> chooses a regression.</summary>
internal sealed class SurrogateFit
{
    private const int Folds = 10;

    /// <summary>Residuals are at least this share of the folds' square error more than noise, as far as weights go: no score's weight becomes boundless.</summary>
    private const double MinLackOfFit = 0.05;

    private readonly IReadOnlyList<Architecture> architectures;
    private readonly double[] scores;
    private readonly double[]? standardErrors;
    private readonly RandomStream random;
    private readonly ScoreFolds folds;

    internal SurrogateFit(IReadOnlyList<Architecture> architectures, double[] scores, double[]? standardErrors, RandomStream random)
    {
        (this.architectures, this.scores, this.standardErrors, this.random) = (architectures, scores, standardErrors, random);
        folds = ScoreFolds.Of(architectures, Folds, random.Split("folds"));
    }

    /// <summary>Fits all regressions and takes the simplest that the others are not better than.</summary>
    internal ScoreSurrogate Choose()
    {
        var widths = FeatureMap.Linear(architectures, FeatureFamily.Widths);
        var rows = widths.Rows(architectures);
        var noise = RelativeNoise(widths, rows);
        var weights = Array.ConvertAll(noise, variance => 1 / variance);
        (SurrogateModel Model, FoldedRegression Fit)[] fits =
        [
            (SurrogateModel.Ridge, new FoldedRegression(widths, rows, scores, weights, folds)),
            (SurrogateModel.RidgeWithProducts, Fit(FeatureMap.Linear(architectures, FeatureFamily.WidthsAndProducts), weights)),
            (SurrogateModel.GaussianProcess, Fit(Kernel(widths, rows, noise), weights)),
        ];
        var (model, chosen) = fits.Aggregate((simpler, next) => IsBetter(next.Fit, simpler.Fit, weights) ? next : simpler);
        var errors = new SurrogateErrors(chosen, scores, noise, standardErrors);
        var candidates = fits.Select(fit => new SurrogateCandidate(fit.Model, fit.Fit.Columns, fit.Fit.Error));
        var measured = chosen.Predictions.Select((fold, i) => errors.Combine(i, scores[i], standardErrors?[i] ?? double.NaN, fold));
        return new ScoreSurrogate(chosen, model, [.. candidates], Quality(chosen, weights, errors), errors, [.. measured]);
    }

    /// <summary>
    /// Whether a regression's square errors are smaller than those of a simpler one by more than the standard error of their mean difference (the rule of
    /// one standard error; Breiman et al. 1984, "Classification and Regression Trees", section 3.4.3, here of paired differences).
    /// </summary>
    private bool IsBetter(FoldedRegression next, FoldedRegression simpler, double[] weights)
    {
        var gains = SquareErrors(simpler, weights).Zip(SquareErrors(next, weights), (before, after) => before - after).ToArray();
        var mean = gains.Average();
        return mean > Math.Sqrt(gains.Sum(gain => (gain - mean) * (gain - mean)) / (gains.Length - 1) / gains.Length);
    }

    private double[] SquareErrors(FoldedRegression fit, double[] weights) => SquareErrors(Array.ConvertAll(fit.Predictions, prediction => prediction.Value), weights);

    private double[] SquareErrors(double[] predicted, double[] weights) =>
        [.. predicted.Select((value, i) => weights[i] * (scores[i] - value) * (scores[i] - value))];

    private FoldedRegression Fit(FeatureMap map, double[] weights) => new(map, map.Rows(architectures), scores, weights, folds);

    private FeatureMap Kernel(FeatureMap widths, MappedRow[] rows, double[] noise) =>
        widths.Through(KernelColumns.Choose(Array.ConvertAll(rows, row => row.Values[..^1]), scores, noise, random.Split("points")));

    /// <summary>
    /// The variance of each residual, 1 on average: that of the noise and of the lack of fit, which a first regression without weights
    /// shows. All alike where no standard errors are given.
    /// </summary>
    private double[] RelativeNoise(FeatureMap widths, MappedRow[] rows)
    {
        double[] alike = [.. scores.Select(_ => 1.0)];
        if (standardErrors is null)
            return alike;
        double[] variances = [.. SurrogateErrors.Floored(standardErrors).Select(error => error * error)];
        var total = Math.Pow(new FoldedRegression(widths, rows, scores, alike, folds).Error, 2);
        var lackOfFit = Math.Max(total - variances.Average(), MinLackOfFit * total);
        var mean = lackOfFit + variances.Average();
        return Array.ConvertAll(variances, variance => (lackOfFit + variance) / mean);
    }

    private SurrogateQuality Quality(FoldedRegression chosen, double[] weights, SurrogateErrors errors)
    {
        var predicted = Array.ConvertAll(chosen.Predictions, prediction => prediction.Value);
        var plain = MeansOfOtherFolds(weights);
        double[] left = SquareErrors(predicted, weights), whole = SquareErrors(plain, weights);
        return new SurrogateQuality(
            architectures.Select(architecture => architecture.Canonical()).Distinct().Count(),
            folds.Count,
            RSquared(left, whole),
            RankCorrelation.KendallTauB(predicted, scores),
            chosen.Error,
            Math.Sqrt(whole.Sum() / weights.Sum()),
            standardErrors is null ? double.NaN : Math.Sqrt(standardErrors.Average(error => error * error)),
            errors.LackOfFit);
    }

    /// <summary>What each architecture's score would be predicted to be without a regression.</summary>
    private double[] MeansOfOtherFolds(double[] weights)
    {
        var sums = folds.Members.Select(members => (Weight: members.Sum(i => weights[i]), Score: members.Sum(i => weights[i] * scores[i]))).ToArray();
        var means = sums.Select((_, fold) => sums.Where((_, i) => i != fold).Sum(s => s.Score) / sums.Where((_, i) => i != fold).Sum(s => s.Weight)).ToArray();
        return Array.ConvertAll(folds.FoldOf, fold => means[fold]);
    }

    private Estimate RSquared(double[] left, double[] whole)
    {
        // Scores that are all equal leave nothing but rounding errors.
        if (scores.Max() - scores.Min() <= 1e-12 * scores.Max(Math.Abs))
            return new Estimate(double.NaN);
        var resampled = new double[Bootstrap.DefaultResamples];
        var purpose = random.Split("bootstrap");
        Parallel.For(0, resampled.Length, resample =>
        {
            var stream = purpose.Split(resample);
            double leftSum = 0, wholeSum = 0;
            for (var i = 0; i < left.Length; i++)
            {
                var drawn = stream.Next(left.Length);
                (leftSum, wholeSum) = (leftSum + left[drawn], wholeSum + whole[drawn]);
            }

            resampled[resample] = 1 - leftSum / wholeSum;
        });
        return Bootstrap.Estimate(1 - left.Sum() / whole.Sum(), resampled, value => value, 1);
    }
}
