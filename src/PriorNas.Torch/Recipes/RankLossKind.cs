namespace PriorNas.Torch.Recipes;

/// <summary>The shape of the rank loss. That of a pair is a function of x = d + margin; d is how much higher the better subnet's loss is.</summary>
public enum RankLossKind
{
    /// <summary>max(0, x): only pairs that contradict the prior, or fulfil it by less than the margin, have a gradient; it is 1.</summary>
    Hinge,

    /// <summary>ln(1 + e^x): every pair has a gradient, that falls smoothly from 1 to 0.</summary>
    Softplus,

    /// <summary>All random subnets of the step in one loss by the prior's order (Xia et al. 2008); there are no pairs.</summary>
    ListMle,
}
