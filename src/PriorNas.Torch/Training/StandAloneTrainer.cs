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
/// Trains one architecture alone, from random weights, by cross-entropy with the labels: what the supernet's ranking is to predict. Of the
/// recipe, sampling, distillation, rank loss and kept checkpoints have no meaning here; it is measured with its own running statistics.
/// </summary>
public sealed class StandAloneTrainer : Trainer
{
    private readonly PhaseSchedule phases;
    private readonly double labelSmoothing;
    private readonly RandomStream dropPath;

    /// <summary>Prepares a run from its start.</summary>
    /// <param name="recipe">Checked by <see cref="RecipeFile"/>.</param>
    /// <param name="architecture">Of the recipe's space.</param>
    /// <param name="data">Training and validation images, with the space's number of classes.</param>
    /// <param name="checkpointPath">Where checkpoints are written.</param>
    /// <param name="validation">Of this recipe, see <see cref="StandAloneValidation"/>; stays the caller's. If null, the trainer reads the images itself.</param>
    /// <param name="cancellation">Ends the reading of the validation images early.</param>
    /// <exception cref="Files.InputException">The data does not fit the recipe.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public StandAloneTrainer(
        Recipe recipe, Architecture architecture, ImageData data, string checkpointPath, FixedBatches? validation = null, CancellationToken cancellation = default)
        : base(
            (recipe ?? throw new ArgumentNullException(nameof(recipe))) with { Checkpoint = recipe.Checkpoint with { Keep = 0 } },
            new ElasticResNet(architecture, recipe.Network, new RandomStream(recipe.Seed).Split("weights")),
            data ?? throw new ArgumentNullException(nameof(data)),
            recipe.Evaluation with { CalibrationImages = 0 },
            checkpointPath,
            validation,
            cancellation)
    {
        Architecture = architecture;
        phases = PhaseSchedule.Of(recipe with { Sampling = new SamplingOptions() }, architecture.Space, StepsPerEpoch);
        (labelSmoothing, dropPath) = (recipe.Loss.LabelSmoothing, new RandomStream(recipe.Seed).Split("drop-path"));
    }

    /// <summary>What is trained.</summary>
    public Architecture Architecture { get; }

    /// <summary>What the network reached in the last epoch that was measured; null before.</summary>
    public EvaluationResult? Result => LastReport?.Largest;

    /// <summary>Writes the network as it is now, see <see cref="PlainNetworkFile"/>.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void WriteNetwork(string path)
    {
        using var averaged = InAverage();
        PlainNetworkFile.Write(path, Network);
    }

    private protected override double LearningRateAt(long step) => phases.LearningRateAt(step);

    private protected override StepLosses Accumulate(Tensor images, Tensor labels, long step)
    {
        using var logits = Network.forward(images, Architecture, BatchNormStatistics.OfBatch, dropPath.Split(step)); // [N, classes]
        using var loss = ClassificationLoss.CrossEntropy(logits, labels, labelSmoothing);
        loss.backward();
        return StepLosses.OfOneSubnet(loss.item<float>());
    }

    private protected override EpochReport Validate(int epoch, CancellationToken cancellation) =>
        new(epoch, Step, Evaluator.Evaluate(Architecture, cancellation), Smallest: null);
}
