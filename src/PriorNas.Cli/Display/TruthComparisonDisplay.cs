using PriorNas.Ranking;

namespace PriorNas.Cli.Display;

/// <summary>Shows a comparison with true accuracies, and says no more than the data decide.</summary>
internal static class TruthComparisonDisplay
{
    private const int ShownAtEachEnd = 5;

    internal static void Write(TruthComparison comparison, TextWriter output)
    {
        output.WriteLine("    rank  architecture             supernet    alone  million multiply-adds");
        foreach (var (index, entry) in comparison.Architectures.Index())
        {
            if (index == ShownAtEachEnd)
                output.WriteLine("     ...");
            if (index < ShownAtEachEnd || index >= comparison.Count - ShownAtEachEnd)
                output.WriteLine(FormattableString.Invariant($"{index + 1,8}  {entry.Code}  {100 * entry.Accuracy,6:F1} %  {100 * entry.Truth,5:F1} %  {entry.MultiplyAdds / 1e6,6:F2}"));
        }

        output.WriteLine();
        output.WriteLine($"   Agreement with the {comparison.Count} true accuracies, 95 % intervals in brackets:");
        output.WriteLine(Row("", "Pearson", "Spearman", "Kendall tau-b"));
        output.WriteLine(Row("supernet", comparison.Supernet));
        output.WriteLine(Row("  by its loss", comparison.SupernetByLoss));
        foreach (var prior in comparison.Priors)
            output.WriteLine(Row(prior.Name, prior.Agreement));
        output.WriteLine();
        output.WriteLine($"   The true accuracies are means of two trainings. How far one agrees with the other: Pearson {Text(comparison.Seeds.Pearson)}, tau-b {Text(comparison.Seeds.KendallTau)}.");
        output.WriteLine();
        output.WriteLine($"   {Conclusion(comparison)}");
        var (first, five) = (comparison.SupernetTop[0], comparison.SupernetTop[^1]);
        output.WriteLine(FormattableString.Invariant($"   The supernet's first is {100 * first.Regret:F1} points below the best in this table; the best of its first {five.K}, {100 * five.Regret:F1} points."));
    }

    /// <summary>Nothing is claimed where the interval contains 0.</summary>
    private static string Conclusion(TruthComparison comparison)
    {
        var ahead = comparison.Ahead.KendallTau;
        var difference = $"Supernet's tau-b minus that of {comparison.BestPrior}, the best prior here: {Text(ahead)}.";
        return ahead switch
        {
            { HasInterval: false } => $"{difference} One of the two has no ranking.",
            { Decided: false } => $"{difference} The interval contains 0: these architectures do not decide which of the two ranks better.",
            { Low: > 0 } => $"{difference} The supernet ranks better.",
            _ => $"{difference} The prior ranks better.",
        };
    }

    private static string Text(Estimate estimate) => FormattableString.Invariant($"{estimate:F3}");

    private static string Row(string name, RankReport agreement) => Row(name, Text(agreement.Pearson), Text(agreement.Spearman), Text(agreement.KendallTau));

    private static string Row(string name, params string[] texts) => $"   {name,-14}  {string.Join("  ", texts.Select(text => $"{text,-23}"))}".TrimEnd();
}
