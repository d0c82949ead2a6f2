using PriorNas.Randomness;
using PriorNas.SearchSpaces;
using PriorNas.Torch.Checkpoints;
using PriorNas.Torch.Data;
using PriorNas.Torch.Evaluation;
using PriorNas.Torch.Recipes;
using PriorNas.Torch.Supernet;
using static TorchSharp.torch;

namespace PriorNas.Torch.Training;

/// <summary>Trains a supernet by steps of <see cref="SupernetStep"/>; validates the domain's largest and smallest subnet.</summary>
public sealed class SupernetTrainer : Trainer
{
    private readonly PhaseSchedule phases;
    private readonly ExternalTeacher? teacher;
    private readonly SupernetStep supernetStep;
    private readonly Recipe recipe;
    private readonly ImageData data;
    private ConsistencyMeter? meter;

    /// <summary>Prepares a run from its start.</summary>
    /// <param name="recipe">Checked by <see cref="RecipeFile"/>.</param>
    /// <param name="space">The recipe's space.</param>
    /// <param name="data">Training and validation images, with the space's number of classes.</param>
    /// <param name="checkpointPath">Where checkpoints are written.</param>
    /// <param name="cancellation">Ends the reading of the validation images early.</param>
    /// <exception cref="Files.InputException">The data does not fit the recipe, or the teacher cannot be read.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public SupernetTrainer(Recipe recipe, SearchSpace space, ImageData data, string checkpointPath, CancellationToken cancellation = default)
        : base(
            recipe ?? throw new ArgumentNullException(nameof(recipe)),
            new ElasticResNet(space, recipe.Network, new RandomStream(recipe.Seed).Split("weights")),
            data ?? throw new ArgumentNullException(nameof(data)),
            recipe.Evaluation,
            checkpointPath,
            validation: null,
            cancellation)
    {
        (this.recipe, this.data) = (recipe, data);
        try
        {
            phases = PhaseSchedule.Of(recipe, space, StepsPerEpoch);
            teacher = ExternalTeacher.Open(recipe.Distillation, space);
            supernetStep = new SupernetStep(Network, recipe, phases, teacher, new RandomStream(recipe.Seed).Split("architectures"), Steps);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Where the first weights come from; null where they are random.</summary>
    public WarmStart? WarmStart { get; private set; }

    /// <summary>The stand-alone accuracies that it is compared with; null where there are none.</summary>
    public TruthSource? Truth { get; private set; }

    /// <summary>Starts with the weights of another network; the momentum and the step of a checkpoint are left out.</summary>
    /// <param name="weights">A checkpoint, a network in safetensors or a <c>.pdparams</c> of Paddle, of a network that is the same but for classes, activations and strides.</param>
    /// <exception cref="Files.InputException">The file is missing, damaged or of another network.</exception>
    public void StartFrom(string weights)
    {
        WarmStart = WarmStart.Take(weights, Network, recipe.Pretrained);
        StartAverage();
    }

    /// <summary>
    /// Compares the supernet with stand-alone accuracies after epochs, by the recipe's evaluation, and tells the observer. The weights that
    /// training ends with are the same bytes with and without it.
    /// </summary>
    /// <param name="truth">What to compare with, and how often.</param>
    /// <param name="measured">Epochs, from 1, that are not measured again.</param>
    /// <param name="cancellation">Ends the reading of the validation images early.</param>
    /// <exception cref="InvalidOperationException">It is compared already.</exception>
    /// <exception cref="Files.InputException">Validation images cannot be read.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public void Watch(TruthWatch truth, IEnumerable<int> measured, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(truth);
        ArgumentNullException.ThrowIfNull(measured);
        if (meter is not null)
            throw new InvalidOperationException("The training is compared with stand-alone accuracies already.");
        var options = recipe.Evaluation with { ValidationImages = Math.Min(truth.Images, Evaluator.ValidationImages) };
        var random = new RandomStream(recipe.Seed);
        var validation = SupernetEvaluator.LoadValidation(data, recipe.Data, options, Network.Space.ImageSize, random, cancellation: cancellation);
        meter = new ConsistencyMeter(truth, measured, validation, random.Split("consistency"));
        Truth = truth.Source;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            teacher?.Dispose();
            meter?.Dispose();
        }

        base.Dispose(disposing);
    }

    private protected override double LearningRateAt(long step) => phases.LearningRateAt(step);

    private protected override StepLosses Accumulate(Tensor images, Tensor labels, long step) => supernetStep.Accumulate(images, labels, step);

    private protected override EpochReport Validate(int epoch, CancellationToken cancellation) =>
        new(epoch, Step, Evaluator.Evaluate(Network.Space.Largest, cancellation), Evaluator.Evaluate(Network.Space.Smallest, cancellation));

    private protected override ConsistencyReport? MeasureConsistency(int epoch, CancellationToken cancellation) =>
        meter is not null && meter.IsDue(epoch, isLast: Step == Steps) ? meter.Measure(epoch, Step, Evaluator, recipe.Network, cancellation) : null;
}
