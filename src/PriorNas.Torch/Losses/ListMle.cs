namespace PriorNas.Torch.Losses;

/// <summary>
/// The listwise rank loss ListMLE (Xia et al. 2008): minus the log-likelihood of the prior's order under a Plackett-Luce model with scores -L, which
/// draws the best subnet first, in proportion to e^-L, then the best of the others, and so on.
/// </summary>
/// <remarks>
/// The sum over subnets i of ln(sum of e^(Li - Lj) over j = i and all j that the prior ranks below i). Subnets with equal priors are not compared with each
/// other: any order of them would be an invention, and the result would depend on how they were drawn. So a tie costs nothing, as in the pairwise
/// loss, all other comparisons stay, the result does not depend on the subnets' order, and without ties it is ListMLE. Of two subnets it is the softplus
/// <see cref="RankLoss"/> without margin.
/// </remarks>
internal static class ListMle
{
    /// <summary>The loss and its derivative by each L, which sum to 0. Time grows with the square of the number of subnets.</summary>
    /// <param name="losses">L of each subnet.</param>
    /// <param name="priors">The prior's score of each subnet, higher is better.</param>
    /// <exception cref="ArgumentException">The two have different lengths.</exception>
    internal static (double Value, double[] Derivatives) Of(ReadOnlySpan<double> losses, ReadOnlySpan<double> priors)
    {
        if (losses.Length != priors.Length)
            throw new ArgumentException($"There are {losses.Length} losses, but {priors.Length} priors.", nameof(priors));
        var value = 0.0;
        var derivatives = new double[losses.Length];
        var weights = new double[losses.Length]; // e^(Li - Lj - largest)
        for (var i = 0; i < losses.Length; i++)
        {
            var largest = 0.0; // of Li - Lj; j = i gives 0
            for (var j = 0; j < losses.Length; j++)
                largest = priors[j] < priors[i] ? Math.Max(largest, losses[i] - losses[j]) : largest;
            var sum = 0.0;
            for (var j = 0; j < losses.Length; j++)
            {
                weights[j] = j == i || priors[j] < priors[i] ? Math.Exp(losses[i] - losses[j] - largest) : 0;
                sum += weights[j];
            }

            value += largest + Math.Log(sum);
            derivatives[i] += 1;
            for (var j = 0; j < losses.Length; j++)
                derivatives[j] -= weights[j] / sum;
        }

        return (value, derivatives);
    }
}
