using System.Diagnostics;
using PriorNas.Randomness;

namespace PriorNas.Cli.Tests;

/// <summary>Processes killed by SIGKILL at random moments lose nothing that matters.</summary>
public sealed class KillTest : IDisposable
{
    private readonly SmallRun small = new();

    public void Dispose() => small.Dispose();

    [Fact]
    public async Task A_training_killed_at_random_and_resumed_ends_with_the_same_bytes()
    {
        string[] longer = ["--set", "epochs=6", .. SmallRun.Light];
        await RunUntilKilled([.. SmallRun.TrainArguments(small.At("whole")), .. longer], null);
        var random = new RandomStream(7);
        string[] start = [.. SmallRun.TrainArguments(small.Run), .. longer];
        for (var kills = 0; kills < 3; kills++)
        {
            var arguments = File.Exists(Path.Combine(small.Run, "manifest.json")) ? ["train", "--resume", small.Run] : start;
            await RunUntilKilled(arguments, TimeSpan.FromSeconds(random.NextDouble(0.3, 1.8)));
        }

        await RunUntilKilled(File.Exists(Path.Combine(small.Run, "manifest.json")) ? ["train", "--resume", small.Run] : start, null);
        var checkpoint = Path.Combine("checkpoint", "last.safetensors");
        Assert.Equal(File.ReadAllBytes(Path.Combine(small.At("whole"), checkpoint)), File.ReadAllBytes(Path.Combine(small.Run, checkpoint)));
    }

    [Fact]
    public async Task A_ranking_killed_and_started_again_gives_the_same_file()
    {
        var list = small.WriteList(40);
        await CommandRun.Succeed([.. SmallRun.TrainArguments(small.Run), .. SmallRun.Light]);
        string[] Rank(string output) => ["rank", small.Run, "--architectures", list, "--output", small.At(output)];
        await RunUntilKilled(Rank("killed.json"), TimeSpan.FromSeconds(1.2));
        await RunUntilKilled(Rank("killed.json"), null);
        File.Delete(Path.Combine(small.Run, "results.sqlite"));
        await RunUntilKilled(Rank("whole.json"), null);
        Assert.Equal(File.ReadAllBytes(small.At("whole.json")), File.ReadAllBytes(small.At("killed.json")));
    }

    /// <param name="arguments">Of the program.</param>
    /// <param name="after">When it is killed; null waits for its success.</param>
    private static async Task RunUntilKilled(string[] arguments, TimeSpan? after)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(Terminal).Assembly.Location, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        if (after is { } delay)
        {
            await Task.Delay(delay, TestContext.Current.CancellationToken);
            process.Kill();
        }

        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        await output;
        if (after is null)
            Assert.True(process.ExitCode == 0, await error);
    }
}
