using PriorNas.Torch.Evaluation;

namespace PriorNas.Cli.Display;

/// <summary>Scores by the words that <c>--score</c> takes.</summary>
internal static class ScoreName
{
    internal static string Of(ScoreKind kind) => kind switch
    {
        ScoreKind.Accuracy => "accuracy",
        ScoreKind.Loss => "loss",
        ScoreKind.Margin => "margin",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "There is no such score."),
    };
}
