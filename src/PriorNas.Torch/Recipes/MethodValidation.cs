using PriorNas.Files;
using PriorNas.Priors;
using PriorNas.Sampling;
using PriorNas.SearchSpaces;
using PriorNas.Torch.Priors;

namespace PriorNas.Torch.Recipes;

/// <summary>Checks of the method's values in a recipe, each by itself and together: a combination that makes no sense is a fault, too.</summary>
internal static class MethodValidation
{
    internal static void CheckSampling(Recipe recipe, SearchSpace space, RecipeValidation.Requirement require)
    {
        var sampling = recipe.Sampling;
        require(sampling.Nets is >= 1 and <= 1024, "sampling.nets", sampling.Nets, "1 to 1024");
        require(sampling.Nets != 1 || !sampling.Sandwich || !sampling.Smallest, "sampling.sandwich", "true", "false where sampling.nets is 1: the largest and the smallest subnet are two");
        require(sampling.Nets != 1 || !sampling.Sandwich || sampling.Smallest, "sampling.nets", 1, "2 to 1024 with the sandwich: the largest subnet alone is for a phase of depth 0 and width 0");
        require(sampling.GroupSteps >= 1, "sampling.groupSteps", sampling.GroupSteps, "1 or more");
        require(sampling.Candidates is null || SubnetSampler.DefaultCandidates(sampling.Sampler) is not null, "sampling.sampler", StrictJson.KebabCase(sampling.Sampler), "flops-balanced or size-biased where sampling.candidates is given; leave that out");
        require(sampling.Candidates is null or (>= 1 and <= 1_000_000), "sampling.candidates", sampling.Candidates ?? 0, "1 to 1000000");
        var (fewest, most) = RandomSubnets(recipe, space) ?? (int.MaxValue, 0);
        var candidates = sampling.Candidates ?? SubnetSampler.DefaultCandidates(sampling.Sampler) ?? int.MaxValue;
        require(sampling.Sampler != SamplerKind.SizeBiased || candidates >= most || candidates < 1, "sampling.candidates", candidates, $"at least the {most} random subnets of a step");
        require(sampling.Sampler == SamplerKind.Uniform || fewest >= 1, "sampling.sampler", StrictJson.KebabCase(sampling.Sampler), "uniform where a step or phase has no random subnet beside the sandwich, as here; raise sampling.nets (without phases of its own, progressive takes half of them at first)");
        CheckPhases(recipe, space, require);
    }

    internal static void CheckDistillation(Recipe recipe, RecipeValidation.Requirement require)
    {
        var options = recipe.Distillation;
        require(options.Teacher != TeacherKind.InPlace || recipe.Sampling.Sandwich, "distillation.teacher", "in-place", "none or external without sampling.sandwich: the largest subnet, which teaches, is then in no step");
        require(options.Teacher != TeacherKind.External || !string.IsNullOrWhiteSpace(options.Network), "distillation.network", "not given", "the file of the external teacher");
        require(options.Network?.Contains('\0', StringComparison.Ordinal) != true, "distillation.network", "a text with a zero character", "the path of a file");
        require(options.Teacher == TeacherKind.External || options.Network is null, "distillation.network", $"'{options.Network}'", "a file only with distillation.teacher external; leave it out");
        require(options.Temperature is > 0 and <= 1e6, "distillation.temperature", options.Temperature, "above 0, to 1000000");
        require(options.Weight is >= 0 and <= 1e6, "distillation.weight", options.Weight, "0 to 1000000");
        require(options.LabelWeight is >= 0 and <= 1e6, "distillation.labelWeight", options.LabelWeight, "0 to 1000000");
        require(options.Teacher == TeacherKind.None || options is not { Weight: 0, LabelWeight: 0 }, "distillation.teacher", StrictJson.KebabCase(options.Teacher), "none where distillation.weight and distillation.labelWeight are 0: the taught subnets would learn nothing");
        require(options.AlphaMinimum is >= -100 and <= 100, "distillation.alphaMinimum", options.AlphaMinimum, "-100 to 100");
        require(options.AlphaMaximum is >= -100 and <= 100, "distillation.alphaMaximum", options.AlphaMaximum, "-100 to 100");
        var areInOrder = options.AlphaMinimum <= options.AlphaMaximum || options is { AlphaMinimum: < -100 or > 100 } or { AlphaMaximum: < -100 or > 100 };
        require(areInOrder || options.Loss != DistillationKind.AlphaDivergence, "distillation.alphaMinimum", options.AlphaMinimum, FormattableString.Invariant($"at most distillation.alphaMaximum, {options.AlphaMaximum}"));
        require(options.Clip is >= 1 and <= 1e6, "distillation.clip", options.Clip, "1 to 1000000");
        require(options.TargetWeight is >= 0 and <= 1e6, "distillation.targetWeight", options.TargetWeight, "0 to 1000000");
        require(options.NonTargetWeight is >= 0 and <= 1e6, "distillation.nonTargetWeight", options.NonTargetWeight, "0 to 1000000");
    }

