namespace PriorNas.Ranking;

/// <summary>The agreement of two scorings of the same architectures: the rank consistency that one-shot search depends on.</summary>
/// <param name="Count">The number of architectures, at least 2.</param>
/// <param name="Pearson"><see cref="RankCorrelation.Pearson"/>, in [-1, 1] or NaN.</param>
/// <param name="Spearman"><see cref="RankCorrelation.Spearman"/>, in [-1, 1] or NaN.</param>
/// <param name="KendallTau"><see cref="RankCorrelation.KendallTauB"/>, in [-1, 1] or NaN.</param>
public sealed record RankReport(int Count, double Pearson, double Spearman, double KendallTau)
{
    /// <summary>Computes all statistics of two scorings.</summary>
    /// <inheritdoc cref="RankCorrelation.Pearson" path="/param"/>
    /// <inheritdoc cref="RankCorrelation.Pearson" path="/exception"/>
    public static RankReport Of(ReadOnlySpan<double> x, ReadOnlySpan<double> y) =>
        new(x.Length, RankCorrelation.Pearson(x, y), RankCorrelation.Spearman(x, y), RankCorrelation.KendallTauB(x, y));
}
