namespace PriorNas.Cli.Tests;

/// <summary>A refused command: exit code 2, nothing on standard output, one line of error, nothing made, changed or deleted.</summary>
internal static class Refusal
{
    /// <param name="small">Holds all files that the command could touch.</param>
    /// <param name="message">The whole line after "error: ".</param>
    /// <param name="arguments">Of the program.</param>
    internal static async Task Expect(SmallRun small, string message, params string[] arguments)
    {
        var error = await ErrorOf(small, arguments);
        Assert.Equal($"error: {message}\n", error);
    }

    /// <summary>The error of a command that must be refused.</summary>
    internal static async Task<string> ErrorOf(SmallRun small, params string[] arguments)
    {
        var before = Files(small);
        var run = await CommandRun.Of(arguments);
        Assert.True(run.ExitCode == 2, $"exit code {run.ExitCode}: {run.Error}");
        Assert.Equal("", run.Output);
        Assert.StartsWith("error: ", run.Error, StringComparison.Ordinal);
        Assert.Equal(run.Error.Length - 1, run.Error.IndexOf('\n', StringComparison.Ordinal));
        Assert.Equal(before, Files(small));
        return run.Error;
    }

    private static string[] Files(SmallRun small) =>
    [
        .. new DirectoryInfo(small.Folder).EnumerateFileSystemInfos("*", SearchOption.AllDirectories)
            .Select(entry => entry is FileInfo file ? $"{file.FullName} {file.Length} {file.LastWriteTimeUtc:O}" : entry.FullName)
            .Order(StringComparer.Ordinal),
    ];
}
