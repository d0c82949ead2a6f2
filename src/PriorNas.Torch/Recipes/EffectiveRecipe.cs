using PriorNas.Sampling;
using PriorNas.Torch.Data;
using PriorNas.Torch.Priors;

namespace PriorNas.Torch.Recipes;

/// <summary>
/// A recipe in which the values that nothing reads beside its others are the default ones: recipes that are then equal train and measure the same.
/// Not all such values are known here; of two recipes that are not equal, nothing is said.
/// </summary>
internal static class EffectiveRecipe
{
    /// <param name="recipe">Checked by <see cref="RecipeFile"/>.</param>
    internal static Recipe Of(Recipe recipe) =>
        recipe with { Data = Of(recipe.Data), Sampling = Of(recipe.Sampling), Distillation = Of(recipe.Distillation), Rank = Of(recipe.Rank) };

    private static DataOptions Of(DataOptions data)
    {
        var plain = new DataOptions();
        var read = data.Source == DataSource.Folder
            ? data with { SyntheticTrainImages = plain.SyntheticTrainImages, SyntheticValidationImages = plain.SyntheticValidationImages, SyntheticSeed = plain.SyntheticSeed }
            : data with { Format = plain.Format, Cifar100Labels = plain.Cifar100Labels, IdxPrefix = plain.IdxPrefix, SkipBroken = plain.SkipBroken };
        return read with { Workers = plain.Workers, Padding = data.Augmentation == AugmentationKind.PadCrop ? data.Padding : plain.Padding };
    }

    private static SamplingOptions Of(SamplingOptions sampling) => sampling with
    {
        Smallest = sampling.Smallest || !sampling.Sandwich,

        // With phases of its own, progressive sampling is uniform sampling.
        Sampler = sampling is { Sampler: SamplerKind.Progressive, Phases.Count: > 0 } ? SamplerKind.Uniform : sampling.Sampler,
        Candidates = sampling.Candidates ?? SubnetSampler.DefaultCandidates(sampling.Sampler),
        GroupSteps = sampling.Sampler == SamplerKind.Fair ? sampling.GroupSteps : SubnetSampler.DefaultGroupSteps,
    };

    private static DistillationOptions Of(DistillationOptions distillation)
    {
        var plain = new DistillationOptions();
        if (distillation.Teacher == TeacherKind.None)
            return plain with { Teacher = TeacherKind.None };
        var (isAlpha, isDecoupled) = (distillation.Loss == DistillationKind.AlphaDivergence, distillation.Loss == DistillationKind.Decoupled);
        return distillation with
        {
            AlphaMinimum = isAlpha ? distillation.AlphaMinimum : plain.AlphaMinimum,
            AlphaMaximum = isAlpha ? distillation.AlphaMaximum : plain.AlphaMaximum,
            Clip = isAlpha ? distillation.Clip : plain.Clip,
            TargetWeight = isDecoupled ? distillation.TargetWeight : plain.TargetWeight,
            NonTargetWeight = isDecoupled ? distillation.NonTargetWeight : plain.NonTargetWeight,
        };
    }

    private static RankOptions Of(RankOptions rank)
    {
        var plain = new RankOptions();
        if (rank.Pairs == 0)
            return plain;
        return rank with { ZenRepeats = rank.Prior.Contains(SampledZenPrior.Suffix, StringComparison.Ordinal) ? rank.ZenRepeats : plain.ZenRepeats };
    }
}
