using PriorNas.Torch.Training;

namespace PriorNas.Torch.Ablations;

/// <summary>A training of an ablation that has just ended, ranked.</summary>
/// <param name="Done">Trainings that have ended, earlier ones included.</param>
/// <param name="Total">All trainings.</param>
/// <param name="Run">Which one.</param>
/// <param name="Outcome">What came of it.</param>
/// <param name="Measured">Trainings ended by this process.</param>
/// <param name="Seconds">Since this process started.</param>
public sealed record AblationProgress(int Done, int Total, AblationRun Run, AblationOutcome Outcome, int Measured, double Seconds);

/// <summary>Is told how an ablation goes, on the thread that trains.</summary>
public abstract class AblationObserver
{
    /// <summary>A training starts or continues.</summary>
    /// <param name="run">Which one.</param>
    /// <returns>Its observer, beside the one that writes its events.</returns>
    public abstract TrainingObserver OnTraining(AblationRun run);

    /// <summary>A training of this process has ended.</summary>
    public abstract void OnEnded(AblationProgress progress);

    /// <summary>This process has nothing to do but to wait; it is told once, until there is something again.</summary>
    /// <param name="others">What other processes work on.</param>
    public abstract void OnWaiting(IReadOnlyList<AblationRun> others);
}
