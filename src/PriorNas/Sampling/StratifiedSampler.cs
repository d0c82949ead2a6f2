using PriorNas.Randomness;
using PriorNas.SearchSpaces;

namespace PriorNas.Sampling;

/// <summary>
/// Strata are all pairs of a distinct stem width and a total depth. The subnets of a step take the strata of one random order of all, from
/// the first again where there are more subnets. Within a stratum the stem's choices of the width are equally likely, so are all depth
/// vectors with the total, and the rest is uniform.
/// </summary>
internal sealed class StratifiedSampler : SubnetSampler
{
    private protected override Architecture[] DrawSubnets(SamplingDomain domain, int count, RandomStream random, long step)
    {
        var stream = random.Split("stratified", step);
        int[] stemWidths = [.. domain.StemChoices.Select(choice => domain.Space.Stem.Widths[choice - 1]).Distinct()];
        var depths = new DepthVectors([.. domain.Stages.Select(stage => stage.Depth)]);
        var order = stream.Permutation(stemWidths.Length * depths.Totals.Count);
        var drawn = new Architecture[count];
        for (var i = 0; i < count; i++)
        {
            var (stem, total) = Math.DivRem(order[i % order.Length], depths.Totals.Count);
            var vector = depths.Draw(depths.Totals.Min + total, stream);
            drawn[i] = UniformSampler.Draw(Part(domain, stemWidths[stem], vector), stream);
        }

        return drawn;
    }

    /// <summary>The part of a domain that has a stem width, in channels, and a depth in each stage.</summary>
    private static SamplingDomain Part(SamplingDomain domain, int stemWidth, int[] depths)
    {
        var stem = domain.StemChoices.Where(choice => domain.Space.Stem.Widths[choice - 1] == stemWidth).ToArray();
        var follows = domain.Space.Stem.FollowsFirstStage;
        return new SamplingDomain(
            domain.Space,
            [.. stem],
            [.. domain.Stages.Select((stage, i) => new StageDomain(
                new DepthRange(depths[i], depths[i]), follows && i == 0 ? [.. stem] : stage.Choices, stage.InnerChoices))]);
    }
}
