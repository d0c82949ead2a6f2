namespace PriorNas.Cli.Tests;

/// <summary>One run of the command line, in this process.</summary>
internal sealed record CommandRun(int ExitCode, string Output, string Error)
{
    internal static string RepositoryRoot { get; } = FindRoot();

    internal static async Task<CommandRun> Of(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await CommandLine.RunAsync(arguments, Terminal.Of(output, error), TestContext.Current.CancellationToken);
        return new CommandRun(code, output.ToString(), error.ToString());
    }

    /// <summary>Runs what must succeed and gives its output.</summary>
    internal static async Task<string> Succeed(params string[] arguments)
    {
        var run = await Of(arguments);
        Assert.True(run.ExitCode == 0, run.Error);
        return run.Output;
    }

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "PriorNas.slnx")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests do not lie in the repository.");
        return folder;
    }
}
