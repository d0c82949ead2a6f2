namespace PriorNas.Cli.Tests;

public sealed class InterruptionTest : IDisposable
{
    private readonly SmallRun small = new();

    public void Dispose() => small.Dispose();

    [Fact]
    public async Task An_interrupted_training_is_saved_and_says_how_to_go_on()
    {
        using var source = new CancellationTokenSource();
        using var output = new StringWriter();
        using var error = new StringWriter();
        source.Cancel();
        var code = await CommandLine.RunAsync([.. SmallRun.TrainArguments(small.Run), .. SmallRun.Light], Terminal.Of(output, error), source.Token);
        Assert.Equal(130, code);
        Assert.Contains($"Go on by: train --resume {small.Run}", output.ToString(), StringComparison.Ordinal);

        await CommandRun.Succeed([.. SmallRun.TrainArguments(small.At("whole")), .. SmallRun.Light]);
        await CommandRun.Succeed("train", "--resume", small.Run);
        var checkpoint = Path.Combine("checkpoint", "last.safetensors");
        Assert.Equal(File.ReadAllBytes(Path.Combine(small.At("whole"), checkpoint)), File.ReadAllBytes(Path.Combine(small.Run, checkpoint)));
    }
}
