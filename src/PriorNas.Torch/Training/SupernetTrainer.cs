using PriorNas.Randomness;
using PriorNas.SearchSpaces;
using PriorNas.Torch.Data;
using PriorNas.Torch.Supernet;
using static TorchSharp.torch;

namespace PriorNas.Torch.Training;

/// <summary>Trains a supernet by steps of <see cref="SupernetStep"/>; validates the domain's largest and smallest net.</summary>
public sealed class SupernetTrainer : Trainer
{
    private readonly PhaseSchedule phases;
    private readonly ExternalTeacher? teacher;
    private readonly SupernetStep supernetStep;
    private readonly PretrainedOptions pretrained;

    /// <summary>Prepares a run from its beginning.</summary>
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
        pretrained = recipe.Pretrained;
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

    /// <summary>Begins with the weights of another network; the momentum and the step of a checkpoint are left out.</summary>
    /// <param name="weights">A checkpoint, a network in safetensors or a <c>.pdparams</c> of Paddle, of a network that is the same but for classes, activations and strides.</param>
    /// <exception cref="Files.InputException">The file is missing, damaged or of another network.</exception>
    public void StartFrom(string weights) => WarmStart = WarmStart.Take(weights, Network, pretrained);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            teacher?.Dispose();
        base.Dispose(disposing);
    }

    private protected override double LearningRateAt(long step) => phases.LearningRateAt(step);

    private protected override StepLosses Accumulate(Tensor images, Tensor labels, long step) => supernetStep.Accumulate(images, labels, step);

    private protected override EpochReport Validate(int epoch, CancellationToken cancellation) =>
        new(epoch, Step, Evaluator.Evaluate(Network.Space.Largest, cancellation), Evaluator.Evaluate(Network.Space.Smallest, cancellation));
}
