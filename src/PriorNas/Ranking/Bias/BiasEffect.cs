namespace PriorNas.Ranking.Bias;

/// <summary>How far a ranking over- or underrates something that architectures differ in; see <see cref="RankingBias"/>.</summary>
/// <param name="Name">What, such as a position of the code, a part of the network or a prior.</param>
/// <param name="InRanking">
/// What it goes with in the ranking, in standard deviations of the ranking for one of its own; NaN where undefined.
/// </param>
/// <param name="InTruth">What it goes with in the truth, in standard deviations of the truth; NaN where undefined.</param>
/// <param name="Overrated">
/// What it goes with in the residual, with the 95 % interval: above 0 where the ranking overrates it, below 0 where it underrates it.
/// </param>
public sealed record BiasEffect(string Name, double InRanking, double InTruth, Estimate Overrated);
