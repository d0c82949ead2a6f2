using System.ComponentModel.DataAnnotations;
using PriorNas.Files;

namespace PriorNas.Torch.Recipes;

/// <summary>How a subnet is trained on from the supernet's weights before it is measured.</summary>
public sealed record FineTuneOptions
{
    /// <summary>Steps, each of one batch of the recipe; the same batches for every subnet.</summary>
    [Range(1, 1_000_000)]
    public required int Steps { get; init; }

    /// <summary>
    /// Peak of the learning rate for the reference batch size, as <see cref="OptimizerOptions.LearningRate"/>; it rises over the first tenth of the steps
    /// and falls along half a cosine to 0. A fifth of the supernet's own rate is a good start.
    /// </summary>
    [Range(0, 1e6, MinimumIsExclusive = true)]
    public required double LearningRate { get; init; }

    /// <summary>Refuses numbers outside their ranges.</summary>
    /// <exception cref="InputException">One is.</exception>
    internal void Validate()
    {
        if (Steps is < 1 or > 1_000_000)
            throw new InputException(FormattableString.Invariant($"fine-tuning takes {Steps} steps, allowed is 1 to 1000000."));
        if (!(LearningRate is > 0 and <= 1e6))
            throw new InputException(FormattableString.Invariant($"the learning rate of fine-tuning is {LearningRate}, allowed is above 0, to 1000000."));
    }
}
