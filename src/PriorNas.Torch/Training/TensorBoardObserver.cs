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
    public override void OnStep(StepReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        if (report.Step % Every != 0)
            return;
        if (report.Losses.Largest is { } largest)
            Add("loss/largest", largest, report.Step);
        if (report.Losses.Smallest is { } smallest)
            Add("loss/smallest", smallest, report.Step);
        if (report.Losses.Random is { } random)
            Add("loss/random", random, report.Step);
        if (report.Losses.Pairs > 0)
        {
            Add("rank/loss", report.Losses.Rank, report.Step);
            Add("rank/violated", (double)report.Losses.ViolatedPairs / report.Losses.Pairs, report.Step);
            Add("rank/lambda", report.Losses.RankWeight, report.Step);
        }

        Add("learning-rate", report.LearningRate, report.Step);
        Add("images-per-second", plan!.BatchSize / report.Seconds, report.Step);
    }

    /// <inheritdoc/>
    public override void OnEpoch(EpochReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        Add("validation/largest-top1", report.Largest.Top1, report.Step);
        if (report.Smallest is { } smallest)
            Add("validation/smallest-top1", smallest.Top1, report.Step);
    }

    /// <inheritdoc/>
    public override void OnConsistency(ConsistencyReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        foreach (var (name, estimate) in new[] { ("consistency/pearson", report.Pearson), ("consistency/tau-b", report.KendallTau) })
        {
            if (!double.IsNaN(estimate.Value))
                Add(name, estimate.Value, report.Step);
        }
    }

    private void Add(string name, double value, long step) => writer.add_scalar(name, (float)value, (int)step);
}
