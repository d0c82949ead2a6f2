namespace PriorNas.Ranking.Surrogates;

/// <summary>The regressions among which the folds choose.</summary>
public enum SurrogateModel
{
    /// <summary>Ridge regression on <see cref="FeatureFamily.Widths"/>.</summary>
    Ridge,

    /// <summary>Ridge regression on <see cref="FeatureFamily.WidthsAndProducts"/>.</summary>
    RidgeWithProducts,

    /// <summary>A Gaussian process on <see cref="FeatureFamily.Widths"/>, with a kernel that is the sum of a linear and a smooth one.</summary>
    GaussianProcess,
}

/// <summary>How well a regression predicts the scores of architectures that it did not see.</summary>
/// <param name="Model">Which regression.</param>
/// <param name="Features">Its columns.</param>
/// <param name="Error">The root mean square error of its fold predictions, in units of the scores.</param>
public sealed record SurrogateCandidate(SurrogateModel Model, int Features, double Error);

/// <summary>How far the fold predictions of the chosen regression agree with the scores. Where standard errors are given, squares are weighted by precision.</summary>
/// <param name="Networks">The number of distinct networks with a score.</param>
/// <param name="Folds">The number of folds.</param>
/// <param name="RSquared">
/// 1 - (square error of the fold predictions) / (square error of the mean of the other folds): 1 where scores are predicted without error, 0 or less
/// where the mean does as well, NaN where all scores are equal. With the 95 % interval of the paired bootstrap over architectures.
/// </param>
/// <param name="KendallTau">Kendall's tau-b of the fold predictions with the scores, in [-1, 1], or NaN.</param>
/// <param name="Error">The root mean square error of the fold predictions, in units of the scores.</param>
/// <param name="ScoreDeviation">The root mean square error of the mean of the other folds, in the same units.</param>
/// <param name="Noise">The root mean square standard error of the scores, as given, or NaN.</param>
/// <param name="LackOfFit">
/// What is left of the folds' error without the noise and without what more scores would teach: the standard deviation by which the supernet's own
/// scores, measured without noise, differ from the regression. NaN where no standard errors are given, since it cannot be told from noise then.
/// </param>
public sealed record SurrogateQuality(int Networks, int Folds, Estimate RSquared, double KendallTau, double Error, double ScoreDeviation, double Noise, double LackOfFit)
{
    /// <summary>
    /// Whether the regression may be used: the folds show that it predicts scores better than their mean does. <see cref="RSquared"/> must be above 0 by
    /// half as much again as its interval reaches down, which is about three standard errors: it is that of the best of several regressions
    /// and penalties, and the best of several exceeds two standard errors too often where there is nothing but noise.
    /// </summary>
    public bool Explains => RSquared.Value - 1.5 * (RSquared.Value - RSquared.Low) > 0;
}

/// <summary>A predicted score.</summary>
/// <param name="Value">In units of the scores.</param>
/// <param name="Error">
/// Its standard error, calibrated by the folds. Where standard errors of the scores are given it is about the score of the supernet without noise, else about
/// a measured score, whose noise it then includes.
/// </param>
public readonly record struct ScorePrediction(double Value, double Error);

/// <summary>A measured score beside what the others say of it.</summary>
/// <param name="Raw">The score as measured.</param>
/// <param name="RawError">Its standard error, or NaN where none was given.</param>
/// <param name="Smoothed">The prediction by the folds that do not hold it, which knows nothing of the noise of <paramref name="Raw"/>.</param>
/// <param name="Combined">
/// The mean of both, weighted by their inverse variances. Noise is taken to be at most what the folds show: scores on the same images share a part of
/// their noise, which does not change the order. Where no standard errors are given, all of the folds' error is taken for noise.
/// </param>
public readonly record struct SmoothedScore(double Raw, double RawError, ScorePrediction Smoothed, ScorePrediction Combined);
