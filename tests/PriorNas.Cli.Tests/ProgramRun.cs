using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace PriorNas.Cli.Tests;

/// <summary>The program as a process of its own, whose output is followed line by line.</summary>
internal sealed class ProgramRun : IDisposable
{
    private const int Interrupt = 2; // SIGINT
    private const int Killed = 9; // SIGKILL
    private const int Continue = 18; // SIGCONT of Linux
    private const int Stop = 19; // SIGSTOP of Linux
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

    /// <summary>Where the tests run in the background of a shell, SIGINT is ignored, and a child would inherit that.</summary>
    private static string[] Prefix { get; } = OperatingSystem.IsLinux() ? ["--default-signal=INT", "dotnet"] : [];

    private static ProgramRun Start(string folder, string program, string[] arguments) => new(Process.Start(
        new ProcessStartInfo(OperatingSystem.IsLinux() ? "env" : "dotnet", [.. Prefix, program, .. arguments])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!);

    /// <summary>Reads on until a line starts so.</summary>
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

    /// <summary>Looks again and again until something holds or the program has ended.</summary>
    internal async Task WaitUntil(Func<bool> holds)
    {
        await Task.Yield();
        while (!holds() && !process.HasExited)
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>
    /// Stops the program (SIGSTOP) at a moment when something holds and leaves it stopped, so that it holds for as long as wanted. Linux only.
    /// </summary>
    /// <returns>False where the program ended before.</returns>
    internal async Task<bool> StopWhen(Func<bool> holds)
    {
        await Task.Yield();
        while (!process.HasExited)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            if (!holds())
                continue;
            Send(Stop);
            while (!process.HasExited && !IsStopped())
                Thread.Yield();
            if (holds())
                return !process.HasExited;
            Send(Continue);
        }

        return false;
    }

    /// <summary>Ends the program by SIGKILL, unless it has ended.</summary>
    internal async Task Kill()
    {
        process.Kill();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Whether the program, now ended, was ended by SIGKILL.</summary>
    internal bool WasKilled => process.ExitCode == 128 + Killed;

    /// <summary>As Ctrl-C does.</summary>
    internal void SendInterrupt() => Send(Interrupt);

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

    private void Send(int signal)
    {
        if (kill(process.Id, signal) != 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError());
    }

    /// <summary>Whether all of the program stands still: its state in /proc, which follows the name in brackets, is T.</summary>
    private bool IsStopped()
    {
        var stat = File.ReadAllText($"/proc/{process.Id}/stat");
        return stat[stat.LastIndexOf(')') + 2] == 'T';
    }

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int kill(int process, int signal);
}
