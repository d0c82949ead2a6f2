using PriorNas.Torch.Evaluation;

namespace PriorNas.Torch.Training;

/// <summary>The size of a run.</summary>
/// <param name="FirstStep">Steps done before, above 0 when resumed.</param>
/// <param name="Steps">Of the whole run.</param>
/// <param name="StepsPerEpoch">Of one epoch.</param>
/// <param name="BatchSize">Images of one step.</param>
public sealed record TrainingPlan(long FirstStep, long Steps, int StepsPerEpoch, int BatchSize);

/// <summary>One finished step.</summary>
/// <param name="Step">1-based number of the step.</param>
/// <param name="Losses">Its losses.</param>
/// <param name="LearningRate">Its learning rate.</param>
/// <param name="Seconds">How long it took, waiting for data included.</param>
public sealed record StepReport(long Step, StepLosses Losses, double LearningRate, double Seconds);

/// <summary>One finished epoch.</summary>
/// <param name="Epoch">1-based number of the epoch.</param>
/// <param name="Step">Steps done.</param>
/// <param name="Largest">Validation of the domain's largest net, or of the network that is trained alone.</param>
/// <param name="Smallest">Validation of the domain's smallest net; null where a network is trained alone.</param>
public sealed record EpochReport(int Epoch, long Step, EvaluationResult Largest, EvaluationResult? Smallest);

/// <summary>Is told how training goes; called on the training thread.</summary>
public abstract class TrainingObserver
{
    /// <summary>Before the first step.</summary>
    public virtual void OnStart(TrainingPlan plan)
    {
    }

    /// <summary>After each step.</summary>
    public virtual void OnStep(StepReport report)
    {
    }

    /// <summary>After each epoch's validation.</summary>
    public virtual void OnEpoch(EpochReport report)
    {
    }
}
