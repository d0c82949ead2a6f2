using PriorNas.Randomness;
using PriorNas.Sampling;
using PriorNas.SearchSpaces;
using PriorNas.Torch.Losses;
using PriorNas.Torch.Recipes;
using PriorNas.Torch.Supernet;
using static TorchSharp.torch;

namespace PriorNas.Torch.Training;

/// <summary>
/// The gradient of one training step: the subnets, each by its labels or its teacher, then the rank loss. Gradients add up over all of them; the
/// optimiser moves once.
/// </summary>
/// <param name="supernet">Takes the gradient.</param>
/// <param name="recipe">Checked by <see cref="RecipeFile"/>.</param>
/// <param name="phases">What each step samples.</param>
/// <param name="external">The teacher of a file, where the recipe has one.</param>
/// <param name="random">The stream of architectures; all random choices depend on it and on the step alone.</param>
/// <param name="steps">Of the whole run.</param>
internal sealed class SupernetStep(ElasticResNet supernet, Recipe recipe, PhaseSchedule phases, ExternalTeacher? external, RandomStream random, long steps)
{
    private readonly SubnetSampler sampler = SubnetSampler.Create(recipe.Sampling.Sampler, recipe.Sampling.Candidates, recipe.Sampling.GroupSteps);
    private readonly RankObjective ranking = new(recipe.Rank, supernet.Space);

    /// <param name="images">[N, 3, H, W] float32.</param>
    /// <param name="labels">[N] int64.</param>
    /// <param name="step">0-based.</param>
    internal StepLosses Accumulate(Tensor images, Tensor labels, long step)
    {
        using var scope = NewDisposeScope();
        var (domain, always, _) = phases.At(step);
        var subnets = Subnets(step);
        var losses = new double[subnets.Length];
        var held = new List<PendingSubnet>();

        // Of a distillation of weight 0 only the weight of the labels is left; who would teach need not be asked.
        var teacher = recipe.Distillation.Weight > 0 ? external?.Logits(images) : null; // [N, classes]
        var isTaught = external is not null;
        for (var i = 0; i < subnets.Length; i++)
        {
            var logits = Forward(images, subnets[i], step, i); // [N, classes]
            var loss = isTaught
                ? DistillationLoss.WithLabels(recipe.Distillation, logits, teacher, labels, recipe.Loss.LabelSmoothing)
                : ClassificationLoss.CrossEntropy(logits, labels, recipe.Loss.LabelSmoothing);
            losses[i] = loss.item<float>();
            if (ranking.ComparesNetsOfStep && i >= always.Length)
                held.Add(new PendingSubnet(subnets[i], loss, ClassificationLoss.CrossEntropy(logits, labels)));
            else
                loss.backward();
            if (recipe.Distillation.Teacher != TeacherKind.InPlace || isTaught)
                continue;
            teacher = logits.detach();
            isTaught = true;
        }

        var weight = recipe.Rank.Weight * RankWeight.At(recipe.Rank.Schedule, step, steps); // lambda
        // Of one network alone there is nothing to compare.
        if (PhaseSchedule.IsOneNetwork(domain))
            return StepLosses.Of(losses, always.Length, default, weight);
        var rank = ranking.ComparesNetsOfStep
            ? ranking.AccumulateHeld(held, weight, random.Split("pairs", step))
            : ranking.AccumulateDrawn(domain, weight, random.Split("pairs", step), (subnet, position) => ClassificationLoss.CrossEntropy(Forward(images, subnet, step, subnets.Length + position), labels));
        return StepLosses.Of(losses, always.Length, rank, weight);
    }

    /// <summary>The subnets of a step: those that are in each, the largest first, then the random ones.</summary>
    internal Architecture[] Subnets(long step)
    {
        var (domain, always, count) = phases.At(step);
        return PhaseSchedule.IsOneNetwork(domain) ? [.. always] : [.. always, .. sampler.Draw(domain, sampler.FixedCount(domain) ?? count, random, step)];
    }

    private Tensor Forward(Tensor images, Architecture subnet, long step, int position) =>
        supernet.forward(images, subnet, BatchNormStatistics.OfBatch, random.Split("drop-path", step).Split(position));
}
