using System.Collections.Immutable;
using PriorNas.Ranking;
using PriorNas.Torch.Evaluation;
using PriorNas.Torch.Runs;

namespace PriorNas.Torch.Ablations;

/// <summary>One training of an ablation, and what came of it; the form of its <c>outcome.json</c>.</summary>
public sealed record AblationOutcome
{
    /// <summary>Identifies the architectures that were ranked, and their order.</summary>
    public required string ListSha256 { get; init; }

    /// <summary>Their accuracies inside the supernet, in [0, 1]; empty where the training diverged.</summary>
    public required ImmutableArray<double> Accuracies { get; init; }

    /// <summary>
    /// Their mean cross-entropies inside the supernet in nats; empty where the training diverged, and in outcomes of earlier versions, whose
    /// supernets are ranked again.
    /// </summary>
    public ImmutableArray<double> Losses { get; init; } = [];

    /// <summary>Their mean margins inside the supernet in nats, see <see cref="ScoreKind.Margin"/>; empty where the losses are.</summary>
    public ImmutableArray<double> Margins { get; init; } = [];

    /// <summary>Why the training ended early: a loss or weight was not a finite number. Null where it did not.</summary>
    public string? Diverged { get; init; }

    /// <summary>Identifies the images at the end, which are others than the run's where differences were accepted; null in outcomes of earlier versions.</summary>
    public string? DataFingerprint { get; init; }

    /// <summary>The machine at the end, likewise.</summary>
    public Machine? Machine { get; init; }

    /// <summary>The agreement of a score, higher for better, with true accuracies; null where the training diverged.</summary>
    /// <param name="truth">Of the same architectures.</param>
    /// <param name="kind">By which score.</param>
    /// <exception cref="ArgumentException">There are not as many scores as true accuracies.</exception>
    public RankReport? Agreement(double[] truth, ScoreKind kind) => Diverged is null ? RankReport.Of([.. Scores(kind)], truth) : null;

    /// <summary>Whether it says all that this version asks of an outcome.</summary>
    internal bool IsComplete => Diverged is not null || (Losses.Length == Accuracies.Length && Margins.Length == Accuracies.Length);

    private IEnumerable<double> Scores(ScoreKind kind) => kind switch
    {
        ScoreKind.Accuracy => Accuracies,
        ScoreKind.Loss => Losses.Select(loss => 0 - loss),
        ScoreKind.Margin => Margins,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "There is no such score."),
    };
}
