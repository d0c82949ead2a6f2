using System.CommandLine;
using System.Text.Json.Serialization;
using PriorNas.Files;
using PriorNas.Ranking;

namespace PriorNas.Cli.Commands;

/// <summary><c>correlate A[:key] B[:key]</c>: how far two rankings agree.</summary>
internal static class CorrelateCommand
{
    private const string DefaultKey = "acc";

    internal static Command Create(Terminal terminal)
    {
        var first = new Argument<string>("A") { Description = "JSON file of name -> {key: number}, with :KEY for another key than 'acc'." };
        var second = new Argument<string>("B") { Description = "The same; the files are matched by name." };
        Options.RefuseOptionAs(first);
        Options.RefuseOptionAs(second);
        var json = Options.Json();
        var command = new Command("correlate", "Show how far two rankings of the same architectures agree.") { first, second, json };
        command.SetAction(parsed =>
        {
            var report = Compare(parsed.GetValue(first)!, parsed.GetValue(second)!);
            if (parsed.GetValue(json))
                terminal.Output.Write(StrictJson.Write(Answer.Of(report)));
            else
                Write(report, terminal.Output);
            return ExitCode.Done;
        });
        return command;
    }

    private static RankReport Compare(string first, string second)
    {
        var (x, y) = Open(first).MatchedWith(Open(second));
        return RankReport.Of(x, y);
    }

    private static ScoreFile Open(string argument)
    {
        var colon = argument.LastIndexOf(':');

        // A colon may also stand in a path (C:\...): what follows a key's colon holds no separator.
        return colon > 1 && argument.AsSpan(colon).IndexOfAny('/', '\\') < 0
            ? ScoreFile.Read(argument[..colon], argument[(colon + 1)..])
            : ScoreFile.Read(argument, DefaultKey);
    }

    private static void Write(RankReport report, TextWriter output)
    {
        output.WriteLine($"architectures  {report.Count}");
        output.WriteLine(FormattableString.Invariant($"Pearson        {report.Pearson:F4}"));
        output.WriteLine(FormattableString.Invariant($"Spearman       {report.Spearman:F4}"));
        output.WriteLine(FormattableString.Invariant($"Kendall tau-b  {report.KendallTau:F4}"));
    }

    /// <summary>The JSON form; a statistic that is undefined (one side is constant) is null.</summary>
    private sealed record Answer(
        [property: JsonPropertyName("n")] int Count,
        Statistic Pearson,
        Statistic Spearman,
        Statistic Kendall)
    {
        internal static Answer Of(RankReport report) => new(report.Count, new(report.Pearson), new(report.Spearman), new(report.KendallTau));
    }

    private sealed record Statistic([property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] double? Value)
    {
        internal Statistic(double value)
            : this(double.IsNaN(value) ? null : (double?)value)
        {
        }
    }
}
