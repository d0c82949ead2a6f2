using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using PriorNas.Files;
using PriorNas.Ranking;
using PriorNas.SearchSpaces;
using PriorNas.Torch.Native;
using PriorNas.Torch.Priors;
using Spectre.Console;

namespace PriorNas.Cli.Display;

/// <summary>Shows sampled Zen-scores: the progress, one architecture's, and the table of variants.</summary>
internal static class ZenDisplay
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    /// <summary>Runs work that calls back after each score: a bar on a screen, a line now and then where output is redirected.</summary>
    internal static T Progress<T>(Terminal? terminal, int total, Func<Action, T> work)
    {
        if (terminal?.Screen is { } screen)
        {
            return screen.Progress().Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn()).Start(context =>
            {
                var task = context.AddTask("sampling", maxValue: total);
                return work(() => task.Increment(1));
            });
        }

        var (clock, nextLine, done) = (Stopwatch.StartNew(), Interval, 0);
        return work(() =>
        {
            done++;
            if (terminal is null || clock.Elapsed < nextLine)
                return;
            terminal.Output.WriteLine($"sampled {done}/{total} scores  {TimeLeft.Text(clock.Elapsed / done * (total - done))} left");
            nextLine = clock.Elapsed + Interval;
        });
    }

    internal static void WriteOne(ZenStudy study, TextWriter output)
    {
        output.WriteLine("prior         images  repeats  variance     sampled    error  closed form  seconds");
        foreach (var row in study.Rows)
            output.WriteLine(FormattableString.Invariant($"{Describe(row.Options)}  {row.Means[0],10:F4}  {Text(row.StandardError, "F4"),7}  {row.ClosedForm[0],11:F4}  {row.Seconds,7:F3}"));
        output.WriteLine("error: standard error of the mean over the repeats.");
    }

    /// <param name="study">At least two architectures.</param>
    /// <param name="truth">The variants' agreement with the truth; empty where there is none.</param>
    /// <param name="output">Where to.</param>
    internal static void WriteTable(ZenStudy study, ImmutableArray<ScoringComparison> truth, TextWriter output)
    {
        output.WriteLine($"{study.Architectures.Length} architectures of {study.Architectures[0].Architecture.Space.Name} at {study.Architectures[0].Architecture.Space.ImageSize} px");
        output.WriteLine($"prior         images  repeats  variance  seconds    error  Pearson  depths out   tau-b  mean difference");
        foreach (var row in study.Rows)
        {
            var agreement = Agreement(study, row);
            output.WriteLine(FormattableString.Invariant(
                $"{Describe(row.Options)}  {row.SecondsPerArchitecture,7:F3}  {Text(row.StandardError, "F4"),7}  {Text(agreement.Pearson, "F5"),7}  {Text(agreement.PearsonDepthsOut, "F4"),10}  {Text(agreement.KendallTau, "F4"),6}  {Difference(row),15:F3}"));
        }

        output.WriteLine("seconds: for one architecture. error: mean standard error. Pearson to tau-b: agreement with the closed form, \"depths out\" of what a linear regression");
        output.WriteLine("on the depths of the stages leaves of both scores. mean difference: sampled less closed form.");
        if (!truth.IsEmpty)
            WriteTruth(truth, output);
    }

    private static void WriteTruth(ImmutableArray<ScoringComparison> truth, TextWriter output)
    {
        output.WriteLine();
        output.WriteLine("Agreement with the truth, 95 % intervals in brackets:");
        output.WriteLine(Row("variant", "Pearson", "Spearman", "Kendall tau-b", "tau-b behind best"));
        foreach (var variant in truth)
            output.WriteLine(Row(variant.Name, Text(variant.Agreement.Pearson), Text(variant.Agreement.Spearman), Text(variant.Agreement.KendallTau), variant.BehindBest is { } behind ? Text(behind.KendallTau) : ""));
    }

    private static string Row(string name, params string[] texts) => $"{name,-26}  {string.Join("  ", texts.Select(text => $"{text,-23}"))}".TrimEnd();

    private static string Text(Estimate estimate) => FormattableString.Invariant($"{estimate:F3}");

    internal static JsonObject Json(SearchSpace space, ulong seed, ZenStudy study, ImmutableArray<ScoringComparison> truth) => new()
    {
        ["space"] = space.Name,
        ["imageSize"] = space.ImageSize,
        ["seed"] = seed,
        ["threads"] = TorchThreads.Count,
        ["n"] = study.Architectures.Length,
        ["variants"] = new JsonArray([.. study.Rows.Select(row => Json(study, row, truth))]),
    };

    private static JsonObject Json(ZenStudy study, SampledZenScores row, ImmutableArray<ScoringComparison> truth)
    {
        var variant = new JsonObject
        {
            ["prior"] = row.Options.PriorName,
            ["batchSize"] = row.Options.BatchSize,
            ["repeats"] = row.Options.Repeats,
            ["shortcuts"] = row.Options.KeepsShortcuts ? "kept" : "removed",
            ["variance"] = VarianceName(row.Options),
            ["secondsPerArchitecture"] = row.SecondsPerArchitecture,
            ["standardError"] = Number(row.StandardError),
        };
        if (study.Architectures.Length == 1)
        {
            variant["score"] = row.Means[0];
            variant["closedForm"] = row.ClosedForm[0];
            return variant;
        }

        var agreement = Agreement(study, row);
        variant["closedForm"] = new JsonObject
        {
            ["pearson"] = Number(agreement.Pearson),
            ["pearsonDepthsOut"] = Number(agreement.PearsonDepthsOut),
            ["kendall"] = Number(agreement.KendallTau),
            ["meanDifference"] = Difference(row),
        };
        if (truth.FirstOrDefault(t => t.Name == ZenStudy.KeyOf(row.Options)) is { } compared)
            variant["truth"] = JsonSerializer.SerializeToNode(ScoringJson.Of(compared), StrictJson.Options);

        return variant;
    }

    private static ZenAgreement Agreement(ZenStudy study, SampledZenScores row) =>
        ZenAgreement.Of([.. study.Architectures.Select(a => a.Architecture)], row.Means, row.ClosedForm);

    private static double Difference(SampledZenScores row) => row.Means.Zip(row.ClosedForm, (sampled, closed) => sampled - closed).Average();

    private static string Describe(SampledZenOptions options) =>
        $"{options.PriorName,-12}  {options.BatchSize,6}  {options.Repeats,7}  {VarianceName(options),-8}";

    private static string VarianceName(SampledZenOptions options) => options.Variance == ZenVariance.Running ? "running" : "batch";

    /// <summary>What is undefined (the error of one repeat, the correlation with a constant) is a hyphen.</summary>
    private static string Text(double value, string format) => double.IsNaN(value) ? "-" : value.ToString(format, System.Globalization.CultureInfo.InvariantCulture);

    private static JsonValue? Number(double value) => double.IsNaN(value) ? null : JsonValue.Create(value);
}
