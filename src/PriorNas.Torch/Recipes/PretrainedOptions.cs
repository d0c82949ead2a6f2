using PriorNas.Files;

namespace PriorNas.Torch.Recipes;

/// <summary>What is done with weights that a run starts with.</summary>
public sealed record PretrainedOptions
{
    /// <summary>Sort the inner channels of each block by importance before training, so that narrower networks use the most important ones (once-for-all, Cai et al. 2020). Only with a warm start.</summary>
    public bool ImportanceReordering { get; init; }

    /// <summary>Refuses what has no meaning where the first weights are random.</summary>
    /// <param name="source">Where the weights come from; null where they are random.</param>
    /// <exception cref="InputException">The channels are to be sorted, but nothing was trained.</exception>
    public void RequireFit(string? source)
    {
        if (ImportanceReordering && source is null)
            throw new InputException("'pretrained.importanceReordering' is true, which sorts channels by weights that were trained; give --warm-start SOURCE, or set it to false.");
    }

    /// <summary>Refuses what has no meaning for networks that are trained alone.</summary>
    /// <exception cref="InputException">The channels are to be sorted, but nothing was trained.</exception>
    public void RequireNoneAlone()
    {
        if (ImportanceReordering)
            throw new InputException("'pretrained.importanceReordering' is true, which sorts channels by weights that were trained; networks that are trained alone start with random ones. Set it to false.");
    }
}
