using System.CommandLine;
using PriorNas.Cli.Arguments;
using PriorNas.Randomness;
using PriorNas.Ranking;
using PriorNas.Sampling;
using PriorNas.SearchSpaces;

namespace PriorNas.Cli.Commands;

/// <summary><c>space sample SPACE --count N</c>: random architectures of the domain, as a list.</summary>
internal static class SpaceSampleCommand
{
    private const int MaxCount = 1_000_000;

    internal static Command Create(Terminal terminal)
    {
        var space = Options.SpaceArgument();
        var count = Options.WholeNumber("--count", 1, MaxCount, "How many architectures.");
        count.Required = true;
        var seed = Options.Seed("Seed of the draw; 1 by default.");
        var distinct = new Option<bool>("--distinct") { Description = "No two architectures are the same network." };
        var output = Options.Output();
        output.Description = "Architecture list to write, as JSON, or as CSV if its name ends in .csv; printed as JSON by default.";
        var command = new Command("sample", "Draw random architectures of a space's domain.") { space, count, seed, distinct, output };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(output) is { } target)
                Options.RequireFolderOf(target);
            var opened = SearchSpace.Open(parsed.GetValue(space)!);
            var random = new RandomStream(parsed.GetValue(seed) ?? 1).Split("sample");
            var wanted = parsed.GetValue(count)!.Value;
            var drawn = parsed.GetValue(distinct)
                ? DistinctSampler.Draw(opened, wanted, random)
                : [.. Enumerable.Range(0, wanted).Select(_ => UniformSampler.Draw(opened, random))];
            Write(drawn, opened, parsed.GetValue(output), terminal.Output);
            return ExitCode.Done;
        });
        return command;
    }

    private static void Write(IReadOnlyList<Architecture> drawn, SearchSpace space, string? target, TextWriter output)
    {
        var list = new ScoreTable();
        foreach (var (index, architecture) in drawn.Index())
            list.Add(FormattableString.Invariant($"arch{index + 1}"), architecture.Code);
        if (target is null)
        {
            list.WriteJson(output);
            return;
        }

        list.Write(target);
        output.WriteLine($"{drawn.Count} architectures of {space.Name}: {target}");
    }
}
