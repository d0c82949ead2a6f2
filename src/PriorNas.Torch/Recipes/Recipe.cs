using System.ComponentModel.DataAnnotations;
using PriorNas.Torch.Data;
using PriorNas.Torch.Evaluation;
using PriorNas.Torch.Supernet;

namespace PriorNas.Torch.Recipes;

/// <summary>Everything that decides a training run; the form of a recipe file. Immutable.</summary>
public sealed record Recipe
{
    /// <summary>Name of a search space of the library, or path of a space file; a relative path counts from the recipe's own folder.</summary>
    public required string Space { get; init; }

    /// <summary>Height and width of the images in pixels, where not the space's.</summary>
    [Range(8, 1024)]
    public int? ImageSize { get; init; }

    /// <summary>Number of classes, where not the space's.</summary>
    [Range(2, 1_000_000)]
    public int? Classes { get; init; }

    /// <summary>Seed of every random choice of the run.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Passes over the training images, at least 1.</summary>
    [Range(1, 100_000)]
    public required int Epochs { get; init; }

    /// <summary>Images and their augmentation.</summary>
    public DataOptions Data { get; init; } = new();

    /// <summary>Activations.</summary>
    public NetworkOptions Network { get; init; } = new();

    /// <summary>What is done with weights that the run starts with.</summary>
    public PretrainedOptions Pretrained { get; init; } = new();

    /// <summary>Which subnets a step trains.</summary>
    public SamplingOptions Sampling { get; init; } = new();

    /// <summary>The loss with labels.</summary>
    public LossOptions Loss { get; init; } = new();

    /// <summary>What the smaller subnets learn from a larger one.</summary>
    public DistillationOptions Distillation { get; init; } = new();

    /// <summary>The rank loss.</summary>
    public RankOptions Rank { get; init; } = new();

    /// <summary>Stochastic gradient descent and its learning rate.</summary>
    public OptimizerOptions Optimizer { get; init; } = new();

    /// <summary>How networks are measured, in training and by <c>rank</c>.</summary>
    public EvaluationOptions Evaluation { get; init; } = new();

    /// <summary>When checkpoints are written.</summary>
    public CheckpointOptions Checkpoint { get; init; } = new();
}

/// <summary>Stochastic gradient descent with momentum; warm-up, then cosine to 0.</summary>
public sealed record OptimizerOptions
{
    /// <summary>Peak learning rate for a batch of <see cref="ReferenceBatchSize"/>; scaled in proportion to the batch.</summary>
    [Range(0, 1e6, MinimumIsExclusive = true)]
    public double LearningRate { get; init; } = 0.001;

    /// <summary>The batch size that the learning rate is meant for.</summary>
    [Range(1, int.MaxValue)]
    public int ReferenceBatchSize { get; init; } = 256;

    /// <summary>Momentum, in [0, 1).</summary>
    [Range(0d, 1d, MaximumIsExclusive = true)]
    public double Momentum { get; init; } = 0.9;

    /// <summary>Nesterov's form of momentum.</summary>
    public bool Nesterov { get; init; }

    /// <summary>L2 penalty on all parameters.</summary>
    [Range(0, 1e6)]
    public double WeightDecay { get; init; }

    /// <summary>Epochs of linear warm-up; not together with <see cref="WarmUpSteps"/>.</summary>
    [Range(0, double.PositiveInfinity)]
    public double WarmUpEpochs { get; init; }

    /// <summary>Steps of linear warm-up; not together with <see cref="WarmUpEpochs"/>.</summary>
    [Range(0, int.MaxValue)]
    public int WarmUpSteps { get; init; }

    /// <summary>The gradient's L2 norm is scaled down to this if it exceeds it; 0 for no limit.</summary>
    [Range(0, 1e6)]
    public double GradientClip { get; init; }

    /// <summary>
    /// Decay, for a step, of the moving average of the weights that is measured, ranked and written in place of the last step's weights (Polyak and
    /// Juditsky 1992); 0 for none.
    /// </summary>
    [Range(0d, 1d, MaximumIsExclusive = true)]
    public double WeightAveraging { get; init; }
}

/// <summary>When checkpoints are written, beside the end of each epoch, of the run and on interruption, and which are kept.</summary>
public sealed record CheckpointOptions
{
    /// <summary>Seconds between checkpoints within an epoch; 0 for none.</summary>
    [Range(0, int.MaxValue)]
    public int Seconds { get; init; } = 120;

    /// <summary>Checkpoints of epochs that are kept beside the last one; older ones are deleted. 0 for none.</summary>
    [Range(0, 100_000)]
    public int Keep { get; init; }

    /// <summary>Epochs from one kept checkpoint to the next.</summary>
    [Range(1, int.MaxValue)]
    public int KeepEvery { get; init; } = 1;
}

/// <summary>The loss with labels.</summary>
public sealed record LossOptions
{
    /// <summary>Share of the target that is spread evenly over all classes (Szegedy et al. 2016); not in the losses that the rank loss compares.</summary>
    [Range(0d, 1d, MaximumIsExclusive = true)]
    public double LabelSmoothing { get; init; }
}
