using System.ComponentModel.DataAnnotations;
using PriorNas.Sampling;

namespace PriorNas.Torch.Recipes;

/// <summary>Which subnets a step trains.</summary>
public sealed record SamplingOptions
{
    /// <summary>Subnets of a step, those of the sandwich included; at least 1, with the sandwich 2. A fair group has a number of its own.</summary>
    [Range(1, 1024)]
    public int Nets { get; init; } = 4;

    /// <summary>The sandwich rule: the largest and the smallest subnet of the domain are in every step (Yu and Huang 2019); the others are random.</summary>
    public bool Sandwich { get; init; } = true;

    /// <summary>
    /// Whether the sandwich has the smallest subnet, too; without it a step has the largest, which teaches, and random subnets (as in Zhang et al. 2021,
    /// arXiv 2108.05866). Without the sandwich it has no effect.
    /// </summary>
    public bool Smallest { get; init; } = true;

    /// <summary>How the random subnets are drawn.</summary>
    public SamplerKind Sampler { get; init; } = SamplerKind.Uniform;

    /// <summary>Candidates of <c>flops-balanced</c> (for each subnet; 3 where it is left out) and <c>size-biased</c> (of a step; 400).</summary>
    [Range(1, 1_000_000)]
    public int? Candidates { get; init; }

    /// <summary>Steps for which a fair group stays (10 in the published solution).</summary>
    [Range(1, int.MaxValue)]
    public int GroupSteps { get; init; } = SubnetSampler.DefaultGroupSteps;

    /// <summary>
    /// Parts of the run that sample a part of the domain, first to last. Where there are none, <c>progressive</c> has those of the published solution in
    /// proportion to the run, and the other samplers draw from the whole domain all the time.
    /// </summary>
    public IReadOnlyList<ShrinkingPhase> Phases { get; init; } = [];
}

/// <summary>
/// A phase of a run: how much of the domain is sampled, and how (progressive shrinking, Cai et al. 2020). A phase of depth 0 and width 0 trains the
/// largest subnet alone: once a step, without a rank loss, whatever the sandwich and the number of subnets.
/// </summary>
public sealed record ShrinkingPhase
{
    /// <summary>The epoch at whose end it ends, counted from the run's start; the last phase ends with the run.</summary>
    [Range(0, double.PositiveInfinity, MinimumIsExclusive = true)]
    public required double Until { get; init; }

    /// <summary>Share of each stage's depths that is sampled, from the deepest: 0 for that alone, 1 for all.</summary>
    [Range(0d, 1d)]
    public required double Depth { get; init; }

    /// <summary>Share of each position's widths that is sampled, from the widest: 0 for that alone, 1 for all.</summary>
    [Range(0d, 1d)]
    public required double Width { get; init; }

    /// <summary>Subnets of a step; <c>sampling.nets</c> where it is left out. Without effect where the phase is one network alone.</summary>
    [Range(1, 1024)]
    public int? Nets { get; init; }

    /// <summary>Peak of a learning rate that starts anew here, for the reference batch size; where it is left out, that of the phase before continues.</summary>
    [Range(0, 1e6, MinimumIsExclusive = true)]
    public double? LearningRate { get; init; }

    /// <summary>Epochs of warm-up of that learning rate.</summary>
    [Range(0, double.PositiveInfinity)]
    public double WarmUpEpochs { get; init; }
}
