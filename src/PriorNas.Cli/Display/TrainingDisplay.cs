using System.Diagnostics;
using PriorNas.Ranking;
using PriorNas.Torch.Training;
using Spectre.Console;

namespace PriorNas.Cli.Display;

/// <summary>Shows training: a progress bar on a screen, plain lines where output is redirected.</summary>
internal abstract class TrainingDisplay : TrainingObserver
{
    private readonly Queue<StepReport> recent = new();

    /// <summary>Runs the training with the display that fits.</summary>
    internal static bool Show(Terminal terminal, Func<TrainingObserver, bool> train) => terminal.Screen is { } screen
        ? screen.Progress()
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn(), new SpinnerColumn())
            .Start(context => train(new BarDisplay(context, screen)))
        : train(new LineDisplay(terminal.Output));

    protected TrainingPlan? Plan { get; private set; }

    public override void OnStart(TrainingPlan plan) => Plan = plan;

    public override void OnStep(StepReport report)
    {
        const int Averaged = 50;

        // Phases may train other subnets, or one alone: what is averaged is of one kind.
        if (recent.Count > 0 && NetsOf(recent.Peek().Losses) != NetsOf(report.Losses))
            recent.Clear();
        recent.Enqueue(report);
        if (recent.Count > Averaged)
            recent.Dequeue();
    }

    /// <summary>The last steps in one line: speed, losses, share of violated pairs.</summary>
    protected string Describe()
    {
        var losses = recent.Select(r => r.Losses).ToArray();
        var text = FormattableString.Invariant($"{Plan!.BatchSize / recent.Average(r => r.Seconds),6:F0} images/s  loss ");
        if (losses[0].Largest is not null)
            text += FormattableString.Invariant($"{(NetsOf(losses[0]) is (_, false, false) ? "" : "largest ")}{losses.Average(l => l.Largest):F3} ");
        if (losses[0].Smallest is not null)
            text += FormattableString.Invariant($"smallest {losses.Average(l => l.Smallest):F3} ");
        if (losses[0].Random is not null)
            text += FormattableString.Invariant($"random {losses.Average(l => l.Random):F3} ");
        text = text.TrimEnd();
        if (losses[0].Pairs > 0)
            text += FormattableString.Invariant($"  rank {losses.Average(l => l.Rank):F3} violated {losses.Average(l => 100.0 * l.ViolatedPairs / Math.Max(1, l.Pairs)):F0} %");
        return text;
    }

    private static (bool Largest, bool Smallest, bool Random) NetsOf(StepLosses losses) =>
        (losses.Largest is not null, losses.Smallest is not null, losses.Random is not null);

    protected TimeSpan Remaining(long step) => TimeSpan.FromSeconds(recent.Average(r => r.Seconds) * (Plan!.Steps - step));

    internal static string Describe(EpochReport epoch) => epoch.Smallest is { } smallest
        ? FormattableString.Invariant($"epoch {epoch.Epoch}: validation top-1 largest {100 * epoch.Largest.Top1:F2} % smallest {100 * smallest.Top1:F2} %")
        : FormattableString.Invariant($"epoch {epoch.Epoch}: validation top-1 {100 * epoch.Largest.Top1:F2} %");

    internal static string Describe(ConsistencyReport report) => FormattableString.Invariant(
        $"epoch {report.Epoch}: agreement with {report.Architectures} stand-alone accuracies: Pearson {Text(report.Pearson)}  tau-b {Text(report.KendallTau)}  ({report.Images} images, {report.Seconds:F1} s)");

    private static string Text(Estimate estimate) => double.IsNaN(estimate.Value) ? "undefined" : FormattableString.Invariant($"{estimate:F3}");

    private sealed class LineDisplay(TextWriter output) : TrainingDisplay
    {
        private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);
        private readonly Stopwatch sinceLine = Stopwatch.StartNew();

        public override void OnStep(StepReport report)
        {
            base.OnStep(report);
            if (sinceLine.Elapsed < Interval && report.Step < Plan!.Steps)
                return;
            output.WriteLine($"step {report.Step}/{Plan!.Steps}  {Describe()}  {TimeLeft.Text(Remaining(report.Step))} left");
            sinceLine.Restart();
        }

        public override void OnEpoch(EpochReport report) => output.WriteLine(Describe(report));

        public override void OnConsistency(ConsistencyReport report) => output.WriteLine(Describe(report));
    }

    private sealed class BarDisplay(ProgressContext context, IAnsiConsole screen) : TrainingDisplay
    {
        private ProgressTask? task;

        public override void OnStart(TrainingPlan plan)
        {
            base.OnStart(plan);
            task = context.AddTask("training", maxValue: plan.Steps);
            task.Value = plan.FirstStep;
        }

        public override void OnStep(StepReport report)
        {
            base.OnStep(report);
            task!.Value = report.Step;
            task.Description = Markup.Escape($"step {report.Step}/{Plan!.Steps}  {Describe()}");
        }

        public override void OnEpoch(EpochReport report) => screen.WriteLine(Describe(report));

        public override void OnConsistency(ConsistencyReport report) => screen.WriteLine(Describe(report));
    }
}
