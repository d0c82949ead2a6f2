namespace PriorNas.Cli.Tests;

public sealed class InterruptionTest : IDisposable
{
    private readonly SmallRun small = new();

    public void Dispose() => small.Dispose();

    [Fact]
    public async Task An_interrupted_training_is_saved_and_says_how_to_go_on()
    {
        using var source = new CancellationTokenSource();
        using var output = new CancellingWriter(source);
        using var error = new StringWriter();
        var code = await CommandLine.RunAsync([.. SmallRun.TrainArguments(small.Run), .. SmallRun.Light], Terminal.Of(output, error), source.Token);
        Assert.Equal(130, code);
        Assert.Contains($"Resume by: train --resume {small.Run}", output.ToString(), StringComparison.Ordinal);

        await CommandRun.Succeed([.. SmallRun.TrainArguments(small.At("whole")), .. SmallRun.Light]);
        await CommandRun.Succeed("train", "--resume", small.Run);
        var checkpoint = Path.Combine("checkpoint", "last.safetensors");
        Assert.Equal(File.ReadAllBytes(Path.Combine(small.At("whole"), checkpoint)), File.ReadAllBytes(Path.Combine(small.Run, checkpoint)));
    }

    [Fact]
    public async Task A_training_interrupted_before_there_is_a_run_leaves_none()
    {
        using var source = new CancellationTokenSource();
        using var output = new StringWriter();
        using var error = new StringWriter();
        await source.CancelAsync();
        Assert.Equal(130, await CommandLine.RunAsync([.. SmallRun.TrainArguments(small.Run), .. SmallRun.Light], Terminal.Of(output, error), source.Token));
        Assert.Equal("error: interrupted.\n", error.ToString());
        Assert.False(Directory.Exists(small.Run));
    }

    /// <summary>Cancels at the first line, which is written when the run is there.</summary>
    private sealed class CancellingWriter(CancellationTokenSource source) : StringWriter
    {
        public override void WriteLine(string? value)
        {
            base.WriteLine(value);
            source.Cancel();
        }
    }
}
