using System.Diagnostics;
using PriorNas.Torch.Evaluation;
using PriorNas.Torch.Runs;
using Spectre.Console;

namespace PriorNas.Cli.Display;

/// <summary>Shows a ranking: a progress bar on a screen, plain lines where output is redirected.</summary>
internal static class RankingDisplay
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    internal static IReadOnlyList<EvaluationResult>? Show(Terminal terminal, Func<Action<RankingProgress>, IReadOnlyList<EvaluationResult>?> rank)
    {
        if (terminal.Screen is { } screen)
        {
            return screen.Progress().Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn()).Start(context =>
            {
                var task = context.AddTask("ranking");
                return rank(progress =>
                {
                    (task.MaxValue, task.Value) = (progress.Total, progress.Done);
                    task.Description = Markup.Escape(Describe(progress));
                });
            });
        }

        var sinceLine = Stopwatch.StartNew();
        return rank(progress =>
        {
            if (sinceLine.Elapsed < Interval && progress.Done < progress.Total)
                return;
            terminal.Output.WriteLine($"{Describe(progress)}  {TimeLeft.Text(TimeSpan.FromSeconds(progress.Seconds / progress.Measured * (progress.Total - progress.Done)))} left");
            sinceLine.Restart();
        });
    }

    private static string Describe(RankingProgress progress) =>
        FormattableString.Invariant($"ranked {progress.Done}/{progress.Total} networks  {progress.Measured / progress.Seconds:F2}/s");
}
