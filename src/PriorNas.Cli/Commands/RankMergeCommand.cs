using System.CommandLine;
using PriorNas.Cli.Arguments;
using PriorNas.Cli.Display;
using PriorNas.Files;
using PriorNas.Ranking;
using PriorNas.Torch.Rankings;

namespace PriorNas.Cli.Commands;

/// <summary><c>rank merge</c>: joins the shards of a ranking.</summary>
internal static class RankMergeCommand
{
    internal static Command Create(Terminal terminal)
    {
        var shards = new Argument<string[]>("SHARD") { Description = "Files that rank --shard wrote, one for each part.", Arity = ArgumentArity.OneOrMore };
        Options.RefuseOptionAs(shards);
        var output = Options.Output();
        output.Required = true;
        var score = ScoreOption.Create();
        var command = new Command("merge", "Join the shards of a ranking into one table, in the order of the list.") { shards, output, score };
        command.SetAction(parsed =>
        {
            var target = parsed.GetValue(output)!;
            Options.RequireFolderOf(target);
            if (parsed.GetValue(shards)!.Any(shard => Path.GetFullPath(shard) == Path.GetFullPath(target)))
                throw new InputException($"--output '{target}' is one of the shards; choose another name.");
            var results = RankingShard.Merge(parsed.GetValue(shards)!, out var machines);
            ScoreTable.RequireWritable(target, results.Select(result => result.Name));
            var rows = results.Select(result => (result.Name, result.Arch, result.Read()!.Value)).ToArray();
            RankingTable.Of(rows, parsed.GetValue(score) ?? ScoreOption.Default).Write(target);
            foreach (var difference in machines.Skip(1).SelectMany(machine => machines[0].DifferencesTo(machine)))
                terminal.Output.WriteLine($"The shards were measured on different machines, which may round differently: {difference}.");
            terminal.Output.WriteLine($"{results.Count} architectures merged: {target}");
            return ExitCode.Done;
        });
        return command;
    }
}
