using System.Collections.Immutable;
using PriorNas.Randomness;
using PriorNas.SearchSpaces;

namespace PriorNas.Sampling;

/// <summary>
/// Strict fairness (FairNAS, Chu et al. 2021) for elastic networks. The subnets of a group share depths, stem and the outputs that a stage
/// shares; each active block deals its inner choices to them in a random order. Where blocks have outputs of their own, these are
/// dealt in the same way. A position with fewer choices than subnets deals them again in a new order, and the last time only as many as
/// are needed: the counts of two choices differ by at most 1.
/// </summary>
internal sealed class FairSampler(int groupSteps) : SubnetSampler
{
    /// <summary>The subnets of a group: as many as the stage with the most inner choices has choices.</summary>
    public override int? FixedCount(SamplingDomain domain)
    {
        ArgumentNullException.ThrowIfNull(domain);
        return domain.Stages.Max(stage => stage.InnerChoices.Length);
    }

    private protected override Architecture[] DrawSubnets(SamplingDomain domain, int count, RandomStream random, long step)
    {
        var space = domain.Space;
        var stream = random.Split("fair", step / groupSteps);
        var shared = UniformSampler.Draw(domain, stream);
        byte[][] group = [.. Enumerable.Range(0, count).Select(_ => shared.Digits.ToArray())];
        for (var stage = 0; stage < domain.Stages.Length; stage++)
        {
            for (var block = 0; block < shared.Depth(stage); block++)
            {
                var inner = space.InnerPosition(stage, block);
                Deal(domain.Stages[stage].InnerChoices, group, inner, stream);
                if (space.Stages[stage].Output == OutputWidth.PerBlock)
                    Deal(domain.Stages[stage].Choices, group, inner + 1, stream);
            }
        }

        return [.. group.Select(digits => new Architecture(space, digits))];
    }

    private static void Deal(ImmutableArray<int> choices, byte[][] group, int position, RandomStream random)
    {
        int[] order = [];
        for (var i = 0; i < group.Length; i++)
        {
            if (i % choices.Length == 0)
                order = random.Permutation(choices.Length);
            group[i][position] = (byte)choices[order[i % choices.Length]];
        }
    }
}
