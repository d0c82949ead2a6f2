using System.Collections.Immutable;
using System.CommandLine;
using PriorNas.Cli.Arguments;
using PriorNas.Cli.Display;
using PriorNas.Files;
using PriorNas.Randomness;
using PriorNas.Ranking;
using PriorNas.Ranking.Surrogates;
using PriorNas.SearchSpaces;

namespace PriorNas.Cli.Commands;

/// <summary><c>smooth SCORES</c>: takes the noise out of a supernet's scores, and predicts those of other architectures.</summary>
internal static class SmoothCommand
{
    internal static Command Create(Terminal terminal)
    {
        var scores = new Argument<string[]>("SCORES")
        {
            Description = "Scores of a supernet: JSON of name -> {\"arch\": code, key: number}, or CSV; as rank writes them. "
                + "Of several files, supernets of other seeds, the means are taken.",
            Arity = ArgumentArity.OneOrMore,
        };
        Options.RefuseOptionAs(scores);
        var space = Options.Space();
        var list = Options.Architectures();
        list.Description = "Also predict the scores of these. " + list.Description;
        var field = new Option<string?>("--field")
        {
            Description = "Which numbers of SCORES: higher is better, but for 'loss' and names that end in '_loss'. NAME_error is read as their standard error where all entries have it. By default 'score', or else 'acc'.",
            HelpName = "NAME",
        };
        var output = Options.Output();
        output.Required = true;
        var join = Options.Join();
        var seed = Options.Seed("Decides folds and resamples; 1 by default.");
        var command = new Command("smooth", "Smooth a supernet's scores by a regression of them, and predict those of other architectures.") { scores, space, list, field, join, output, seed };
        command.SetAction(parsed =>
        {
            var target = parsed.GetValue(output)!;
            Options.RequireFolderOf(target);
            var opened = SearchSpace.Open(parsed.GetValue(space)!);
            var measured = MeasuredScores.Read(parsed.GetValue(scores)!, parsed.GetValue(field), opened);
            var others = parsed.GetValue(list) is { } path ? Others(measured, ArchitectureList.ReadFile(path, opened), path) : [];
            ScoreTable.RequireWritable(target, measured.List.Concat(others).Select(entry => entry.Name));
            var prior = PriorJoin.Open(parsed.GetValue(join), [.. measured.List, .. others], opened);
            var networks = measured.OfNetworks();
            var surrogate = ScoreSurrogate.Fit(
                [.. networks.List.Select(entry => entry.Architecture)], networks.Scores, networks.Errors, new RandomStream(parsed.GetValue(seed) ?? 1));
            if (surrogate.IsRefused)
                throw new InputException(SmoothDisplay.Refusal(surrogate, $"the scores of {measured.Description}", "measure more architectures, or each by more images"));
            SmoothDisplay.Write(surrogate, $"'{measured.Field}_error'", $"not all entries have '{measured.Field}_error'", terminal.Output);
            ImmutableArray<ListedArchitecture> all = [.. measured.List, .. others];
            PriorJoin.Apply(prior, Table(networks, surrogate, all), all, terminal.Output).Write(target);
            terminal.Output.WriteLine($"{measured.List.Length} scores smoothed, {others.Length} predicted: {target}");
            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>What a list holds beside the measured architectures.</summary>
    /// <exception cref="InputException">A name stands for another code there.</exception>
    private static ImmutableArray<ListedArchitecture> Others(MeasuredScores measured, ImmutableArray<ListedArchitecture> list, string path)
    {
        var known = measured.List.ToDictionary(entry => entry.Name, entry => entry.Architecture);
        var clashes = list.Where(entry => known.TryGetValue(entry.Name, out var architecture) && !architecture.Equals(entry.Architecture)).ToArray();
        return clashes.Length == 0
            ? [.. list.Where(entry => !known.ContainsKey(entry.Name))]
            : throw new InputException(
                $"architecture list '{path}': {clashes.Length} names stand for another code than in {measured.Description}, the first is '{clashes[0].Name}'; give different architectures different names.");
    }

    /// <summary>The numbers of all codes; one that is a measured network under another code has that one's.</summary>
    private static ScoreTable Table(MeasuredScores networks, ScoreSurrogate surrogate, ImmutableArray<ListedArchitecture> all)
    {
        var table = new ScoreTable(SmoothedColumns.Keys);
        var columns = new SmoothedColumns(surrogate, networks.List.Select(entry => entry.Architecture));
        foreach (var (entry, numbers) in all.Zip(columns.Of([.. all.Select(entry => entry.Architecture)])))
            table.AddPartly(entry.Name, entry.Code, numbers);
        return table;
    }
}
