using System.ComponentModel.DataAnnotations;

namespace PriorNas.Torch.Recipes;

/// <summary>Where the subnets come from that the rank loss compares.</summary>
public enum RankSource
{
    /// <summary>Pairs of their own, each with two forward passes more.</summary>
    Drawn,

    /// <summary>The random subnets of the step: no further pass, but the graphs of all of them are held at once.</summary>
    Step,
}

/// <summary>The rank loss.</summary>
public sealed record RankOptions
{
    /// <summary>Pairs of a step; 0 switches the rank loss off.</summary>
    [Range(0, 1024)]
    public int Pairs { get; init; }

    /// <summary>
    /// The prior that says which of two subnets should have the lower loss: a name, or a sum of names with factors, such as <c>0.5*flops+zen</c>, which
    /// adds their standardised logarithms.
    /// </summary>
    public string Prior { get; init; } = "flops";

    /// <summary>The shape of the loss.</summary>
    public RankLossKind Loss { get; init; } = RankLossKind.Hinge;

    /// <summary>By how much the better subnet's loss should be lower.</summary>
    [Range(0, 1e6)]
    public double Margin { get; init; }

    /// <summary>Both subnets of a pair learn; else only the second one, as in the published solution.</summary>
    public bool BothSides { get; init; }

    /// <summary>Weigh each pair by the prior's gap, in standard deviations of the prior over the domain.</summary>
    public bool GapWeighted { get; init; }

    /// <summary>Where the subnets come from.</summary>
    public RankSource Source { get; init; } = RankSource.Drawn;

    /// <summary>How the weight of the loss changes over the run.</summary>
    public RankWeightSchedule Schedule { get; init; } = RankWeightSchedule.WarmUp;

    /// <summary>Factor on the schedule.</summary>
    [Range(0, 1e6)]
    public double Weight { get; init; } = 1;

    /// <summary>Positions after the depths in which the codes of a pair differ at least; 0 for independent pairs.</summary>
    [Range(0, int.MaxValue)]
    public int MinimalHammingDistance { get; init; }

    /// <summary>By how much the prior tells the subnets of a pair apart at least, in its standard deviations over the domain.</summary>
    [Range(0, 100)]
    public double MinimalPriorGap { get; init; }

    /// <summary>Random networks over which a sampled Zen-score is averaged, where the prior is one.</summary>
    [Range(1, 1_000_000)]
    public int ZenRepeats { get; init; } = 4;
}
