using PriorNas.Priors;
using PriorNas.SearchSpaces;
using PriorNas.Torch.Recipes;

namespace PriorNas.Torch.Losses;

/// <summary>
/// The pairwise rank loss: a prior says which of two subnets should have the lower loss, and where the supernet's losses say otherwise, their
/// difference is the penalty.
/// </summary>
/// <remarks>
/// d = s (Lb - La), s = +1 if b is better, -1 if a is. The loss is a function of d + margin, and s times its derivative, a number, is all that
/// backpropagation needs for Lb; -s times it is La's share where both subnets learn. A tie asks for no order, so its loss is 0 whatever the margin.
/// The published loss is the hinge without margin, b better: max(0, Lb - stop(La)); a better: max(0, stop(La) - Lb), of which only b receives gradient.
/// </remarks>
internal static class RankLoss
{
    /// <summary>What the prior says of a pair: +1 if the second is better, -1 if the first is, 0 for a tie.</summary>
    internal static int PriorSign(Prior prior, Architecture first, Architecture second) => prior.Score(second).CompareTo(prior.Score(first)) switch
    {
        > 0 => 1,
        < 0 => -1,
        0 => 0,
    };

    /// <summary>The loss of a pair and its derivative by d, in [0, 1].</summary>
    /// <param name="kind">The shape.</param>
    /// <param name="margin">Added to d: by how much the better subnet's loss should be lower; at least 0.</param>
    /// <param name="secondIsBetter">As <see cref="PriorSign"/> gives it.</param>
    /// <param name="firstLoss">La.</param>
    /// <param name="secondLoss">Lb.</param>
    internal static (double Value, double Derivative) Of(RankLossKind kind, double margin, int secondIsBetter, double firstLoss, double secondLoss)
    {
        var difference = secondIsBetter * (secondLoss - firstLoss);
        if (secondIsBetter == 0)
            return (Math.Max(0, difference), 0); // 0, but not where a loss is not a number: that must be seen
        var x = difference + margin;
        return kind switch
        {
            RankLossKind.Hinge => (Math.Max(0, x), x > 0 ? 1 : 0),
            RankLossKind.Softplus => Softplus(x),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "The rank loss is unknown."),
        };
    }

    /// <summary>ln(1 + e^x) and its derivative 1 / (1 + e^-x), by e^-|x|, which never overflows.</summary>
    private static (double Value, double Derivative) Softplus(double x)
    {
        var small = Math.Exp(-Math.Abs(x));
        var sum = 1 + small;
        // ln(1 + small) where 1 + small is rounded: the rounding error divides out (Goldberg 1991).
        var logarithm = sum == 1 ? small : Math.Log(sum) * small / (sum - 1);
        return (Math.Max(0, x) + logarithm, (x >= 0 ? 1 : small) / sum);
    }
}
