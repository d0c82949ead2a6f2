using PriorNas.Randomness;
using PriorNas.Torch.Data;
using PriorNas.Torch.Data.Loading;
using PriorNas.Torch.Evaluation;
using PriorNas.Torch.Recipes;

namespace PriorNas.Torch.Training;

/// <summary>The validation images of networks that are trained alone, decoded once for all of them; may be used by several threads.</summary>
/// <param name="recipe">Of all of the networks; its seed has no meaning here.</param>
/// <param name="imageSize">The space's, in pixels.</param>
/// <param name="data">Its validation images are used.</param>
public sealed class StandAloneValidation(Recipe recipe, int imageSize, ImageData data) : IDisposable
{
    private readonly Dictionary<ulong, FixedBatches> bySeed = [];
    private readonly Lock loading = new();

    /// <summary>The images that a network of this seed is measured by: all, the same for each seed, or a subset of the seed's own.</summary>
    /// <param name="seed">The network's.</param>
    /// <param name="cancellation">Ends the reading early.</param>
    /// <returns>Stays this object's.</returns>
    /// <exception cref="Files.InputException">Images cannot be read, or the recipe asks for more than there are.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public FixedBatches Of(ulong seed, CancellationToken cancellation = default)
    {
        var subset = recipe.Evaluation.ValidationImages == 0 ? 0 : seed;
        lock (loading)
        {
            if (!bySeed.TryGetValue(subset, out var batches))
                bySeed.Add(subset, batches = SupernetEvaluator.LoadValidation(data, recipe.Data, recipe.Evaluation, imageSize, new RandomStream(seed), cancellation: cancellation));
            return batches;
        }
    }

    /// <summary>Frees the images.</summary>
    public void Dispose()
    {
        foreach (var batches in bySeed.Values)
            batches.Dispose();
    }
}
