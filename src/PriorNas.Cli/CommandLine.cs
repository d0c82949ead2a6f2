using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using System.Reflection;
using PriorNas.Cli.Commands;
using PriorNas.Files;
using PriorNas.Torch.Training;

namespace PriorNas.Cli;

/// <summary>The whole command line: parses, runs one command, turns errors into messages and exit codes.</summary>
internal static class CommandLine
{
    private static readonly Option<bool> Verbose = new("--verbose") { Description = "Show the stack trace of an error.", Recursive = true };

    private static readonly Option<bool> Version = new("--version") { Description = "Show the version of the program.", Recursive = true };

    /// <summary>A command by the program's name, which a <see cref="RootCommand"/> would take from the file that runs.</summary>
    internal static Command Create(Terminal terminal) => new("priornas", "Prior-guided one-shot neural architecture search: train a supernet, rank architectures, compare rankings.")
    {
        Verbose,
        Version,
        new HelpOption { Description = "Show this help." },
        DemoCommand.Create(terminal),
        TrainCommand.Create(terminal),
        RankCommand.Create(terminal),
        PriorCommand.Create(terminal),
        CorrelateCommand.Create(terminal),
        SmoothCommand.Create(terminal),
        TrainAloneCommand.Create(terminal),
        LandmarksCommand.Create(terminal),
        AblateCommand.Create(terminal),
        ExtractCommand.Create(terminal),
        PublishCommand.Create(terminal),
        SpaceCommand.Create(terminal),
        SchemaCommand.Create(terminal),
        DoctorCommand.Create(terminal),
    };

    /// <summary>The words of a command, without the program's name.</summary>
    private static IEnumerable<string> NamesOf(CommandResult command) =>
        command.Parent is CommandResult parent ? NamesOf(parent).Append(command.Command.Name) : [];

    /// <summary>The version of this program, as the build set it.</summary>
    internal static string ProgramVersion { get; } = typeof(CommandLine).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    internal static async Task<int> RunAsync(string[] arguments, Terminal terminal, CancellationToken cancellation = default)
    {
        var parsed = Create(terminal).Parse(arguments);
        if (parsed.GetValue(Version))
        {
            await terminal.Output.WriteLineAsync(ProgramVersion);
            return ExitCode.Done;
        }

        if (parsed.Errors.Count > 0)
        {
            var remedy = $"See '{string.Join(' ', NamesOf(parsed.CommandResult).Append("--help"))}'.";
            await terminal.Error.WriteLineAsync($"error: {string.Join(" ", parsed.Errors.Select(UsageFault.Describe))} {remedy}");
            return ExitCode.BadInput;
        }

        var invocation = new InvocationConfiguration
        {
            Output = terminal.Output,
            Error = terminal.Error,
            EnableDefaultExceptionHandler = false,

            // A checkpoint of a large supernet takes a while to write.
            ProcessTerminationTimeout = TimeSpan.FromMinutes(2),
        };
        try
        {
            return await parsed.InvokeAsync(invocation, cancellation);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            var (code, text) = e switch
            {
                InputException or TrainingException => (e is InputException ? ExitCode.BadInput : ExitCode.Failed, e.Message),
                IOException or UnauthorizedAccessException => (ExitCode.Failed, e.Message),
                OperationCanceledException => (ExitCode.Interrupted, "interrupted."),
                _ => (ExitCode.Failed, $"unexpected {e.GetType().Name}: {e.Message} (--verbose shows where)"),
            };
            await terminal.Error.WriteLineAsync($"error: {text.ReplaceLineEndings(" ")}");
            if (parsed.GetValue(Verbose))
                await terminal.Error.WriteLineAsync(e.ToString());
            return code;
        }
    }
}
