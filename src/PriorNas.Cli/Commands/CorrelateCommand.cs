using System.CommandLine;
using System.Text.Json.Serialization;
using PriorNas.Cli.Display;
using PriorNas.Files;
using PriorNas.Randomness;
using PriorNas.Ranking;

namespace PriorNas.Cli.Commands;

/// <summary><c>correlate A[:key] B[:key]</c>: how far two rankings agree.</summary>
internal static class CorrelateCommand
{
    internal static Command Create(Terminal terminal)
    {
        var first = new Argument<string>("A") { Description = "JSON file of name -> {key: number}, or CSV file; with :KEY for a key; by default 'score' where the file has it, else 'acc'." };
        var second = new Argument<string>("B") { Description = "The same; the files are matched by name. For --top it is the truth, which A predicts." };
        Options.RefuseOptionAs(first);
        Options.RefuseOptionAs(second);
        var givens = new Option<string[]>("--given") { Description = "Also show the agreement beyond what this file explains, such as a prior; may be repeated.", HelpName = "C[:KEY]", DefaultValueFactory = _ => [] };
        var top = Options.Top();
        var seed = Options.ResamplingSeed();
        var json = Options.Json();
        var command = new Command("correlate", "Show how far two rankings of the same architectures agree.") { first, second, givens, top, seed, json };
        command.SetAction(parsed =>
        {
            var explaining = parsed.GetValue(givens)!;
            var files = Open([parsed.GetValue(first)!, parsed.GetValue(second)!, .. explaining]);
            var places = Options.ParseTop(parsed.GetValue(top), files[0].Names.Length) ?? [];
            var answer = Compare(files, explaining, places, new RandomStream(parsed.GetValue(seed) ?? 1));
            if (parsed.GetValue(json))
                terminal.Output.Write(StrictJson.Write(Json(answer)));
            else
                Write(answer, files, terminal.Output);
            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>Opens all files and matches them by name.</summary>
    private static ScoreFile[] Open(string[] arguments)
    {
        var files = Array.ConvertAll(arguments, ScoreArgument.Open);
        foreach (var file in files.Skip(1))
            files[0].RequireSameNames(file);
        return files;
    }

    private static Answer Compare(ScoreFile[] files, string[] givens, int[] places, RandomStream random)
    {
        var columns = Array.ConvertAll(files, file => Array.ConvertAll([.. files[0].Names], name => file[name]));
        return new Answer(
            RankReport.Of(columns[0], columns[1], random),
            RankCorrelation.WeightedTau(columns[0], columns[1]),
            givens.Length == 0 ? null : RankReport.Partial(columns[0], columns[1], columns[2..], random),
            givens,
            Array.ConvertAll(places, k => TopK.Of(columns[0], columns[1], k)));
    }

    private static void Write(Answer answer, ScoreFile[] files, TextWriter output)
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
            output.WriteLine(FormattableString.Invariant($"top {top.K,-9}  overlap {top.Overlap:F4} (by chance {top.Chance:F4})  regret {top.Regret:G4}"));
    }

    private static void WriteAgreement(RankReport report, TextWriter output)
    {
        output.WriteLine(FormattableString.Invariant($"Pearson        {report.Pearson:F4}"));
        output.WriteLine(FormattableString.Invariant($"Spearman       {report.Spearman:F4}"));
        output.WriteLine(FormattableString.Invariant($"Kendall tau-b  {report.KendallTau:F4}"));
    }

    private static AnswerJson Json(Answer answer) => new(
        answer.Report.Count,
        EstimateJson.Of(answer.Report.Pearson),
        EstimateJson.Of(answer.Report.Spearman),
        EstimateJson.Of(answer.Report.KendallTau),
        new(EstimateJson.Number(answer.WeightedTau)),
        answer.Partial is { } partial ? new(answer.Givens, EstimateJson.Of(partial.Pearson), EstimateJson.Of(partial.Spearman), EstimateJson.Of(partial.KendallTau)) : null,
        answer.Top.Length > 0 ? answer.Top : null);

    private sealed record Answer(RankReport Report, double WeightedTau, RankReport? Partial, string[] Givens, TopK[] Top);

    private sealed record AnswerJson(
        [property: JsonPropertyName("n")] int Count,
        EstimateJson Pearson,
        EstimateJson Spearman,
        EstimateJson Kendall,
        ValueJson WeightedTau,
        PartialJson? Partial,
        TopK[]? Top);

    private sealed record ValueJson([property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] double? Value);

    private sealed record PartialJson(string[] Given, EstimateJson Pearson, EstimateJson Spearman, EstimateJson Kendall);
}
