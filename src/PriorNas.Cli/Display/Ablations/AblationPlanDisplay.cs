using PriorNas.Ranking;

namespace PriorNas.Cli.Display.Ablations;

/// <summary>Shows how many seeds an ablation takes, by the spread that those that are there have shown.</summary>
internal static class AblationPlanDisplay
{
    private static readonly string[] Heads = ["recipe", "seeds there", "deviation of the difference", "seeds by it", "by its upper bound"];

    /// <param name="table">Of the outcomes that are there.</param>
    /// <param name="halfWidth">How well each difference in tau-b is to be known, to either side.</param>
    /// <param name="output">Takes the lines.</param>
    internal static void Write(AblationTable table, double halfWidth, TextWriter output)
    {
        var differences = table.Rows.Where(row => row.Kendall.AheadOfBaseline is not null).Select(row => (row.Arm.Name, Difference: row.Kendall.AheadOfBaseline!)).ToArray();
        output.WriteLine(FormattableString.Invariant(
            $"Seeds for a 95 % interval of ±{halfWidth} around each difference in tau-b to the baseline of the same seed, ranked by {ScoreName.Of(table.Score)}:"));
        output.WriteLine();
        string[][] rows = [Heads, .. differences.Select(row => Cells(row.Name, row.Difference, halfWidth))];
        var widths = Heads.Select((_, column) => rows.Max(row => row[column].Length)).ToArray();
        foreach (var row in rows)
            output.WriteLine(string.Join("  ", row.Zip(widths, (cell, width) => cell.PadRight(width))).TrimEnd());
        output.WriteLine();
        output.WriteLine(Conclusion([.. differences.Select(row => row.Difference)], halfWidth));
    }

    private static string[] Cells(string name, SeedStatistic difference, double halfWidth) => difference.Seeds < SeedStatistic.MinToDecide
        ? [name, $"{difference.Seeds}", "-", "-", "-"]
        :
        [
            name,
            $"{difference.Seeds}",
            FormattableString.Invariant($"{difference.StandardDeviation:F3}, at most {Upper(difference):F3}"),
            Text(SeedPlan.Seeds(difference.StandardDeviation, halfWidth)),
            Text(SeedPlan.Seeds(Upper(difference), halfWidth)),
        ];

    private static string Conclusion(SeedStatistic[] differences, double halfWidth)
    {
        if (differences.Any(difference => difference.Seeds < SeedStatistic.MinToDecide))
            return $"A spread needs {SeedStatistic.MinToDecide} seeds of the recipe and of the baseline; train these first by the same command without --plan, with --seeds {SeedStatistic.MinToDecide} or more.";
        var likely = differences.Select(difference => SeedPlan.Seeds(difference.StandardDeviation, halfWidth)).ToArray();
        var safe = differences.Select(difference => SeedPlan.Seeds(Upper(difference), halfWidth)).ToArray();
        return likely.Contains(null)
            ? $"Of some recipes not even {SeedPlan.MaxSeeds:N0} seeds would do; make their training steadier, or ask for less."
            : $"--seeds {likely.Max()} likely does for all; {(safe.Contains(null) ? $"more than {SeedPlan.MaxSeeds:N0}" : $"{safe.Max()}")} in nine cases of ten, since the spread of few seeds is little known.";
    }

    /// <summary>One-sided, at 90 %.</summary>
    private static double Upper(SeedStatistic difference) => SeedPlan.UpperDeviation(difference.StandardDeviation, difference.Seeds);

    private static string Text(int? seeds) => seeds is { } count ? $"{count}" : $"over {SeedPlan.MaxSeeds:N0}";
}
