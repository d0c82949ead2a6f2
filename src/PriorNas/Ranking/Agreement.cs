namespace PriorNas.Ranking;

/// <summary>The three statistics of two scorings of one sample, each in [-1, 1] or NaN.</summary>
internal readonly record struct Agreement(double Pearson, double Spearman, double KendallTau)
{
    internal static Agreement Of(ReadOnlySpan<double> x, ReadOnlySpan<double> y) =>
        new(RankCorrelation.Pearson(x, y), RankCorrelation.Spearman(x, y), RankCorrelation.KendallTauB(x, y));
}
