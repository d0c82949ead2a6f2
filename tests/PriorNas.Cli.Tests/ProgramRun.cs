using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace PriorNas.Cli.Tests;

/// <summary>The program as a process of its own, whose output is followed line by line.</summary>
internal sealed class ProgramRun : IDisposable
{
    private const int Interrupt = 2; // SIGINT
    private readonly Process process;
    private readonly Task<string> error;

    private ProgramRun(Process process)
    {
        this.process = process;
        error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
    }

    internal static ProgramRun Start(string folder, params string[] arguments) => Start(folder, typeof(Terminal).Assembly.Location, arguments);

    /// <summary>Runs the program from another file than the tests' own.</summary>
    internal static ProgramRun StartFile(string folder, string program, params string[] arguments) => Start(folder, program, arguments);

    private static ProgramRun Start(string folder, string program, string[] arguments) => new(Process.Start(
        new ProcessStartInfo("dotnet", [program, .. arguments])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!);

    /// <summary>Reads on until a line begins so.</summary>
    /// <returns>False where the program ended before.</returns>
    internal async Task<bool> Reaches(string beginning)
    {
        while (await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            if (line.StartsWith(beginning, StringComparison.Ordinal))
                return true;
        }

        return false;
    }

    internal async Task Kill()
    {
        process.Kill();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>As Ctrl-C does.</summary>
    internal void SendInterrupt()
    {
        if (kill(process.Id, Interrupt) != 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError());
    }

    /// <summary>Waits for the end.</summary>
    internal async Task<CommandRun> End()
    {
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return new CommandRun(process.ExitCode, output, await error);
    }

    public void Dispose()
    {
        if (!process.HasExited)
            process.Kill();
        process.Dispose();
    }

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int kill(int process, int signal);
}
