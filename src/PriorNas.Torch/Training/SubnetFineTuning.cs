using PriorNas.Randomness;
using PriorNas.SearchSpaces;
using PriorNas.Torch.Data;
using PriorNas.Torch.Evaluation;
using PriorNas.Torch.Supernet;
using static TorchSharp.torch;

namespace PriorNas.Torch.Training;

/// <summary>
/// Measures subnets after a few training steps of their own (ours). Inside the supernet a weight serves all subnets and fits none of them; some steps
/// with labels let each subnet take its weights for itself, and what is left of the order's error is smaller. Every subnet starts from the supernet's
/// weights, sees the same batches in the same order, and leaves the supernet as it was.
/// </summary>
/// <remarks>Not thread-safe. Results are those of <see cref="SupernetEvaluator.Evaluate"/> with the subnet's own weights.</remarks>
internal sealed class SubnetFineTuning : IDisposable
{
    private readonly ElasticResNet supernet;
    private readonly SupernetEvaluator evaluator;
    private readonly Recipe recipe;
    private readonly FineTuneOptions options;
    private readonly BatchLoader loader;
    private readonly RandomStream dropPath;
    private readonly (Tensor Current, Tensor Saved)[] weights;

    /// <param name="supernet">With trained weights; stays the caller's.</param>
    /// <param name="recipe">Of the supernet: batches, optimiser and label smoothing are taken from it.</param>
    /// <param name="options">How long and how fast.</param>
    /// <param name="images">The training images.</param>
    /// <param name="evaluator">Of the supernet; stays the caller's.</param>
    /// <exception cref="Files.InputException">The options are out of range, or there are fewer images than a batch holds.</exception>
    internal SubnetFineTuning(ElasticResNet supernet, Recipe recipe, FineTuneOptions options, ImageSet images, SupernetEvaluator evaluator)
    {
        options.Validate();
        (this.supernet, this.recipe, this.options, this.evaluator) = (supernet, recipe, options, evaluator);
        var random = new RandomStream(recipe.Seed).Split("fine-tuning");
        dropPath = random.Split("drop-path");
        loader = new BatchLoader(images, recipe.Data.TrainingTransforms(supernet.Space.ImageSize), recipe.Data.BatchSize, random.Split("data"), recipe.Data.Workers);
        using var noGradient = no_grad();
        weights = [.. supernet.state_dict().Values.Select(tensor => (tensor, tensor.clone().DetachFromDisposeScope()))];
    }

    /// <summary>Steps of each subnet.</summary>
    internal int Steps => options.Steps;

    /// <summary>Trains a subnet on from the supernet's weights and measures it.</summary>
    /// <param name="architecture">Of the supernet's space.</param>
    /// <param name="cancellation">Ends the work after a step.</param>
    /// <exception cref="OperationCanceledException">It was cancelled; the supernet has its own weights again.</exception>
    /// <exception cref="TrainingException">A loss is not a finite number; the supernet has its own weights again.</exception>
    internal EvaluationResult Evaluate(Architecture architecture, CancellationToken cancellation)
    {
        try
        {
            Train(architecture, cancellation);
            return evaluator.Evaluate(architecture, cancellation);
        }
        finally
        {
            Restore();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        loader.Dispose();
        foreach (var (_, saved) in weights)
            saved.Dispose();
    }

    private void Train(Architecture architecture, CancellationToken cancellation)
    {
        using var optimizer = new SupernetOptimizer(supernet, recipe.Optimizer);
        var peak = options.LearningRate * recipe.Data.BatchSize / recipe.Optimizer.ReferenceBatchSize;
        loader.Start(0);
        for (var step = 0; step < options.Steps; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            using var batch = loader.Next();
            var logits = supernet.forward(batch.Images, architecture, BatchNormStatistics.OfBatch, dropPath.Split(step)); // [N, classes]
            var loss = Losses.CrossEntropy(logits, batch.Labels, recipe.Loss.LabelSmoothing);
            if (!float.IsFinite(loss.item<float>()))
                throw new TrainingException($"fine-tuning {architecture.Code}: the loss of step {step + 1} is not a finite number. Lower the learning rate of fine-tuning.");
            loss.backward();
            optimizer.Step(LearningRate.At(peak, Math.Max(1, options.Steps / 10), step, options.Steps));
        }
    }

    private void Restore()
    {
        using var noGradient = no_grad();
        supernet.zero_grad();
        foreach (var (current, saved) in weights)
            current.copy_(saved);
    }
}
