namespace PriorNas.Torch.Training;

/// <summary>Tells several observers, in their order.</summary>
public sealed class CompositeObserver(params TrainingObserver[] observers) : TrainingObserver
{
    /// <inheritdoc/>
    public override void OnStart(TrainingPlan plan) => Array.ForEach(observers, o => o.OnStart(plan));

    /// <inheritdoc/>
    public override void OnStep(StepReport report) => Array.ForEach(observers, o => o.OnStep(report));

    /// <inheritdoc/>
    public override void OnEpoch(EpochReport report) => Array.ForEach(observers, o => o.OnEpoch(report));

    /// <inheritdoc/>
    public override void OnConsistency(ConsistencyReport report) => Array.ForEach(observers, o => o.OnConsistency(report));
}
