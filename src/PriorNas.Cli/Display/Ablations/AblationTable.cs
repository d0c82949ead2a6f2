using System.Collections.Immutable;
using PriorNas.Ranking;
using PriorNas.Torch.Ablations;
using PriorNas.Torch.Evaluation;

namespace PriorNas.Cli.Display.Ablations;

/// <summary>A statistic of one recipe over its seeds.</summary>
/// <param name="Values">One for each seed that did not diverge, in the order of the seeds.</param>
/// <param name="Summary">Their mean and spread.</param>
/// <param name="AheadOfBaseline">The mean difference to the baseline of the same seed; null for the baseline.</param>
internal sealed record AblationStatistic(ImmutableArray<double> Values, SeedStatistic Summary, SeedStatistic? AheadOfBaseline);

/// <summary>What came of one recipe.</summary>
/// <param name="Arm">The recipe.</param>
/// <param name="Seeds">Its seeds.</param>
/// <param name="Diverged">Those of them whose training diverged.</param>
/// <param name="Undefined">Those of them whose supernet gave all architectures the same score, so that there is no correlation.</param>
/// <param name="Pearson">Correlation with the truth.</param>
/// <param name="Spearman">Rank correlation.</param>
/// <param name="Kendall">Tau-b.</param>
internal sealed record AblationRow(
    AblationArm Arm, ImmutableArray<ulong> Seeds, ImmutableArray<ulong> Diverged, ImmutableArray<ulong> Undefined, AblationStatistic Pearson, AblationStatistic Spearman, AblationStatistic Kendall);

/// <summary>The recipes of an ablation compared.</summary>
/// <param name="Truth">What they were compared with.</param>
/// <param name="Architectures">How many were ranked.</param>
/// <param name="Rows">The baseline first.</param>
internal sealed record AblationTable(string Truth, int Architectures, ImmutableArray<AblationRow> Rows)
{
    /// <summary>What else a reader must know, in sentences.</summary>
    internal ImmutableArray<string> Notes { get; init; } = [];

    /// <summary>By which score the supernets rank.</summary>
    internal ScoreKind Score { get; init; } = ScoreKind.Loss;

    internal static AblationTable Of(
        ImmutableArray<AblationArm> arms, string truth, double[] values, IReadOnlyDictionary<AblationRun, AblationOutcome> outcomes, ScoreKind kind)
    {
        var agreements = outcomes.ToDictionary(outcome => outcome.Key, outcome => outcome.Value.Agreement(values, kind));
        return new AblationTable(truth, values.Length, [.. arms.Select(arm => Row(arm, arms[0], agreements))]) { Score = kind };
    }

    private static AblationRow Row(AblationArm arm, AblationArm baseline, Dictionary<AblationRun, RankReport?> agreements)
    {
        ImmutableArray<ulong> seeds = [.. agreements.Keys.Where(run => run.Arm == arm).Select(run => run.Seed).Order()];
        return new AblationRow(
            arm,
            seeds,
            [.. seeds.Where(seed => agreements[new AblationRun(arm, seed)] is null)],
            [.. seeds.Where(seed => agreements[new AblationRun(arm, seed)] is { } report && double.IsNaN(report.KendallTau.Value))],
            Statistic(report => report.Pearson),
            Statistic(report => report.Spearman),
            Statistic(report => report.KendallTau));

        AblationStatistic Statistic(Func<RankReport, Estimate> of)
        {
            double? Value(AblationArm which, ulong seed) => agreements.GetValueOrDefault(new AblationRun(which, seed)) is { } report && double.IsFinite(of(report).Value) ? of(report).Value : null;
            ImmutableArray<double> own = [.. seeds.Select(seed => Value(arm, seed)).OfType<double>()];
            double[] differences = [.. seeds.Select(seed => Value(arm, seed) - Value(baseline, seed)).OfType<double>()];
            return new AblationStatistic(own, SeedStatistic.Of(own), arm.IsBaseline ? null : SeedStatistic.Of(differences));
        }
    }
}
