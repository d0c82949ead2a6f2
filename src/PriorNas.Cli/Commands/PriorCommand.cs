using System.CommandLine;
using PriorNas.Cli.Arguments;
using PriorNas.Files;
using PriorNas.Priors;
using PriorNas.Ranking;
using PriorNas.SearchSpaces;

namespace PriorNas.Cli.Commands;

/// <summary><c>prior</c>: cheap scores of architectures, without training.</summary>
internal static class PriorCommand
{
    internal static Command Create(Terminal terminal)
    {
        var space = Options.Space();
        var list = Options.Architectures();
        var architecture = Options.Architecture();
        var priors = Options.Priors();
        var output = Options.Output();
        var command = new Command("prior", "Score architectures by priors: FLOPs, parameters, depth, Zen-score.") { space, list, architecture, priors, output, PriorValidateCommand.Create(terminal), PriorZenCommand.Create(terminal) };
        command.SetAction(parsed =>
        {
            var opened = SearchSpace.Open(parsed.GetValue(space)!);
            var chosen = Options.ParsePriors(parsed.GetValue(priors), opened);
            var (listPath, code, target) = (parsed.GetValue(list), parsed.GetValue(architecture), parsed.GetValue(output));
            if (listPath is null == code is null)
                throw new InputException("give either --architectures LIST or --architecture CODE.");
            if (code is not null && target is not null)
                throw new InputException("--output goes with --architectures; one architecture's scores are printed.");
            if (code is not null)
                Write(opened.Parse(code), chosen, terminal.Output);
            else
                WriteList(listPath!, opened, chosen, target ?? throw new InputException("--architectures needs --output FILE for the scores."), terminal);
            return ExitCode.Done;
        });
        return command;
    }

    private static void Write(Architecture architecture, Prior[] priors, TextWriter output)
    {
        foreach (var (prior, score) in priors.Zip(Prior.Scores(architecture, priors)))
            output.WriteLine(FormattableString.Invariant($"{prior.Name,-14} {score,18:#,0.####}  {prior.Description}"));
    }

    private static void WriteList(string listPath, SearchSpace space, Prior[] priors, string target, Terminal terminal)
    {
        Options.RequireFolderOf(target);
        var list = ArchitectureList.ReadFile(listPath, space);
        var scores = new ScoreTable([.. priors.Select(p => p.Name)]);
        foreach (var entry in list)
            scores.Add(entry.Name, entry.Code, Prior.Scores(entry.Architecture, priors));
        scores.Write(target);
        terminal.Output.WriteLine($"{list.Length} architectures of {space.Name} scored by {string.Join(", ", priors.Select(p => p.Name))}: {target}");
    }
}
