namespace PriorNas.Ranking;

/// <summary>
/// The standard errors of a surrogate. The folds' errors have three parts: the noise of the score, the lack of fit, and what the other scores
/// do not tell of the regression, its posterior variance. The first two together are the variance of the residuals; the given standard
/// errors tell them apart.
/// </summary>
internal sealed class SurrogateErrors
{
    /// <summary>A standard error below this share of the root mean square is raised to it: an accuracy of 0 or 1 seems to have none.</summary>
    private const double LeastShare = 0.1;

    private readonly double residualVariance;
    private readonly double lackOfFit;
    private readonly double[]? noise;

    /// <param name="chosen">The regression.</param>
    /// <param name="scores">The scores that it was fitted to.</param>
    /// <param name="relativeNoise">The relative variance of each residual, 1 on average, by which the regression was weighted.</param>
    /// <param name="standardErrors">Of the scores, or null.</param>
    internal SurrogateErrors(FoldedRegression chosen, double[] scores, double[] relativeNoise, double[]? standardErrors)
    {
        residualVariance = scores.Select((score, i) => Square(score - chosen.Predictions[i].Value) / (relativeNoise[i] + chosen.Predictions[i].Variance)).Average();
        if (standardErrors is null)
            return;
        double[] variances = [.. Floored(standardErrors).Select(Square)];
        lackOfFit = Math.Max(0, residualVariance - variances.Average());
        var share = Math.Min(1, residualVariance / variances.Average());
        noise = Array.ConvertAll(variances, variance => share * variance);
    }

    /// <summary>The standard deviation of the lack of fit, or NaN.</summary>
    internal double LackOfFit => noise is null ? double.NaN : Math.Sqrt(lackOfFit);

    /// <summary>The standard errors, none of which is much below the others.</summary>
    internal static double[] Floored(double[] standardErrors)
    {
        var least = LeastShare * Math.Sqrt(standardErrors.Average(Square));
        return Array.ConvertAll(standardErrors, error => Math.Max(error, least));
    }

    /// <summary>The standard error of a prediction of this posterior variance.</summary>
    internal double OfPrediction(double variance) => Math.Sqrt((noise is null ? residualVariance : lackOfFit) + residualVariance * variance);

    /// <summary>A score with its fold prediction.</summary>
    internal SmoothedScore Combine(int index, double raw, double rawError, RidgePrediction fold)
    {
        double own = noise is null ? residualVariance : noise[index], others = (noise is null ? 0 : lackOfFit) + residualVariance * fold.Variance;
        var predicted = new ScorePrediction(fold.Value, OfPrediction(fold.Variance));
        if (own + others == 0)
            return new SmoothedScore(raw, rawError, predicted, predicted);
        var value = (others * raw + own * fold.Value) / (own + others);
        return new SmoothedScore(raw, rawError, predicted, new ScorePrediction(value, noise is null ? predicted.Error : Math.Sqrt(own * others / (own + others))));
    }

    private static double Square(double value) => value * value;
}
