namespace PriorNas.Sampling;

/// <summary>How the random subnets of a training step are drawn; see <see cref="SubnetSampler"/>.</summary>
public enum SamplerKind
{
    /// <summary>Each by itself, uniformly over depths and choices (SPOS, Guo et al. 2020).</summary>
    Uniform,

    /// <summary>
    /// Groups that show every convolution each of its choices equally often (FairNAS, Chu et al. 2021). A group has as many subnets as the
    /// stage with the most inner choices has choices.
    /// </summary>
    Fair,

    /// <summary>
    /// Uniform, by default in the phases of the published solution: a domain that grows over the run from the largest subnet (OFA, Cai et al. 2020; <see
    /// cref="SearchSpaces.SamplingDomain.Shrunk"/>).
    /// </summary>
    Progressive,

    /// <summary>For each subnet several candidates, of which one is kept with a probability in proportion to its multiply-adds.</summary>
    FlopsBalanced,

    /// <summary>Many candidates in each step, of which those with the most multiply-adds are kept.</summary>
    SizeBiased,

    /// <summary>Subnets of distinct strata, which are a stem width with a total depth.</summary>
    Stratified,
}
