using System.CommandLine;
using PriorNas.Torch.Evaluation;

namespace PriorNas.Cli.Arguments;

/// <summary><c>--score</c>: by what architectures are ranked.</summary>
internal static class ScoreOption
{
    /// <summary>What ranks best on the same images, see the guide.</summary>
    internal const ScoreKind Default = ScoreKind.Loss;

    internal static Option<ScoreKind?> Create(string more = "") => new("--score")
    {
        Description = $"By what to rank: the accuracy, the mean cross-entropy (loss), or the mean margin in log-probability; loss by default{more}.",
        HelpName = "accuracy|loss|margin",
        CustomParser = result => result.Tokens.Single().Value switch
        {
            "accuracy" => ScoreKind.Accuracy,
            "loss" => ScoreKind.Loss,
            "margin" => ScoreKind.Margin,
            _ => Options.Refuse<ScoreKind>(result, "--score", "accuracy, loss or margin"),
        },
    };
}
