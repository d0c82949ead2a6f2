using PriorNas.Randomness;
using PriorNas.SearchSpaces;

namespace PriorNas.Sampling;

/// <summary>Draws the random subnets of a training step. Immutable: a draw depends on its arguments alone, so any step can be repeated.</summary>
public abstract class SubnetSampler
{
    /// <summary>For how many steps the fair sampler keeps a group, where nothing else is said.</summary>
    public const int DefaultGroupSteps = 10;

    private protected SubnetSampler()
    {
    }

    /// <summary>How many candidates a kind draws where nothing else is said; null for a kind that draws none.</summary>
    public static int? DefaultCandidates(SamplerKind kind) => kind switch
    {
        SamplerKind.FlopsBalanced => 3,
        SamplerKind.SizeBiased => 400,
        _ => null,
    };

    /// <summary>The sampler of a kind.</summary>
    /// <param name="kind">How it draws.</param>
    /// <param name="candidates">
    /// At least 1: for each subnet (flops-balanced) or for all subnets of a step (size-biased). The other kinds do not read it. Null for
    /// <see cref="DefaultCandidates"/>.
    /// </param>
    /// <param name="groupSteps">Steps, at least 1, for which a fair group stays. The other kinds do not read it.</param>
    /// <exception cref="ArgumentOutOfRangeException">The kind is unknown or a number is below 1.</exception>
    public static SubnetSampler Create(SamplerKind kind, int? candidates = null, int groupSteps = DefaultGroupSteps)
    {
        var drawn = candidates ?? DefaultCandidates(kind) ?? 1;
        ArgumentOutOfRangeException.ThrowIfLessThan(drawn, 1, nameof(candidates));
        ArgumentOutOfRangeException.ThrowIfLessThan(groupSteps, 1);
        return kind switch
        {
            SamplerKind.Uniform or SamplerKind.Progressive => new UniformNetsSampler(),
            SamplerKind.Fair => new FairSampler(groupSteps),
            SamplerKind.FlopsBalanced => new FlopsBalancedSampler(drawn),
            SamplerKind.SizeBiased => new SizeBiasedSampler(drawn),
            SamplerKind.Stratified => new StratifiedSampler(),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "There is no such sampler."),
        };
    }

    /// <summary>How many subnets a draw has where the domain decides it; null where the caller does.</summary>
    public virtual int? FixedCount(SamplingDomain domain) => null;

    /// <summary>The random subnets of a step.</summary>
    /// <param name="domain">What to draw from.</param>
    /// <param name="count">How many: 0 or more, or <see cref="FixedCount"/> where that is not null.</param>
    /// <param name="random">The stream of architectures. It is split by purpose and step; where it stands does not matter and does not change.</param>
    /// <param name="step">0-based.</param>
    /// <exception cref="ArgumentOutOfRangeException">The step is negative, or the sampler cannot draw so many subnets.</exception>
    public Architecture[] Draw(SamplingDomain domain, int count, RandomStream random, long step)
    {
        ArgumentNullException.ThrowIfNull(domain);
        ArgumentNullException.ThrowIfNull(random);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        if (FixedCount(domain) is { } only)
            ArgumentOutOfRangeException.ThrowIfNotEqual(count, only);
        return DrawSubnets(domain, count, random, step);
    }

    private protected abstract Architecture[] DrawSubnets(SamplingDomain domain, int count, RandomStream random, long step);
}
