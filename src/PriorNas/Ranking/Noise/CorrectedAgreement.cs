namespace PriorNas.Ranking.Noise;

/// <summary>An agreement and the noise of its sides.</summary>
/// <param name="Ranking">The reliability of the ranking, or null where its noise is not known.</param>
/// <param name="Truth">That of the truth.</param>
/// <param name="RankingCeiling">What the ranking's noise allows.</param>
/// <param name="TruthCeiling">What the truth's noise allows.</param>
/// <param name="BothCeiling">What both allow; its share of Pearson is the correlation corrected for attenuation.</param>
public sealed record CorrectedAgreement(
    Reliability? Ranking, Reliability? Truth, NoiseCeiling? RankingCeiling, NoiseCeiling? TruthCeiling, NoiseCeiling? BothCeiling);
