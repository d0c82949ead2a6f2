using MathNet.Numerics.Distributions;

namespace PriorNas.Ranking.Surrogates;

/// <summary>
/// The standard errors of a surrogate. The folds' errors have three parts: the noise of the score, the lack of fit, and what the other scores
/// do not tell of the regression, its posterior variance. The first two together are the variance of the residuals; the given standard
/// errors tell them apart.
/// </summary>
internal sealed class SurrogateErrors
{
    /// <summary>A standard error below this share of the root mean square is raised to it: an accuracy of 0 or 1 seems to have none.</summary>
    private const double MinShare = 0.1;

    private readonly double residualVariance;
    private readonly double lackOfFit;
    private readonly double uncertainLackOfFit;
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
        uncertainLackOfFit = AtLeastZero(residualVariance - variances.Average(), residualVariance * Math.Sqrt(2.0 / scores.Length));
        var share = Math.Min(1, residualVariance / variances.Average());
        noise = Array.ConvertAll(variances, variance => share * variance);
    }

    /// <summary>The standard deviation of the lack of fit, or NaN.</summary>
    internal double LackOfFit => noise is null ? double.NaN : Math.Sqrt(lackOfFit);

    /// <summary>The standard errors, none of which is much below the others.</summary>
    internal static double[] Floored(double[] standardErrors)
    {
        var least = MinShare * Math.Sqrt(standardErrors.Average(Square));
        return Array.ConvertAll(standardErrors, error => Math.Max(error, least));
    }

    /// <summary>The standard error of a prediction of this posterior variance.</summary>
    internal double OfPrediction(double variance) => Math.Sqrt((noise is null ? residualVariance : uncertainLackOfFit) + residualVariance * variance);

    /// <summary>A score with its fold prediction.</summary>
    internal SmoothedScore Combine(int index, double raw, double rawError, RidgePrediction fold)
    {
        double own = noise is null ? residualVariance : noise[index], others = lackOfFit + residualVariance * fold.Variance;
        var share = own + others > 0 ? others / (own + others) : 0;
        var predicted = new ScorePrediction(fold.Value, OfPrediction(fold.Variance));
        var error = noise is null ? predicted.Error : Math.Sqrt(share * share * own + (1 - share) * (1 - share) * Square(predicted.Error));
        return new SmoothedScore(raw, rawError, predicted, new ScorePrediction(share * raw + (1 - share) * fold.Value, error));
    }

    /// <summary>
    /// The mean of what a variance may be, by a normal estimate that may be below 0: that of the normal distribution cut off at 0. So errors allow for a lack
    /// of fit that the noise hides, while the weights of <see cref="Combine"/> take the plain estimate.
    /// </summary>
    private static double AtLeastZero(double estimate, double deviation)
    {
        // Far below 0 the ratio of density to probability is that of the tail, where the mean is about deviation² / distance.
        var distance = estimate / deviation;
        return distance < -6 ? -deviation / distance : estimate + deviation * Normal.PDF(0, 1, distance) / Normal.CDF(0, 1, distance);
    }

    private static double Square(double value) => value * value;
}
