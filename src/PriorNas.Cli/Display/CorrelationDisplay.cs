using System.Globalization;
using PriorNas.Cli.Arguments;
using PriorNas.Ranking;
using PriorNas.Ranking.Bias;
using PriorNas.Ranking.Noise;

namespace PriorNas.Cli.Display;

/// <summary>Shows what <c>correlate</c> found, in at most 80 columns.</summary>
internal static class CorrelationDisplay
{
    internal static void Write(CorrelationAnswer answer, IReadOnlyList<ScoreFile> files, TextWriter output)
    {
        // Which of a ranking's scores was compared may not be known to who asked for none.
        foreach (var file in files.Where(file => file.Key == ScoreArgument.RankedKey).DistinctBy(file => file.Description))
            output.WriteLine($"compared by     {file.Description}");
        output.WriteLine($"architectures  {answer.Report.Count}");
        WriteAgreement(answer.Report, output);
        output.WriteLine(FormattableString.Invariant($"weighted tau   {answer.WeightedTau:F4}"));
        if (answer.Partial is { } partial)
        {
            output.WriteLine();
            output.WriteLine($"given {string.Join(", ", answer.Givens)}");
            WriteAgreement(partial, output);
        }

        if (answer.Top.Length > 0)
            output.WriteLine();
        foreach (var top in answer.Top)
        {
            output.WriteLine(FormattableString.Invariant(
                $"top {top.K,-9}  overlap {top.Overlap:F4} (by chance {top.Chance:F4})  regret {top.Regret:G4}"));
        }

        if (answer.Noise is { } noise)
            WriteNoise(noise, output);
        if (answer.Bias is { } bias)
            WriteBias(bias, output);
    }

    private static void WriteAgreement(RankReport report, TextWriter output)
    {
        output.WriteLine(FormattableString.Invariant($"Pearson        {report.Pearson:F4}"));
        output.WriteLine(FormattableString.Invariant($"Spearman       {report.Spearman:F4}"));
        output.WriteLine(FormattableString.Invariant($"Kendall tau-b  {report.KendallTau:F4}"));
    }

    private static void WriteNoise(CorrectedAgreement noise, TextWriter output)
    {
        output.WriteLine();
        output.WriteLine("corrected for noise");
        if (noise.Ranking is { } ranking)
            output.WriteLine(Row("reliability of A", Text(ranking.Value)));
        if (noise.Truth is { } truth)
            output.WriteLine(Row("reliability of B", Text(truth.Value)));
        if ((noise.BothCeiling ?? noise.TruthCeiling ?? noise.RankingCeiling) is { } all)
            output.WriteLine(Row($"Pearson without {NoiseOf(noise)}", Text(all.PearsonShare)));
        output.WriteLine();
        output.WriteLine(Row("ceiling", "Pearson", "Kendall tau-b"));
        WriteCeiling("noise of A", noise.RankingCeiling, output);
        WriteCeiling("noise of B", noise.TruthCeiling, output);
        WriteCeiling("noise of A and B", noise.BothCeiling, output);
    }

    private static string NoiseOf(CorrectedAgreement noise) => noise switch
    {
        { BothCeiling: not null } => "noise",
        { TruthCeiling: not null } => "B's noise",
        _ => "A's noise",
    };

    private static void WriteCeiling(string name, NoiseCeiling? ceiling, TextWriter output)
    {
        if (ceiling is null)
            return;
        output.WriteLine(Row(name, Text(ceiling.Pearson), Text(ceiling.KendallTau)));
        output.WriteLine(Row("  share reached", Text(ceiling.PearsonShare), Text(ceiling.KendallShare)));
    }

    private static string Row(string name, params string[] texts) =>
        $"{name,-26}  {string.Join("  ", texts.Select(text => $"{text,-24}"))}".TrimEnd();

    private static string Text(Estimate estimate) => FormattableString.Invariant($"{estimate:F4}");

    private static void WriteBias(RankingBias bias, TextWriter output)
    {
        output.WriteLine();
        output.WriteLine(FormattableString.Invariant(
            $"what A over- (+) and underrates (-): A minus {bias.Slope:F3} times B, as normal scores"));
        if (bias.Positions.Length > 0)
            WriteEffects("position", bias.Positions, output);
        else
            output.WriteLine(TooFew(bias));
        WriteEffects("stage", bias.Stages, output);
        WriteEffects("prior", bias.Priors, output);
        output.WriteLine();
        output.WriteLine("Positions, stages: standard deviations of A, of B, and again of A, that go with");
        output.WriteLine("one of a log width or of a depth. Priors: correlations.");
        output.WriteLine("*: the 95 % interval excludes 0; of 20 without bias, one would by chance.");
    }

    private static string TooFew(RankingBias bias) => bias.VaryingPositions == 0
        ? "All architectures have the same widths and depths."
        : $"{bias.VaryingPositions} positions differ: to tell them apart takes "
            + $"{RankingBias.MinPerPosition * bias.VaryingPositions} architectures, here are {bias.Count}.";

    private static void WriteEffects(string title, IReadOnlyCollection<BiasEffect> effects, TextWriter output)
    {
        if (effects.Count == 0)
            return;
        output.WriteLine();
        output.WriteLine($"{title,-25} {"A",7} {"B",7}  difference");
        foreach (var effect in effects)
        {
            var sides = $"{Shortened(effect.Name),-25} {Signed(effect.InRanking),7} {Signed(effect.InTruth),7}";
            output.WriteLine($"{sides}  {Interval(effect.Overrated),-26} {(effect.Overrated.Decided ? "*" : "")}".TrimEnd());
        }
    }

    /// <summary>The end of a long name, which tells files and keys apart.</summary>
    private static string Shortened(string name) => name.Length <= 25 ? name : $"...{name[^22..]}";

    private static string Interval(Estimate estimate)
    {
        var value = $"{Signed(estimate.Value),7}";
        return estimate.HasInterval ? $"{value} [{Signed(estimate.Low)}, {Signed(estimate.High)}]" : value;
    }

    /// <summary>What is undefined is a hyphen.</summary>
    private static string Signed(double value) =>
        double.IsNaN(value) ? "-" : value.ToString("+0.000;-0.000;0.000", CultureInfo.InvariantCulture);
}
