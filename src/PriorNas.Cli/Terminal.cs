using Spectre.Console;

namespace PriorNas.Cli;

/// <summary>Where a command writes: answers on one side, errors on the other.</summary>
internal sealed class Terminal
{
    private Terminal(TextWriter output, TextWriter error, IAnsiConsole? screen)
    {
        Output = output;
        Error = error;
        Screen = screen;
    }

    /// <summary>Plain text for people and scripts.</summary>
    internal TextWriter Output { get; }

    /// <summary>Errors, one or two lines each.</summary>
    internal TextWriter Error { get; }

    /// <summary>A screen that can be redrawn, or null where output is redirected.</summary>
    internal IAnsiConsole? Screen { get; }

    /// <summary>Writes a line of plain text, above what is being redrawn.</summary>
    internal void WriteLine(string line)
    {
        if (Screen is { } screen)
            screen.WriteLine(line);
        else
            Output.WriteLine(line);
    }

    internal static Terminal OfProcess()
    {
        var screen = AnsiConsole.Profile.Capabilities.Interactive && !Console.IsOutputRedirected ? AnsiConsole.Console : null;
        return new Terminal(Console.Out, Console.Error, screen);
    }

    internal static Terminal Of(TextWriter output, TextWriter error) => new(output, error, null);
}
