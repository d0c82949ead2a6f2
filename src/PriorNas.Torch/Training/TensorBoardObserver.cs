using TorchSharp.Modules;
using static TorchSharp.torch.utils;

namespace PriorNas.Torch.Training;

/// <summary>Writes the course of training as TensorBoard events, one point each <see cref="Every"/> steps and each epoch.</summary>
public sealed class TensorBoardObserver(string folder) : TrainingObserver
{
    private const int Every = 10;
    private readonly SummaryWriter writer = tensorboard.SummaryWriter(folder, createRunName: false);
    private TrainingPlan? plan;

    /// <inheritdoc/>
    public override void OnStart(TrainingPlan plan) => this.plan = plan;

    /// <inheritdoc/>
    public override void OnStep(StepReport step)
    {
        ArgumentNullException.ThrowIfNull(step);
        if (step.Step % Every != 0)
            return;
        Add("loss/largest", step.Losses.Largest, step.Step);
        Add("loss/smallest", step.Losses.Smallest, step.Step);
        if (step.Losses.Random is { } random)
            Add("loss/random", random, step.Step);
        if (step.Losses.Pairs > 0)
        {
            Add("rank/loss", step.Losses.Rank, step.Step);
            Add("rank/violated", (double)step.Losses.ViolatedPairs / step.Losses.Pairs, step.Step);
            Add("rank/lambda", step.Losses.RankWeight, step.Step);
        }

        Add("learning-rate", step.LearningRate, step.Step);
        Add("images-per-second", plan!.BatchSize / step.Seconds, step.Step);
    }

    /// <inheritdoc/>
    public override void OnEpoch(EpochReport epoch)
    {
        ArgumentNullException.ThrowIfNull(epoch);
        Add("validation/largest-top1", epoch.Largest.Top1, epoch.Step);
        Add("validation/smallest-top1", epoch.Smallest.Top1, epoch.Step);
    }

    private void Add(string name, double value, long step) => writer.add_scalar(name, (float)value, (int)step);
}
