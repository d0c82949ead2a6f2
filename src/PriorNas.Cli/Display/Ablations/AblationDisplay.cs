using PriorNas.Ranking;

namespace PriorNas.Cli.Display.Ablations;

/// <summary>Shows an ablation as a table of text, and as Markdown.</summary>
internal static class AblationDisplay
{
    private static readonly string[] Heads = ["recipe", "seeds", "Kendall tau-b", "Spearman", "Pearson", "tau-b ahead of baseline"];

    internal static void Write(AblationTable table, TextWriter output)
    {
        output.WriteLine(Caption(table));
        output.WriteLine();
        string[][] rows = [Heads, .. table.Rows.Select(Cells)];
        var widths = Heads.Select((_, column) => rows.Max(row => row[column].Length)).ToArray();
        foreach (var row in rows)
            output.WriteLine(string.Join("  ", row.Zip(widths, (cell, width) => cell.PadRight(width))).TrimEnd());
        output.WriteLine();
        output.WriteLine(Conclusion(table));
        foreach (var note in table.Notes)
            output.WriteLine(note);
    }

    internal static string Markdown(AblationTable table)
    {
        string[][] rows = [Heads, [.. Heads.Select(_ => "---")], .. table.Rows.Select(Cells)];
        return $"{Caption(table)}\n\n{string.Concat(rows.Select(row => $"| {string.Join(" | ", row.Select(cell => cell.Replace("|", "\\|", StringComparison.Ordinal)))} |\n"))}\n{Conclusion(table)}\n{string.Concat(table.Notes.Select(note => $"\n{note}\n"))}";
    }

    private static string Caption(AblationTable table) =>
        $"{table.Architectures} architectures ranked by {ScoreName.Of(table.Score)}, {table.Truth}; mean ± standard deviation over seeds, in brackets the 95 % interval (Student's t) of the mean difference to the baseline of the same seed.";

    private static string[] Cells(AblationRow row) =>
    [
        row.Arm.Name,
        string.Join(", ", new[] { $"{row.Seeds.Length}", row.Diverged.IsEmpty ? "" : $"{row.Diverged.Length} diverged", row.Undefined.IsEmpty ? "" : $"{row.Undefined.Length} undefined" }.Where(part => part.Length > 0)),
        Text(row.Kendall.Summary),
        Text(row.Spearman.Summary),
        Text(row.Pearson.Summary),
        row.Kendall.AheadOfBaseline is not { Seeds: > 0 } ahead ? "" : FormattableString.Invariant($"{ahead.MeanEstimate:+0.000;-0.000;0.000}"),
    ];

    private static string Text(SeedStatistic statistic) => statistic.Seeds switch
    {
        0 => "",
        1 => FormattableString.Invariant($"{statistic.Mean:F3}"),
        _ => FormattableString.Invariant($"{statistic.Mean:F3} ± {statistic.StandardDeviation:F3}"),
    };

    /// <summary>What may be claimed. With many recipes some intervals exclude 0 by chance, one in twenty.</summary>
    private static string Conclusion(AblationTable table)
    {
        var others = table.Rows.Where(row => row.Kendall.AheadOfBaseline is { Seeds: >= SeedStatistic.MinToDecide, MeanEstimate.HasInterval: true }).ToArray();
        if (others.Length == 0)
            return "Nothing is decided: that needs three seeds or more of a recipe and of the baseline that have a result and do not all differ by the same; give --seeds 3 or more.";
        var (ahead, behind) = (Decided(sign: 1), Decided(sign: -1));
        var claims = new List<string>();
        if (ahead.Length > 0)
            claims.Add($"Decided to be ahead of the baseline in tau-b: {string.Join("; ", ahead)}.");
        if (behind.Length > 0)
            claims.Add($"Decided to be behind it: {string.Join("; ", behind)}.");
        if (ahead.Length + behind.Length < others.Length)
            claims.Add($"Of {(claims.Count == 0 ? "" : "the other ")}{others.Length - ahead.Length - behind.Length} the interval contains 0: these seeds decide nothing.");
        if (claims.Count > 1 || ahead.Length + behind.Length > 0)
            claims.Add($"Of {others.Length} intervals about {FormattableString.Invariant($"{0.05 * others.Length:F1}")} exclude 0 by chance.");
        return string.Join(' ', claims);

        string[] Decided(int sign) => [.. others.Where(row => row.Kendall.AheadOfBaseline is { Decided: true } of && Math.Sign(of.Mean) == sign).Select(row => row.Arm.Name)];
    }
}
