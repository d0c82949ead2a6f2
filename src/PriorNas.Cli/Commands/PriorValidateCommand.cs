using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Json.Serialization;
using PriorNas.Cli.Arguments;
using PriorNas.Cli.Display;
using PriorNas.Files;
using PriorNas.Priors;
using PriorNas.Randomness;
using PriorNas.Ranking;
using PriorNas.SearchSpaces;

namespace PriorNas.Cli.Commands;

/// <summary><c>prior validate</c>: how far each prior agrees with true accuracies, and which differences the data decide.</summary>
internal static class PriorValidateCommand
{
    internal static Command Create(Terminal terminal)
    {
        var space = Options.Space();
        var truth = Options.Truth();
        truth.Required = true;
        truth.Description += " The codes stand under 'arch'.";
        var priors = Options.Priors();
        var top = Options.Top();
        top.Description = "Overlap and regret of the predicted top K, for one or more K, separated by commas; a fifth of the architectures by default, from 1 to 10.";
        var seed = Options.ResamplingSeed();
        var json = Options.Json();
        var command = new Command("validate", "Compare the priors with true accuracies of some architectures.") { space, truth, priors, top, seed, json };
        command.SetAction(parsed =>
        {
            var opened = SearchSpace.Open(parsed.GetValue(space)!);
            var chosen = Options.ParsePriors(parsed.GetValue(priors), opened);
            var (path, key) = ScoreArgument.Split(parsed.GetValue(truth)!);
            var list = ArchitectureList.ReadFile(path, opened);
            var scores = ScoreFile.Read(path, key);
            scores.RequireSameNames(scores);
            var positions = Options.ParseTop(parsed.GetValue(top), list.Length) ?? [Math.Clamp(list.Length / 5, 1, 10)];
            var validation = Validate(list, scores, chosen, positions, new RandomStream(parsed.GetValue(seed) ?? 1));
            if (parsed.GetValue(json))
                terminal.Output.Write(StrictJson.Write(Json(validation)));
            else
                PriorValidationDisplay.Write(validation, terminal.Output);
            return ExitCode.Done;
        });
        return command;
    }

    private static PriorValidation Validate(ImmutableArray<ListedArchitecture> list, ScoreFile scores, Prior[] priors, int[] positions, RandomStream random)
    {
        var truth = list.Select(entry => scores[entry.Name]).ToArray();
        var rows = list.Select(entry => Prior.Scores(entry.Architecture, priors)).ToArray();
        (string Name, double[] Scores)[] scorings = [.. priors.Select((prior, i) => (prior.Name, Array.ConvertAll(rows, row => row[i])))];
        var compared = ScoringComparison.Of(scorings, truth, random);
        return new PriorValidation(
            list[0].Architecture.Space.Name,
            scores.Description,
            list.Length,
            compared,
            [.. compared.Select(c => Array.ConvertAll(positions, k => TopK.Of(scorings.First(s => s.Name == c.Name).Scores, truth, k)))]);
    }

    private static AnswerJson Json(PriorValidation validation) => new(
        validation.Space,
        validation.Count,
        validation.Best?.Name,
        [.. validation.Priors.Zip(validation.Top, (prior, top) =>
        {
            var scoring = ScoringJson.Of(prior);
            return new PriorJson(prior.Name, scoring.Pearson, scoring.Spearman, scoring.Kendall, top, scoring.BehindBest);
        })]);

    private sealed record AnswerJson(
        string Space,
        [property: JsonPropertyName("n")] int Count,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Best,
        PriorJson[] Priors);

    private sealed record PriorJson(string Name, EstimateJson Pearson, EstimateJson Spearman, EstimateJson Kendall, TopK[] Top, DifferencesJson? BehindBest);
}
