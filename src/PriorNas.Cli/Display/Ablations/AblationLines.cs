using PriorNas.Torch.Ablations;
using PriorNas.Torch.Evaluation;
using PriorNas.Torch.Training;

namespace PriorNas.Cli.Display.Ablations;

/// <summary>Shows how an ablation goes: a line for each epoch and each training, and one where other processes have to be waited for.</summary>
/// <param name="output">Takes the lines.</param>
/// <param name="truth">The true accuracies.</param>
/// <param name="kind">By which score the supernets rank.</param>
internal sealed class AblationLines(TextWriter output, double[] truth, ScoreKind kind) : AblationObserver
{
    /// <summary>So many trainings are named in one line.</summary>
    private const int Named = 2;

    public override TrainingObserver OnTraining(AblationRun run) => new EpochLines(epoch => output.WriteLine($"{run}: {epoch}"));

    public override void OnEnded(AblationProgress progress)
    {
        var left = TimeLeft.Text(TimeSpan.FromSeconds(progress.Seconds / progress.Measured * (progress.Total - progress.Done)));
        var result = progress.Outcome.Agreement(truth, kind) is { } agreement ? FormattableString.Invariant($"tau-b {agreement.KendallTau:F3}") : "diverged";
        output.WriteLine(FormattableString.Invariant($"{progress.Done}/{progress.Total}  {progress.Run}: {result}  {progress.Seconds / progress.Measured:F0} s a training  {left} left"));
    }

    public override void OnWaiting(IReadOnlyList<AblationRun> others)
    {
        var more = others.Count > Named ? FormattableString.Invariant($"; and {others.Count - Named} more") : "";
        output.WriteLine($"Waiting for other processes, which work on {string.Join("; ", others.Take(Named))}{more}.");
    }

    private sealed class EpochLines(Action<string> write) : TrainingObserver
    {
        public override void OnEpoch(EpochReport report) => write(TrainingDisplay.Describe(report));
    }
}
