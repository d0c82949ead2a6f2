using System.Collections.Immutable;
using System.CommandLine;
using PriorNas.Cli.Arguments;
using PriorNas.Cli.Display;
using PriorNas.Files;
using PriorNas.Randomness;
using PriorNas.Ranking;
using PriorNas.SearchSpaces;

namespace PriorNas.Cli.Commands;

/// <summary><c>correlate A[:key] B[:key]</c>: how far two rankings agree, and where they do not.</summary>
internal static class CorrelateCommand
{
    internal static Command Create(Terminal terminal)
    {
        var first = new Argument<string>("A")
        {
            Description = "JSON file of name -> {key: number}, or CSV file; with :KEY for a key; by default 'score' where the file has it, else 'acc'.",
        };
        var second = new Argument<string>("B")
        {
            Description = "The same; the files are matched by name. For --top and --explain it is the truth, which A predicts.",
        };
        Options.RefuseOptionAs(first);
        Options.RefuseOptionAs(second);
        var givens = new Option<string[]>("--given")
        {
            Description = "Also show the agreement beyond what this file explains, such as a prior; may be repeated.",
            HelpName = "C[:KEY]",
            DefaultValueFactory = _ => [],
        };
        var top = Options.Top();
        var explain = CorrelationBias.CreateOption();
        var space = CorrelationBias.CreateSpaceOption();
        var noise = CorrelationNoise.CreateOptions();
        var seed = Options.ResamplingSeed();
        var json = Options.Json();
        var command = new Command("correlate", "Show how far two rankings of the same architectures agree.")
        {
            first, second, givens, top, explain, space, noise.Ranking, noise.Truth, noise.TruthRepeat, seed, json,
        };
        command.SetAction(parsed =>
        {
            var arguments = (Ranking: parsed.GetValue(first)!, Truth: parsed.GetValue(second)!);
            var explaining = parsed.GetValue(givens)!;
            var spaceName = CorrelationBias.RequireSpace(parsed.GetValue(explain), parsed.GetValue(space));
            var files = Open([arguments.Ranking, arguments.Truth, .. explaining]);
            var positions = Options.ParseTop(parsed.GetValue(top), files[0].Names.Length) ?? [];
            var random = new RandomStream(parsed.GetValue(seed) ?? 1);
            var measured = CorrelationNoise.Open(noise.Of(parsed), arguments, files);
            ImmutableArray<Architecture>? architectures =
                spaceName is null ? null : CorrelationBias.ReadArchitectures(spaceName, arguments, files[0].Names);
            var answer = Compare(files, explaining, positions, random);
            answer = answer with { Noise = measured?.Of(answer.Columns[0], answer.Columns[1], random) };
            if (architectures is { } list)
                answer = answer with { Bias = CorrelationBias.Of(list, answer.Columns, answer.Givens, answer.Noise?.Truth, random) };
            if (parsed.GetValue(json))
                terminal.Output.Write(StrictJson.Write(CorrelationJson.Of(answer)));
            else
                CorrelationDisplay.Write(answer, files, terminal.Output);
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

    private static CorrelationAnswer Compare(ScoreFile[] files, string[] givens, int[] positions, RandomStream random)
    {
        var columns = Array.ConvertAll(files, file => file.ValuesOf(files[0].Names));
        return new CorrelationAnswer(
            columns,
            RankReport.Of(columns[0], columns[1], random),
            RankCorrelation.WeightedTau(columns[0], columns[1]),
            givens.Length == 0 ? null : RankReport.Partial(columns[0], columns[1], columns[2..], random),
            givens,
            Array.ConvertAll(positions, k => TopK.Of(columns[0], columns[1], k)));
    }
}
