using System.Diagnostics;
using PriorNas.Ranking;
using PriorNas.Torch.Evaluation;
using PriorNas.Torch.Runs;
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

    /// <summary>What the measuring took; nothing where all results were there.</summary>
    internal static void Summarize(RankingOutcome outcome, TextWriter output)
    {
        if (outcome.Measured == 0)
            return;
        output.WriteLine(FormattableString.Invariant(
            $"{outcome.Measured} measurements in {outcome.Seconds:F1} s: {outcome.Measured / outcome.Seconds:F2}/s, {outcome.MultiplyAdds / outcome.Seconds / 1e9:F1} billion multiply-adds/s; sharing saved {100 * outcome.Saving:F1} % of them."));
        EvaluationResult[] results = [.. outcome.Results.OfType<EvaluationResult>()];
        output.WriteLine(FormattableString.Invariant($"Standard error of an accuracy: {100 * results.Average(result => result.Top1StandardError):F2} points on average.{HalvesAgreement(results)}"));
        if (outcome.Precision == EvaluationPrecision.Float32)
            output.WriteLine($"Predictions now whose two best classes are so close that rounding may tell them apart wrongly: {outcome.CloseCalls}.");
    }

    /// <summary>The beginning of a round.</summary>
    internal static string Describe(RankingRound round) => $"Round on {round.Images} of {round.AllImages} validation images: {round.Networks} networks.";

    /// <summary>How far rankings by two halves of the images agree; nothing where images or networks are too few, or some were measured by more images than others.</summary>
    private static string HalvesAgreement(EvaluationResult[] results) => results.Length > 1 && results[0].Images > 1 && results.All(result => result.Images == results[0].Images)
        ? FormattableString.Invariant($" Rankings by every other image: Kendall tau-b {RankCorrelation.KendallTauB([.. results.Select(r => r.Top1OfHalves.Even)], [.. results.Select(r => r.Top1OfHalves.Odd)]):F4}.")
        : "";

    private static string Describe(RankingProgress progress) =>
        FormattableString.Invariant($"ranked {progress.Done}/{progress.Total} networks  {progress.Measured / progress.Seconds:F2}/s");
}
