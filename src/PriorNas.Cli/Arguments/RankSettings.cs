using PriorNas.Files;
using PriorNas.Torch.Evaluation;
using PriorNas.Torch.Rankings;
using PriorNas.Torch.Recipes;
using PriorNas.Torch.Runs;

namespace PriorNas.Cli.Arguments;

/// <summary>What <c>rank</c> was asked for, see <see cref="RankArguments"/>. Null stands for what the run or its recipe says.</summary>
/// <param name="Run">Run folder.</param>
/// <param name="List">File of the architectures.</param>
/// <param name="Output">File to write.</param>
internal sealed record RankSettings(string Run, string List, string Output)
{
    private const int DefaultFirstImages = 500;

    /// <summary>The recipe's rate is divided by it where no rate of fine-tuning is given.</summary>
    private const double PartOfRate = 5;

    internal string? DataFolder { get; init; }

    internal int? CalibrationImages { get; init; }

    internal int? ValidationImages { get; init; }

    internal string Checkpoint { get; init; } = RunFolder.LastCheckpoint;

    internal EvaluationPrecision Precision { get; init; } = EvaluationPrecision.Float32;

    /// <summary>Null for the loss, in rounds for the accuracy.</summary>
    internal ScoreKind? Score { get; init; }

    internal ListShard? Part { get; init; }

    internal int? Top { get; init; }

    /// <summary>Of rounds; null where it was not given.</summary>
    internal double? Confidence { get; init; }

    internal int? FirstImages { get; init; }

    internal int? FineTuneSteps { get; init; }

    internal double? FineTuneRate { get; init; }

    /// <summary>Subnets that are fine-tuned at a time; null where it was not given.</summary>
    internal int? Jobs { get; init; }

    /// <summary>Whether the scores are smoothed.</summary>
    internal bool Smooth { get; init; }

    /// <summary>So many networks of the list are measured, the others predicted; null to measure all.</summary>
    internal int? Measure { get; init; }

    /// <summary>A sum of priors that is added to the standardised scores; null for none.</summary>
    internal string? Join { get; init; }

    internal int? Threads { get; init; }

    /// <summary>Refuses options that do not go together.</summary>
    /// <exception cref="InputException">Some do not.</exception>
    internal void RequireCompatible()
    {
        if (Top is null && (FirstImages is not null || Confidence is not null))
            throw new InputException("--first-images and --confidence are of rounds; give --top K as well, or leave them out.");
        if (Part is not null && Output.EndsWith(".csv", StringComparison.OrdinalIgnoreCase))
        {
            throw new InputException(
                $"--output '{Output}' is named as CSV, but a shard file is JSON; choose another name, and let 'rank merge' write CSV.");
        }

        if (Top is not null && Part is not null)
            throw new InputException("--top compares all architectures with each other, and --shard takes a part of them; leave one out.");
        if (Top is not null && Score is not (null or ScoreKind.Accuracy))
        {
            throw new InputException(
                "--top decides by intervals of accuracies, so it ranks by no other score; "
                + "leave --score out or give --score accuracy, or leave out --top.");
        }

        if (Join is not null && Top is not null)
            throw new InputException("--join needs scores by the same images, and --top measures the best by more; leave one out.");
        if (Join is not null && Part is not null)
        {
            throw new InputException(
                "--join needs the scores of the whole list, and --shard takes a part of it; "
                + "leave --join out, and give what 'rank merge' writes to 'smooth'.");
        }

        RequireCompatibleFineTuning();
        RequireCompatibleSmoothing();
    }

    /// <summary>How a list of a run is ranked.</summary>
    /// <param name="folder">The run.</param>
    /// <exception cref="InputException">A number of images is not allowed.</exception>
    internal RankingMethod MethodOf(RunFolder folder)
    {
        var recipe = folder.Recipe;
        var options = recipe.Evaluation with
        {
            CalibrationImages = CalibrationImages ?? recipe.Evaluation.CalibrationImages,
            ValidationImages = ValidationImages ?? recipe.Evaluation.ValidationImages,
        };
        options.Validate("rank", folder.Space.ImageSize);
        var rounds = Top is { } best
            ? new RacingOptions(best, Confidence ?? RankArguments.DefaultConfidence, FirstImages ?? DefaultFirstImages)
            : null;
        return new RankingMethod(options, Checkpoint, Precision, Part, rounds)
        {
            Score = Score ?? (rounds is null ? ScoreOption.Default : ScoreKind.Accuracy),
            FineTuning = FineTuneSteps is { } steps
                ? new FineTuneOptions { Steps = steps, LearningRate = FineTuneRate ?? recipe.Optimizer.LearningRate / PartOfRate }
                : null,
            Jobs = Jobs ?? 1,
        };
    }

    private void RequireCompatibleFineTuning()
    {
        if (FineTuneSteps is null && FineTuneRate is not null)
            throw new InputException("--fine-tune-rate is of fine-tuning; give --fine-tune STEPS as well, or leave it out.");
        if (FineTuneSteps is null && Jobs is not null)
            throw new InputException("--jobs is of fine-tuning; give --fine-tune STEPS as well, or leave it out.");
        if (FineTuneSteps is not null && Top is not null)
            throw new InputException("--top decides by the supernet's weights alone; leave --top or --fine-tune out.");
        if (FineTuneSteps is not null && Precision == EvaluationPrecision.BFloat16)
            throw new InputException("--fine-tune measures in float32; leave --precision bfloat16 out.");
    }

    private void RequireCompatibleSmoothing()
    {
        if (!Smooth && Measure is null)
            return;
        var option = Measure is null ? "--smooth" : "--measure";
        if (Top is not null)
            throw new InputException($"{option} needs scores by the same images, and --top measures the best by more; leave one out.");
        if (Part is not null)
        {
            throw new InputException(
                $"{option} needs the scores of the whole list, and --shard takes a part of it; "
                + $"leave {option} out, and give what 'rank merge' writes to 'smooth'.");
        }
    }
}
