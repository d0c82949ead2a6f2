using PriorNas.Ranking.Surrogates;

namespace PriorNas.Cli.Display;

/// <summary>Shows what a surrogate of scores is worth.</summary>
internal static class SmoothDisplay
{
    /// <param name="surrogate">One that is not refused.</param>
    /// <param name="errors">What the noise is known by.</param>
    /// <param name="missing">Why it is not known, if it is not.</param>
    /// <param name="output">Takes the lines.</param>
    internal static void Write(ScoreSurrogate surrogate, string errors, string missing, TextWriter output)
    {
        var quality = surrogate.Quality;
        output.WriteLine($"networks       {quality.Networks}, {quality.Folds} folds");
        foreach (var candidate in surrogate.Candidates)
        {
            output.WriteLine(FormattableString.Invariant(
                $"{(candidate.Model == surrogate.Model ? "chosen" : ""),-14} {Describe(candidate.Model)}: error of the folds {candidate.Error:G4}, {candidate.Features} columns"));
        }

        output.WriteLine(FormattableString.Invariant($"R²             {quality.RSquared:F4}"));
        output.WriteLine(FormattableString.Invariant($"Kendall tau-b  {quality.KendallTau:F4}, fold predictions with the scores"));
        output.WriteLine(FormattableString.Invariant($"error          {quality.Error:G4}, where the scores' own deviation is {quality.ScoreDeviation:G4}"));
        output.WriteLine(double.IsNaN(quality.Noise)
            ? $"noise          unknown: {missing}; all of the error is taken for noise"
            : FormattableString.Invariant($"noise          {quality.Noise:G4} by {errors}; lack of fit {quality.LackOfFit:G4}"));
    }

    /// <summary>Why a surrogate must not be used.</summary>
    /// <param name="surrogate">One that is refused.</param>
    /// <param name="scores">What the scores are called.</param>
    /// <param name="remedy">What to do, where they are not all equal.</param>
    internal static string Refusal(ScoreSurrogate surrogate, string scores, string remedy)
    {
        var quality = surrogate.Quality;
        return double.IsNaN(quality.RSquared.Value)
            ? $"{scores} are all equal, so there is nothing to smooth; is the supernet trained?"
            : FormattableString.Invariant(
                $"{scores} cannot be smoothed: ten folds do not show that the architecture explains them (R² {quality.RSquared:F3}, error {quality.Error:G3}, deviation of the scores {quality.ScoreDeviation:G3}, {quality.Networks} networks); {remedy}.");
    }

    private static string Describe(SurrogateModel model) => model switch
    {
        SurrogateModel.Ridge => "ridge regression on depths and widths",
        SurrogateModel.RidgeWithProducts => "ridge regression with products of adjacent widths",
        _ => "Gaussian process on depths and widths",
    };
}
