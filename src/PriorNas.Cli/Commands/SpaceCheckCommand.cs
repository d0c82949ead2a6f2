using System.CommandLine;
using PriorNas.Cli.Arguments;
using PriorNas.Cli.Display;
using PriorNas.Files;
using PriorNas.SearchSpaces;

namespace PriorNas.Cli.Commands;

/// <summary><c>space check SPACE</c>: whether codes are of a space, and which of them are the same network.</summary>
internal static class SpaceCheckCommand
{
    internal static Command Create(Terminal terminal)
    {
        var space = Options.SpaceArgument();
        var architecture = Options.Architecture();
        var list = Options.Architectures();
        var command = new Command("check", "Check codes, and show which are the same network.") { space, architecture, list };
        command.SetAction(parsed =>
        {
            var (code, path) = (parsed.GetValue(architecture), parsed.GetValue(list));
            if (code is null == path is null)
                throw new InputException("give either --architecture CODE or --architectures LIST.");
            var opened = SearchSpace.Open(parsed.GetValue(space)!);
            if (code is not null)
                Show(opened.Parse(code), terminal.Output);
            else
                CheckList(path!, opened, terminal.Output);
            return ExitCode.Done;
        });
        return command;
    }

    private static void Show(Architecture architecture, TextWriter output)
    {
        var canonical = architecture.Canonical();
        output.WriteLine($"{architecture.Code} is valid in {architecture.Space.Name}");
        SpaceDisplay.WriteParts(architecture, output);
        output.WriteLine($"canonical form   {(canonical.Equals(architecture) ? "the code itself" : canonical.Code)}");
        var codes = architecture.CountCodes();
        output.WriteLine(codes.IsOne ? "same network     no other code names it" : FormattableString.Invariant($"same network     {codes - 1:#,0} other {(codes == 2 ? "code names" : "codes name")} it"));
        output.WriteLine($"in the domain    {(architecture.IsInDomain() ? "yes" : "no: samplers never draw it")}");
    }

    private static void CheckList(string path, SearchSpace space, TextWriter output)
    {
        var source = $"architecture list '{path}'";
        var entries = ArchitectureList.CheckFile(path, space);
        foreach (var entry in entries.Where(e => e.Fault is not null))
            output.WriteLine($"invalid: {entry.Fault!.ReplaceLineEndings(" ")}");
        var valid = entries.Where(e => e.Architecture is not null).Select(e => e.Architecture!).ToArray();
        var networks = valid.GroupBy(a => a.Architecture.Canonical()).ToArray();
        foreach (var network in networks.Where(n => n.Count() > 1))
            output.WriteLine($"same network {network.Key.Code}: {string.Join(", ", network.Select(a => a.Name))}");
        output.WriteLine(FormattableString.Invariant(
            $"{entries.Length} entries: {valid.Length} valid, {entries.Length - valid.Length} invalid; {networks.Length} distinct networks, {networks.Count(n => n.First().Architecture.IsInDomain())} of them in the domain"));
        if (valid.Length < entries.Length)
            throw new InputException($"{source}: {entries.Length - valid.Length} of {entries.Length} entries are not of space '{space.Name}'.");
    }
}
