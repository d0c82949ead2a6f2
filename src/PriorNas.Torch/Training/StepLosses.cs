namespace PriorNas.Torch.Training;

/// <summary>What a step's losses were.</summary>
/// <param name="Largest">Loss of the largest subnet, or of the network that is trained alone; null without the sandwich rule.</param>
/// <param name="Smallest">Loss of the smallest subnet; null where there is none.</param>
/// <param name="Random">Mean loss of the random subnets; null where there are none.</param>
/// <param name="Rank">Sum of the rank losses of all pairs, before lambda.</param>
/// <param name="ViolatedPairs">Pairs whose losses contradict the prior.</param>
/// <param name="Pairs">Pairs that the rank loss compared.</param>
/// <param name="RankWeight">Lambda.</param>
public sealed record StepLosses(double? Largest, double? Smallest, double? Random, double Rank, int ViolatedPairs, int Pairs, double RankWeight)
{
    /// <summary>Whether all losses are finite.</summary>
    public bool AreFinite => double.IsFinite((Largest ?? 0) + (Smallest ?? 0) + (Random ?? 0) + Rank);

    internal static StepLosses OfOneSubnet(double loss) => new(loss, null, null, 0, 0, 0, 0);

    /// <param name="losses">Of all subnets, those that are in each step first: the largest, then the smallest.</param>
    /// <param name="extremes">How many these are, from 0 to 2.</param>
    /// <param name="rank">The rank loss.</param>
    /// <param name="weight">Lambda.</param>
    internal static StepLosses Of(double[] losses, int extremes, RankTotal rank, double weight) => new(
        extremes > 0 ? losses[0] : null,
        extremes > 1 ? losses[1] : null,
        losses.Length > extremes ? losses.Skip(extremes).Average() : null,
        rank.Loss,
        rank.Violated,
        rank.Pairs,
        weight);
}
