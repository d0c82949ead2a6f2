using System.Diagnostics;
using System.Globalization;

namespace PriorNas.Cli.Tests;

/// <summary>
/// A small disk in memory that one script sees, in a mount namespace of its own: full and read-only bind every user there, root as well, and
/// no right is needed.
/// </summary>
internal sealed class OwnDisk(SmallRun small)
{
    /// <summary>
    /// What scripts may use: <c>$DISK</c>, a folder for <c>disk SIZE</c> (makes the disk, or changes its size) and <c>readonly</c>;
    /// <c>step NAME ARGUMENTS</c>, which runs the program and keeps its exit code and error.
    /// </summary>
    private const string Prelude = """
        set -eu
        mkdir -p "$DISK" "$STEPS"
        mount -t tmpfs -o size=4k none "$DISK"
        disk() { mount -o "remount,size=$1" "$DISK"; }
        readonly_disk() { mount -o remount,ro "$DISK"; }
        step() {
            local name=$1
            shift
            code=0
            dotnet "$PROGRAM" "$@" > "$STEPS/$name.out" 2> "$STEPS/$name.err" || code=$?
            echo "$code" > "$STEPS/$name.code"
        }
        """;

    internal string Folder => small.At("disk");

    private string Steps => small.At("steps");

    /// <summary>Skips the test where the system gives no such namespace.</summary>
    internal static void SkipUnlessPossible()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Mount namespaces are Linux's.");
        var (code, error) = Start("mount -t tmpfs none /mnt", []);
        Assert.SkipUnless(code == 0, $"This system gives no user and mount namespace: {error.Trim()}");
    }

    /// <summary>Runs a script to its end; what is on the disk is gone afterwards.</summary>
    internal void Run(string script)
    {
        var (code, error) = Start($"{Prelude}\n{script}", new() { ["DISK"] = Folder, ["STEPS"] = Steps, ["PROGRAM"] = typeof(Terminal).Assembly.Location });
        Assert.True(code == 0, error);
    }

    /// <summary>The exit code of a step, and its line of error, without which it has none.</summary>
    internal (int ExitCode, string Error) Step(string name)
    {
        var errors = File.ReadLines(Path.Combine(Steps, name + ".err")).Where(line => line.StartsWith("error: ", StringComparison.Ordinal)).ToArray();
        Assert.InRange(errors.Length, 0, 1);
        return (int.Parse(File.ReadAllText(Path.Combine(Steps, name + ".code")), CultureInfo.InvariantCulture), errors.SingleOrDefault() ?? "");
    }

    private static (int ExitCode, string Error) Start(string script, Dictionary<string, string> variables)
    {
        var start = new ProcessStartInfo("unshare", ["--user", "--map-root-user", "--mount", "bash", "-c", script]) { RedirectStandardError = true, RedirectStandardOutput = true };
        foreach (var (name, value) in variables)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, error + output.Result);
    }
}
