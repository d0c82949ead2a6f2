using System.Text.Json;

namespace PriorNas.Cli.Tests;

public sealed class DoctorTest : IDisposable
{
    private readonly SmallRun small = new();

    public void Dispose() => small.Dispose();

    [Fact]
    public async Task The_machine_of_the_tests_is_usable()
    {
        var output = await CommandRun.Succeed("doctor");
        Assert.All(["versions", "threads", "instructions", "allocator", "room", "libraries", "fonts"], area => Assert.Contains($"{area}\n", output, StringComparison.Ordinal));
        Assert.Contains("22 are right, forward and backward", output, StringComparison.Ordinal);
        Assert.EndsWith("Usable: nothing that is needed is missing.\n", output.ReplaceLineEndings("\n"), StringComparison.Ordinal);

        using var answer = JsonDocument.Parse(await CommandRun.Succeed("doctor", "--json"));
        Assert.True(answer.RootElement.GetProperty("usable").GetBoolean());
        var findings = answer.RootElement.GetProperty("findings").EnumerateArray().ToArray();
        Assert.All(findings, f => Assert.Contains(f.GetProperty("state").GetString(), (string[])["good", "note"]));
        Assert.All(findings, f => Assert.Equal(f.GetProperty("state").GetString() == "note", f.TryGetProperty("remedy", out _)));
        Assert.Equal(CommandLine.ProgramVersion, findings.Single(f => f.GetProperty("name").GetString() == "priornas").GetProperty("value").GetString());
    }

    /// <summary>The program without its native libraries: it says so, and where to get them.</summary>
    [Fact]
    public async Task Without_native_libraries_it_says_what_is_missing()
    {
        var program = Path.GetDirectoryName(typeof(Terminal).Assembly.Location)!;
        foreach (var file in Directory.GetFiles(program, "*.dll").Append(Path.Combine(program, "PriorNas.Cli.runtimeconfig.json")))
            File.Copy(file, small.At(Path.GetFileName(file)));
        using var run = ProgramRun.StartFile(small.Folder, small.At("PriorNas.Cli.dll"), "doctor");
        var ended = await run.End();
        Assert.Equal((1, ""), (ended.ExitCode, ended.Error));
        var lines = ended.Output.Split('\n').Select(l => l.Trim()).ToArray();
        Assert.Contains("tensors (libtorch)    MISSING  does not load: libtorch_cpu.so is not beside the program", lines);
        Assert.Contains("images (SkiaSharp)    MISSING  does not load: its file is not beside the program", lines);
        Assert.Contains("results (SQLite)      MISSING  does not load: its file is not beside the program", lines);
        Assert.Contains("-> restore the packages and build again: dotnet restore --force && dotnet build -c Release", lines);
        Assert.Contains("Not usable: 3 of the above are missing or wrong.", lines);
    }
}
