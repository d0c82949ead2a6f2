using PriorNas.Priors;
using PriorNas.SearchSpaces;

namespace PriorNas.Torch.Training;

/// <summary>
/// The seed's pairwise rank loss, a one-sided hinge: a prior says which of two subnets should have the lower loss, and where the
/// supernet's losses say otherwise, their difference is the penalty. Only the second subnet receives gradient.
/// </summary>
/// <remarks>
/// b better: max(0, Lb - stop(La)); a better: max(0, stop(La) - Lb); a tie: 0. So the gradient with respect to Lb is +1, -1 or 0, which
/// is all that backpropagation needs.
/// </remarks>
internal static class RankLoss
{
    /// <summary>What the prior says of a pair: +1 if the second is better, -1 if the first is, 0 for a tie.</summary>
    internal static int Judge(Prior prior, Architecture first, Architecture second) => prior.Score(second).CompareTo(prior.Score(first)) switch
    {
        > 0 => 1,
        < 0 => -1,
        0 => 0,
    };

    /// <summary>The value of the loss.</summary>
    /// <param name="secondIsBetter">As <see cref="Judge"/> gives it.</param>
    /// <param name="firstLoss">La.</param>
    /// <param name="secondLoss">Lb.</param>
    internal static double Value(int secondIsBetter, double firstLoss, double secondLoss) => Math.Max(0, secondIsBetter * (secondLoss - firstLoss));

    /// <summary>Its derivative by the second loss.</summary>
    internal static double Gradient(int secondIsBetter, double firstLoss, double secondLoss) => Value(secondIsBetter, firstLoss, secondLoss) > 0 ? secondIsBetter : 0;
}
