using System.Diagnostics;
using PriorNas.Torch.Evaluation;
using PriorNas.Torch.Rankings;
using Spectre.Console;

namespace PriorNas.Cli.Display;

/// <summary>Shows a ranking: a progress bar on a screen, plain lines where output is redirected.</summary>
internal static class RankingDisplay
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    internal static RankingOutcome? Show(Terminal terminal, Func<Action<RankingProgress>, RankingOutcome?> rank)
    {
        if (terminal.Screen is { } screen)
        {
            return screen.Progress().Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn()).Start(context =>
            {
                var task = context.AddTask("ranking");
                return rank(progress =>
                {
                    (task.MaxValue, task.Value) = (1, progress.Share);
                    task.Description = Markup.Escape(Describe(progress));
                });
            });
        }

        var sinceLine = Stopwatch.StartNew();
        return rank(progress =>
        {
            if (sinceLine.Elapsed < Interval && progress.Done < progress.Total)
                return;
            terminal.Output.WriteLine($"{Describe(progress)}  {TimeLeft.Text(TimeSpan.FromSeconds(progress.Seconds / progress.Share * (1 - progress.Share)))} left");
            sinceLine.Restart();
        });
    }

    /// <summary>What the measuring took, and how far the images decide the ranking; nothing where all results were there.</summary>
    internal static void Summarize(RankingOutcome outcome, ScoreKind kind, TextWriter output)
    {
        if (outcome.Measured == 0)
            return;
        var pace = FormattableString.Invariant($"{outcome.Measured} measurements in {outcome.Seconds:F1} s: {outcome.Measured / outcome.Seconds:F2}/s");
        output.WriteLine(outcome.FineTuneSteps > 0
            ? FormattableString.Invariant($"{pace}, each after {outcome.FineTuneSteps} training steps of its own.")
            : FormattableString.Invariant(
                $"{pace}, {outcome.MultiplyAdds / outcome.Seconds / 1e9:F1} billion multiply-adds/s; sharing saved {100 * outcome.Saving:F1} % of them."));
        if (outcome.Precision == EvaluationPrecision.Float32)
            output.WriteLine($"Predictions now whose two best classes are so close that rounding may tell them apart wrongly: {outcome.CloseCalls}.");

        // Codes of one network have one measurement, which counts once.
        WriteNoise([.. outcome.Results.OfType<EvaluationResult>().Distinct()], kind, output);
    }

    /// <summary>For each score how far the images decide a ranking by it; the chosen one is marked.</summary>
    internal static void WriteNoise(IReadOnlyList<EvaluationResult> results, ScoreKind kind, TextWriter output)
    {
        output.WriteLine($"Ranked by {ScoreName.Of(kind)} (*). Median standard error of a score and of the difference between neighbours in a ranking by it;");
        output.WriteLine("agreement of rankings by every other image:");
        output.WriteLine("             score       difference  Kendall tau-b");
        foreach (var noise in Enum.GetValues<ScoreKind>().Select(each => ScoreNoise.Of(results, each)))
        {
            var (score, difference) = (Error(noise.StandardError, noise.Kind), Error(noise.DifferenceError, noise.Kind));
            output.WriteLine($"{(noise.Kind == kind ? '*' : ' ')} {ScoreName.Of(noise.Kind),-9}  {score,-11} {difference,-11} {Number(noise.HalvesTau)}");
        }
    }

    private static string Error(double value, ScoreKind kind) => !double.IsFinite(value)
        ? "-"
        : kind == ScoreKind.Accuracy ? FormattableString.Invariant($"{100 * value:F2} points") : FormattableString.Invariant($"{value:F4}");

    private static string Number(double value) => double.IsFinite(value) ? FormattableString.Invariant($"{value:F4}") : "-";

    /// <summary>The start of a round.</summary>
    internal static string Describe(RankingRound round) => $"Round on {round.Images} of {round.AllImages} validation images: {round.Networks} networks.";

    private static string Describe(RankingProgress progress) =>
        FormattableString.Invariant($"ranked {progress.Done}/{progress.Total} networks  {progress.Measured / progress.Seconds:F2}/s");
}
