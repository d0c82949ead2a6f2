using PriorNas.Ranking;
using PriorNas.Ranking.Bias;
using PriorNas.Ranking.Noise;

namespace PriorNas.Cli.Display;

/// <summary>What <c>correlate</c> found.</summary>
/// <param name="Columns">The two rankings, then the givens, all in the first file's order.</param>
/// <param name="Report">The agreement of the two.</param>
/// <param name="WeightedTau">Their weighted tau.</param>
/// <param name="Partial">Their agreement beyond the givens, or null without any.</param>
/// <param name="Givens">The givens as they were named.</param>
/// <param name="Top">What the first one's top is worth.</param>
internal sealed record CorrelationAnswer(
    double[][] Columns, RankReport Report, double WeightedTau, RankReport? Partial, string[] Givens, TopK[] Top)
{
    /// <summary>The agreement corrected for noise, or null where none is known.</summary>
    internal CorrectedAgreement? Noise { get; init; }

    /// <summary>What the first ranking over- or underrates, or null where it was not asked for.</summary>
    internal RankingBias? Bias { get; init; }
}
