using System.Collections.Immutable;
using PriorNas.Sampling;
using PriorNas.SearchSpaces;

namespace PriorNas.Torch.Recipes;

/// <summary>
/// What a run samples, and at which learning rate, as a pure function of the step. A run without phases is one phase. A phase of one network alone
/// trains that once a step, whatever the sandwich and the number of subnets. Immutable.
/// </summary>
internal sealed class PhaseSchedule
{
    private readonly SamplingOptions options;
    private readonly ImmutableArray<Phase> phases;

    private PhaseSchedule(SamplingOptions options, ImmutableArray<Phase> phases) => (this.options, this.phases) = (options, phases);

    /// <summary>The schedule of a recipe.</summary>
    /// <param name="recipe">Checked by <see cref="RecipeFile"/>.</param>
    /// <param name="space">Its domain is what the last phase samples.</param>
    /// <param name="stepsPerEpoch">At least 1.</param>
    internal static PhaseSchedule Of(Recipe recipe, SearchSpace space, int stepsPerEpoch)
    {
        var domain = SamplingDomain.Of(space);
        var (options, optimizer) = (recipe.Sampling, recipe.Optimizer);
        var scale = (double)recipe.Data.BatchSize / optimizer.ReferenceBatchSize;
        var steps = (long)recipe.Epochs * stepsPerEpoch;
        var warmUp = optimizer.WarmUpSteps > 0 ? optimizer.WarmUpSteps : (long)Math.Round(optimizer.WarmUpEpochs * stepsPerEpoch);
        var declared = Declared(recipe);
        if (declared.Count == 0)
            return new PhaseSchedule(options, [new Phase(steps, domain, options.Nets, new Rate(optimizer.LearningRate * scale, warmUp, 0, steps))]);

        var phases = ImmutableArray.CreateBuilder<Phase>();
        var rate = new Rate(optimizer.LearningRate * scale, warmUp, 0, 0);
        foreach (var (index, phase) in declared.Index())
        {
            var first = index == 0 ? 0 : phases[^1].End;
            var end = index == declared.Count - 1 ? steps : Math.Min(steps, (long)Math.Round(phase.Until * stepsPerEpoch));
            if (phase.LearningRate is { } peak)
                rate = new Rate(peak * scale, (long)Math.Round(phase.WarmUpEpochs * stepsPerEpoch), first, 0);
            rate = rate with { End = EndOfRate(declared, index, stepsPerEpoch, steps) };
            phases.Add(new Phase(end, domain.Shrunk(phase.Depth, phase.Width), phase.Nets ?? options.Nets, rate));
        }

        return new PhaseSchedule(options, phases.DrainToImmutable());
    }

    /// <summary>What the step samples.</summary>
    /// <param name="step">0-based, below the run's steps.</param>
    /// <returns>The domain, the subnets that are in each step, the largest first, and how many random ones join them.</returns>
    internal (SamplingDomain Domain, ImmutableArray<Architecture> Fixed, int Random) At(long step)
    {
        var phase = PhaseOf(step);
        var (largest, smallest) = (phase.Domain.Largest, phase.Domain.Smallest);
        if (IsOneNetwork(phase.Domain))
            return (phase.Domain, [largest], 0);
        ImmutableArray<Architecture> always = (options.Sandwich, options.Smallest) switch
        {
            (true, true) => [largest, smallest],
            (true, false) => [largest],
            _ => [],
        };
        return (phase.Domain, always, Math.Max(0, phase.Nets - always.Length));
    }

    /// <summary>The learning rate of the step: warm-up, then half a cosine to 0, over all phases that share it.</summary>
    internal double LearningRateAt(long step)
    {
        var rate = PhaseOf(step).Rate;
        return LearningRate.At(rate.Peak, rate.WarmUp, step - rate.First, rate.End - rate.First);
    }

    /// <summary>The recipe's own phases, or those of progressive shrinking; empty where the whole domain is sampled all the time.</summary>
    internal static IReadOnlyList<ShrinkingPhase> Declared(Recipe recipe) => recipe.Sampling switch
    {
        { Phases.Count: > 0 } sampling => sampling.Phases,
        { Sampler: SamplerKind.Progressive } => Published(recipe),
        _ => [],
    };

    /// <summary>
    /// What a run samples, with the subnets of a step, those of the sandwich included. Phases of one network alone are left out; a share outside [0, 1],
    /// which is refused elsewhere, counts as 1.
    /// </summary>
    internal static IEnumerable<(SamplingDomain Domain, int Nets)> Sampled(Recipe recipe, SearchSpace space)
    {
        var (options, domain, declared) = (recipe.Sampling, SamplingDomain.Of(space), Declared(recipe));
        (SamplingDomain Domain, int Nets)[] parts = declared.Count == 0
            ? [(domain, options.Nets)]
            : [.. declared.Select(phase => (domain.Shrunk(Share(phase.Depth), Share(phase.Width)), phase.Nets ?? options.Nets))];
        return parts.Where(part => !IsOneNetwork(part.Domain));

        static double Share(double share) => share is >= 0 and <= 1 ? share : 1;
    }

    /// <summary>Whether a domain leaves nothing to sample.</summary>
    internal static bool IsOneNetwork(SamplingDomain domain) => domain.Largest.Canonical().Equals(domain.Smallest.Canonical());

    private static int HalfOfSubnets(SamplingOptions options) => Math.Max(options.Sandwich ? 2 : 1, options.Nets / 2);

    /// <summary>
    /// The published solution's (after OFA): of 70 epochs three phases of depth, to 20, 28 and 34, at full width, with half of the
    /// subnets; then six of width, to 45, 50, ..., 70, at half the learning rate without warm-up.
    /// </summary>
    private static ShrinkingPhase[] Published(Recipe recipe)
    {
        double[] ends = [20, 28, 34, 45, 50, 55, 60, 65, 70];
        return [.. ends.Select((end, index) => new ShrinkingPhase
        {
            Until = end / ends[^1] * recipe.Epochs,
            Depth = Math.Min(1, (index + 1) / 3.0),
            Width = Math.Max(0, (index - 2) / 6.0),
            Nets = index < 3 ? HalfOfSubnets(recipe.Sampling) : null,
            LearningRate = index == 3 ? recipe.Optimizer.LearningRate / 2 : null,
        })];
    }

    private static long EndOfRate(IReadOnlyList<ShrinkingPhase> declared, int index, int stepsPerEpoch, long steps)
    {
        var last = index;
        while (last + 1 < declared.Count && declared[last + 1].LearningRate is null)
            last++;
        return last == declared.Count - 1 ? steps : Math.Min(steps, (long)Math.Round(declared[last].Until * stepsPerEpoch));
    }

    private Phase PhaseOf(long step) => phases.First(phase => step < phase.End || phase == phases[^1]);

    /// <summary>Until a step, exclusive.</summary>
    private sealed record Phase(long End, SamplingDomain Domain, int Nets, Rate Rate);

    /// <summary>A learning rate from one step to another, exclusive.</summary>
    private sealed record Rate(double Peak, long WarmUp, long First, long End);
}
