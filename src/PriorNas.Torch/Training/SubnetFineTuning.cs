using PriorNas.Randomness;
using PriorNas.SearchSpaces;
using PriorNas.Torch.Data;
using PriorNas.Torch.Data.Loading;
using PriorNas.Torch.Evaluation;
using PriorNas.Torch.Losses;
using PriorNas.Torch.Recipes;
using PriorNas.Torch.Supernet;
using static TorchSharp.torch;

namespace PriorNas.Torch.Training;

/// <summary>
/// Measures subnets after a few training steps of their own (ours). Inside the supernet a weight serves all subnets and fits none of them; some steps
/// with labels let each subnet take its weights for itself, and what is left of the order's error is smaller. Every subnet is cut out of the supernet,
/// which stays as it is, and sees the same batches in the same order.
/// </summary>
/// <remarks>Thread-safe: several subnets may be trained at a time. What comes out does not depend on how many.</remarks>
internal sealed class SubnetFineTuning
{
    private readonly ElasticResNet supernet;
    private readonly SupernetEvaluator evaluator;
    private readonly Recipe recipe;
    private readonly FineTuneOptions options;
    private readonly ImageSet images;
    private readonly RandomStream random;

    /// <param name="supernet">With trained weights; stays the caller's.</param>
    /// <param name="recipe">Of the supernet: batches, optimiser and label smoothing are taken from it.</param>
    /// <param name="options">How long and how fast.</param>
    /// <param name="images">The training images.</param>
    /// <param name="evaluator">Its images measure; stays the caller's.</param>
    /// <exception cref="Files.InputException">The options are out of range, or there are fewer images than a batch holds.</exception>
    internal SubnetFineTuning(ElasticResNet supernet, Recipe recipe, FineTuneOptions options, ImageSet images, SupernetEvaluator evaluator)
    {
        options.Validate();
        (this.supernet, this.recipe, this.options, this.images, this.evaluator) = (supernet, recipe, options, images, evaluator);
        random = new RandomStream(recipe.Seed).Split("fine-tuning");
        Loader().Dispose();
    }

    /// <summary>Steps of each subnet.</summary>
    internal int Steps => options.Steps;

    /// <summary>Cuts a subnet out of the supernet, trains it on and measures it.</summary>
    /// <param name="architecture">Of the supernet's space.</param>
    /// <param name="cancellation">Ends the work after a step.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <exception cref="TrainingException">A loss is not a finite number.</exception>
    internal EvaluationResult Evaluate(Architecture architecture, CancellationToken cancellation)
    {
        using var subnet = SubnetExtractor.Extract(supernet, architecture, BatchNormStatistics.Running);
        Train(subnet, cancellation);
        using var measuring = evaluator.Of(subnet);
        return measuring.Evaluate(architecture, cancellation);
    }

    private void Train(ElasticResNet subnet, CancellationToken cancellation)
    {
        using var optimizer = new SupernetOptimizer(subnet, recipe.Optimizer);
        using var loader = Loader();
        var dropPath = random.Split("drop-path");
        var peak = options.LearningRate * recipe.Data.BatchSize / recipe.Optimizer.ReferenceBatchSize;
        loader.Start(0);
        for (var step = 0; step < options.Steps; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            using var batch = loader.Next();
            var logits = subnet.forward(batch.Images, subnet.Widest, BatchNormStatistics.OfBatch, dropPath.Split(step)); // [N, classes]
            var loss = ClassificationLoss.CrossEntropy(logits, batch.Labels, recipe.Loss.LabelSmoothing);
            if (!float.IsFinite(loss.item<float>()))
            {
                throw new TrainingException(
                    $"fine-tuning {subnet.Widest.Code}: the loss of step {step + 1} is not a finite number. Lower the learning rate of fine-tuning.");
            }

            loss.backward();
            optimizer.Step(LearningRate.At(peak, Math.Max(1, options.Steps / 10), step, options.Steps));
        }
    }

    private BatchLoader Loader() => new(
        images, recipe.Data.TrainingTransforms(supernet.Space.ImageSize), recipe.Data.BatchSize, random.Split("data"), recipe.Data.Workers);
}
