using PriorNas.Ranking.Surrogates;
using PriorNas.SearchSpaces;

namespace PriorNas.Cli.Display;

/// <summary>What is written of smoothed and of predicted scores, the same by <c>smooth</c> and by <c>rank</c>.</summary>
internal sealed class SmoothedColumns
{
    private readonly ScoreSurrogate surrogate;
    private readonly Dictionary<Architecture, SmoothedScore> networks = [];

    /// <param name="surrogate">Fitted to <paramref name="measured"/>, and not refused.</param>
    /// <param name="measured">In the order of the fit; of codes of one network the first stands for it.</param>
    internal SmoothedColumns(ScoreSurrogate surrogate, IEnumerable<Architecture> measured)
    {
        this.surrogate = surrogate;
        foreach (var (architecture, score) in measured.Zip(surrogate.Measured))
            networks.TryAdd(architecture.Canonical(), score);
    }

    /// <summary>The keys, in their order.</summary>
    internal static string[] Keys { get; } = ["score", "score_error", "raw", "raw_error", "smoothed", "smoothed_error"];

    /// <summary>The numbers of a measured score; without its standard error where that is not known.</summary>
    internal static double?[] Of(SmoothedScore score) =>
    [
        score.Combined.Value,
        score.Combined.Error,
        score.Raw,
        double.IsNaN(score.RawError) ? null : score.RawError,
        score.Smoothed.Value,
        score.Smoothed.Error,
    ];

    /// <summary>The numbers of any architectures: of a measured network, under whichever code, its own, else the prediction.</summary>
    internal double?[][] Of(IReadOnlyList<Architecture> architectures)
    {
        var predictions = surrogate.Predict(architectures);
        return [.. architectures.Select((architecture, i) =>
            networks.TryGetValue(architecture.Canonical(), out var score) ? Of(score) : Of(predictions[i]))];
    }

    private static double?[] Of(ScorePrediction prediction) =>
        [prediction.Value, prediction.Error, null, null, prediction.Value, prediction.Error];
}
