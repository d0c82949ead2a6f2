using System.Collections.Immutable;
using PriorNas.Files;
using PriorNas.Randomness;
using PriorNas.SearchSpaces;

namespace PriorNas.Ranking.Surrogates;

/// <summary>
/// A regression of a supernet's own scores on the widths and depths of the architectures. Scores of a supernet are noisy; what is noise differs from
/// network to network, what is not is nearly a smooth function of the architecture, so that a few hundred scores smooth each other, and predict
/// those of all other architectures. No truth is needed, and none is approached: what is wrong with the supernet stays wrong.
/// </summary>
/// <remarks>
/// Everything is decided by the scores alone: the penalty of each regression by the square error of ten folds; which regression likewise,
/// where a more complex one must gain more than one standard error; the Gaussian process's kernel by the likelihood of at most 256 scores, of
/// all folds. The standard errors of predictions are those of Bayes' posterior times one factor, by which the folds' errors are as large as
/// predicted. They hold for architectures like the measured ones.
/// </remarks>
public sealed class ScoreSurrogate
{
    /// <summary>Distinct networks without which a regression is not tried: two for each fold.</summary>
    public const int MinNetworks = 20;

    private readonly FeatureMap map;
    private readonly RidgeRegression regression;
    private readonly SurrogateErrors errors;
    private readonly ImmutableArray<SmoothedScore> measured;

    internal ScoreSurrogate(
        FoldedRegression chosen, SurrogateModel model, ImmutableArray<SurrogateCandidate> candidates, SurrogateQuality quality, SurrogateErrors errors, ImmutableArray<SmoothedScore> measured)
    {
        (map, regression, this.errors, this.measured) = (chosen.Map, chosen.Whole(), errors, measured);
        (Model, Candidates, Quality, Penalty) = (model, candidates, quality, chosen.Penalty);
    }

    /// <summary>The simplest regression that the others are not better than.</summary>
    public SurrogateModel Model { get; }

    /// <summary>All regressions that were tried.</summary>
    public ImmutableArray<SurrogateCandidate> Candidates { get; }

    /// <summary>What the folds say of the chosen one.</summary>
    public SurrogateQuality Quality { get; }

    /// <summary>The chosen penalty: the variance of the noise in units of the function's, from about 0.00003 to 3000000.</summary>
    public double Penalty { get; }

    /// <summary>Whether the folds do not show that the scores can be predicted; <see cref="Measured"/> and <see cref="Predict"/> must not be used then.</summary>
    public bool IsRefused => !Quality.Explains;

    /// <summary>The measured scores, smoothed, in the order in which they were given.</summary>
    /// <exception cref="InvalidOperationException">The surrogate is refused.</exception>
    public ImmutableArray<SmoothedScore> Measured => Allowed(measured);

    /// <summary>Fits a regression.</summary>
    /// <param name="architectures">The measured architectures, all of one space.</param>
    /// <param name="scores">The score of each, finite, higher for better.</param>
    /// <param name="standardErrors">The standard error of each, finite and at least 0, not all 0; or null where they are unknown.</param>
    /// <param name="random">Decides the folds, the kernel's points and the resamples of the interval; is split, not drawn from.</param>
    /// <returns>A surrogate, which may be refused.</returns>
    /// <exception cref="InputException">There are fewer than <see cref="MinNetworks"/> distinct networks.</exception>
    /// <exception cref="ArgumentException">The lengths differ, the spaces differ, or a number is not in its range.</exception>
    public static ScoreSurrogate Fit(IReadOnlyList<Architecture> architectures, double[] scores, double[]? standardErrors, RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(architectures);
        ArgumentNullException.ThrowIfNull(scores);
        ArgumentNullException.ThrowIfNull(random);
        if (scores.Length != architectures.Count || !scores.All(double.IsFinite))
            throw new ArgumentException($"There are {scores.Length} scores for {architectures.Count} architectures; each needs a finite one.", nameof(scores));
        if (standardErrors is not null && (standardErrors.Length != scores.Length || !standardErrors.All(e => double.IsFinite(e) && e >= 0) || standardErrors.All(e => e == 0)))
            throw new ArgumentException($"Each of the {scores.Length} scores needs a finite standard error, 0 or more and not all 0, or none has one.", nameof(standardErrors));
        var networks = architectures.Select(architecture => architecture.Canonical()).Distinct().Count();
        if (networks < MinNetworks)
            throw new InputException($"a surrogate needs the scores of at least {MinNetworks} distinct networks, there are {networks}; measure more.");
        return new SurrogateFit(architectures, scores, standardErrors, random.Split("surrogate")).Choose();
    }

    /// <summary>Predicts by the regression on all scores.</summary>
    /// <param name="architectures">Architectures of the same space; of one that was measured, the prediction includes its own score.</param>
    /// <returns>One for each.</returns>
    /// <exception cref="InvalidOperationException">The surrogate is refused.</exception>
    /// <exception cref="ArgumentException">An architecture is of another space.</exception>
    public ScorePrediction[] Predict(IReadOnlyList<Architecture> architectures)
    {
        ArgumentNullException.ThrowIfNull(architectures);
        Allowed(measured);
        if (architectures.FirstOrDefault(architecture => architecture.Space.Hash != map.Space.Hash) is { } foreign)
            throw new ArgumentException($"An architecture is of space '{foreign.Space.Name}', not '{map.Space.Name}'.", nameof(architectures));
        var predictions = new ScorePrediction[architectures.Count];
        Parallel.For(0, predictions.Length, i =>
        {
            var (value, variance) = regression.Predict(map.Row(architectures[i]));
            predictions[i] = new ScorePrediction(value, errors.OfPrediction(variance));
        });
        return predictions;
    }

    private T Allowed<T>(T value) => IsRefused
        ? throw new InvalidOperationException("The folds do not show that the scores can be predicted; see IsRefused and Quality.")
        : value;
}