    internal static void CheckRank(Recipe recipe, SearchSpace space, RecipeValidation.Requirement require)
    {
        var rank = recipe.Rank;
        require(rank.Pairs is >= 0 and <= 1024, "rank.pairs", rank.Pairs, "0 (off) to 1024");
        CheckPrior(rank, space, require);
        require(rank.Weight is >= 0 and <= 1e6, "rank.weight", rank.Weight, "0 to 1000000");
        require(rank.Margin is >= 0 and <= 1e6, "rank.margin", rank.Margin, "0 to 1000000");
        require(rank.MinimalPriorGap is >= 0 and <= 100, "rank.minimalPriorGap", rank.MinimalPriorGap, "0 to 100 standard deviations of the prior");
        var positions = space.PositionCount - space.Stages.Length;
        require(rank.MinimalHammingDistance >= 0 && rank.MinimalHammingDistance <= positions, "rank.minimalHammingDistance", rank.MinimalHammingDistance, $"0 to {positions}, the positions after the depths in space '{space.Name}'");
        if (rank.Pairs <= 0)
            return;
        if (RandomSubnets(recipe, space) is var (fewest, _))
            CheckComparison(rank, fewest, require);
        else
            require(false, "rank.pairs", rank.Pairs, "0 where every step trains one network alone, as here: there is nothing to compare");
    }

    /// <summary>What goes together where there is a rank loss.</summary>
    private static void CheckComparison(RankOptions rank, int random, RecipeValidation.Requirement require)
    {
        require(rank.Source == RankSource.Drawn || random >= 2, "rank.source", "step", $"drawn, where a step has {random} random {(random == 1 ? "subnet" : "subnets")}: two are needed to compare; raise sampling.nets");
        if (rank.Loss != RankLossKind.ListMle)
        {
            var most = random * (random - 1) / 2;
            require(rank.Source == RankSource.Drawn || random < 2 || rank.Pairs <= most, "rank.pairs", rank.Pairs, $"1 to {most} where rank.source is step and a step or phase has {random} random subnets, which form no more; raise sampling.nets");
            return;
        }

        require(rank.Source == RankSource.Step, "rank.loss", "list-mle", "hinge or softplus unless rank.source is step: a list is made of the random subnets of the step");
        require(rank is { Margin: 0, BothSides: false, GapWeighted: false, MinimalHammingDistance: 0, MinimalPriorGap: 0 }, "rank.loss", "list-mle", "hinge or softplus where rank.margin, bothSides, gapWeighted, minimalHammingDistance or minimalPriorGap is set: they are of pairs");
    }

    private static void CheckPrior(RankOptions rank, SearchSpace space, RecipeValidation.Requirement require)
    {
        require(rank.ZenRepeats is >= 1 and <= 1_000_000, "rank.zenRepeats", rank.ZenRepeats, "1 to 1000000");
        try
        {
            PriorNames.Check(rank.Prior, space);
        }
        catch (InputException e)
        {
            // That a single name is unknown needs no further word.
            var reason = CompositePrior.IsSum(rank.Prior) || PriorNames.All.Contains(rank.Prior) ? $" ({e.Message.TrimEnd('.')})" : "";
            require(false, "rank.prior", rank.Prior, $"{string.Join(", ", PriorNames.All)}, or a sum such as 0.5*flops+zen{reason}");
        }
    }

    private static void CheckPhases(Recipe recipe, SearchSpace space, RecipeValidation.Requirement require)
    {
        var (phases, domain, before) = (recipe.Sampling.Phases, SamplingDomain.Of(space), 0.0);
        foreach (var (index, phase) in phases.Index())
        {
            var key = $"sampling.phases[{index}]";
            require(phase.Until > before && phase.Until <= recipe.Epochs, $"{key}.until", phase.Until, FormattableString.Invariant($"above {before}, to the run's {recipe.Epochs} epochs"));
            require(phase.Depth is >= 0 and <= 1, $"{key}.depth", phase.Depth, "0 to 1");
            require(phase.Width is >= 0 and <= 1, $"{key}.width", phase.Width, "0 to 1");
            var isAlone = phase is { Depth: >= 0 and <= 1, Width: >= 0 and <= 1 } && PhaseSchedule.IsOneNetwork(domain.Shrunk(phase.Depth, phase.Width));
            var minNetworks = recipe.Sampling.Sandwich && !isAlone ? 2 : 1;
            require(phase.Nets is null || (phase.Nets >= minNetworks && phase.Nets <= 1024), $"{key}.nets", phase.Nets ?? 0, $"{minNetworks} to 1024");
            require(phase.LearningRate is null or (> 0 and <= 1e6), $"{key}.learningRate", phase.LearningRate ?? 0, "above 0, to 1000000");
            require(phase.WarmUpEpochs >= 0 && phase.WarmUpEpochs <= recipe.Epochs, $"{key}.warmUpEpochs", phase.WarmUpEpochs, $"0 to the run's {recipe.Epochs} epochs");
            require(phase.WarmUpEpochs == 0 || phase.LearningRate is not null, $"{key}.warmUpEpochs", phase.WarmUpEpochs, "0 where the phase has no learningRate: it continues with that of the phase before");
            before = phase.Until;
        }

        require(phases.Count == 0 || phases[^1].Until == recipe.Epochs, "sampling.phases", FormattableString.Invariant($"a list that ends at epoch {before}"), $"one whose last phase ends with the run, at epoch {recipe.Epochs}");
    }

    /// <summary>The fewest and the most random subnets of a step that samples; null where none does.</summary>
    private static (int Min, int Max)? RandomSubnets(Recipe recipe, SearchSpace space)
    {
        var sampler = SubnetSampler.Create(recipe.Sampling.Sampler);
        var always = (recipe.Sampling.Sandwich, recipe.Sampling.Smallest) switch { (true, true) => 2, (true, false) => 1, _ => 0 };
        int[] counts = [.. PhaseSchedule.Sampled(recipe, space).Select(part => sampler.FixedCount(part.Domain) ?? Math.Max(0, part.Nets - always))];
        return counts.Length == 0 ? null : (counts.Min(), counts.Max());
    }
}
