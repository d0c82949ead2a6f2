using System.CommandLine;

namespace PriorNas.Cli.Commands;

/// <summary><c>space</c>: what a search space holds, how many networks, random ones of it, and whether codes are of it.</summary>
internal static class SpaceCommand
{
    internal static Command Create(Terminal terminal) => new("space", "Look at a search space: show, count, sample, check.")
    {
        SpaceShowCommand.Create(terminal),
        SpaceCountCommand.Create(terminal),
        SpaceSampleCommand.Create(terminal),
        SpaceCheckCommand.Create(terminal),
    };
}
