using PriorNas.Torch.Evaluation;
using PriorNas.Torch.Rankings;
using PriorNas.Torch.Recipes;
using PriorNas.Torch.Runs;

namespace PriorNas.Cli.Arguments;

/// <summary>How a list is ranked.</summary>
/// <param name="Options">Which images.</param>
/// <param name="Checkpoint">By which checkpoint of the run.</param>
/// <param name="Precision">With which arithmetic.</param>
/// <param name="Part">Which part of the list; null for all of it.</param>
/// <param name="Rounds">To find the best by rounds; null to measure all by all images.</param>
internal sealed record RankingMethod(EvaluationOptions Options, string Checkpoint = RunFolder.LastCheckpoint, EvaluationPrecision Precision = EvaluationPrecision.Float32, ListShard? Part = null, RacingOptions? Rounds = null)
{
    /// <summary>By which score.</summary>
    internal ScoreKind Score { get; init; } = ScoreOption.Default;

    /// <summary>How each subnet is trained on before it is measured; null for the supernet's weights.</summary>
    internal FineTuneOptions? FineTuning { get; init; }

    /// <summary>Subnets that are trained on at a time.</summary>
    internal int Jobs { get; init; } = 1;
}
