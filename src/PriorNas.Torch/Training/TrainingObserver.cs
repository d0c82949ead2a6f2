using PriorNas.Ranking;
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
/// <param name="Largest">Validation of the domain's largest subnet, or of the network that is trained alone.</param>
/// <param name="Smallest">Validation of the domain's smallest subnet; null where a network is trained alone.</param>
public sealed record EpochReport(int Epoch, long Step, EvaluationResult Largest, EvaluationResult? Smallest);

/// <summary>How far the ranking by a supernet in training agrees with stand-alone accuracies, after an epoch.</summary>
/// <param name="Epoch">1-based number of the epoch.</param>
/// <param name="Step">Steps done.</param>
/// <param name="Architectures">How many were compared.</param>
/// <param name="Images">Validation images by which each was measured.</param>
/// <param name="Pearson">Correlation of the negated mean cross-entropies with the accuracies, with its 95 % interval; NaN where all are the same.</param>
/// <param name="KendallTau">Kendall's tau-b with its 95 % interval, or NaN.</param>
/// <param name="Seconds">What the measurement took.</param>
public sealed record ConsistencyReport(int Epoch, long Step, int Architectures, int Images, Estimate Pearson, Estimate KendallTau, double Seconds);

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

    /// <summary>After each comparison with stand-alone accuracies, which follows the epoch's report.</summary>
    public virtual void OnConsistency(ConsistencyReport report)
    {
    }
}
