namespace PriorNas.Cli.Tests;

/// <summary>Of two processes on one run folder the second is refused, whatever the two do; a killed one stands in nobody's way.</summary>
public sealed class TwoRunsTest : IDisposable
{
    private readonly SmallRun small = new();

    public void Dispose() => small.Dispose();

    [Fact]
    public async Task Whoever_comes_second_is_refused()
    {
        string[] rank = ["rank", small.Run, "--architectures", small.WriteList(2), "--output", small.At("out.json")];
        using (var training = ProgramRun.Start(small.Folder, [.. SmallRun.TrainArguments(small.Run), "--set", "epochs=10000", .. SmallRun.Light]))
        {
            Assert.True(await training.Reaches("epoch 2:"));
            await ExpectRefusal("train", "--resume", small.Run);
            await ExpectRefusal(rank);
            var again = await CommandRun.Of(SmallRun.TrainArguments(small.Run));
            Assert.Equal((2, $"error: run folder '{small.Run}' exists already; continue with it by 'train --resume {small.Run}', or give another --run.\n"), (again.ExitCode, again.Error));
            await training.Kill();
        }

        using (var ranking = ProgramRun.Start(small.Folder, ["rank", small.Run, "--architectures", Long(), "--output", small.At("long-out.json")]))
        {
            await ranking.WaitUntil(() => File.Exists(Path.Combine(small.Run, "results.sqlite")));
            await ExpectRefusal("train", "--resume", small.Run);
            await ExpectRefusal(rank);
            await ranking.Kill();
            Assert.True(ranking.WasKilled);
        }

        await CommandRun.Succeed(rank);
        Assert.False(File.Exists(small.At("long-out.json")));
    }

    private string Long()
    {
        var list = small.WriteList(5000);
        File.Move(list, small.At("long.json"), overwrite: true);
        small.WriteList(2);
        return small.At("long.json");
    }

    private async Task ExpectRefusal(params string[] command)
    {
        var run = await CommandRun.Of(command);
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.StartsWith($"error: run folder '{small.Run}' cannot be used: another process works in it, or it is read-only (", run.Error, StringComparison.Ordinal);
    }
}
