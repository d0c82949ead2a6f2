using PriorNas.Randomness;

namespace PriorNas.Cli.Tests;

/// <summary>Signals at the moments that matter most: within a step, and while a checkpoint is being written.</summary>
public sealed class SignalTest : IDisposable
{
    // Long enough that it has not ended when a signal arrives on a machine with other work.
    private static readonly string[] Longer = ["--set", "epochs=8", .. SmallRun.Light];
    private readonly SmallRun small = new();

    public void Dispose() => small.Dispose();

    [Fact]
    public async Task Interrupted_by_Ctrl_C_and_killed_at_checkpoints_a_training_ends_with_the_same_bytes()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "SIGINT is sent as Unix does.");
        await CommandRun.Succeed([.. SmallRun.TrainArguments(small.At("whole")), .. Longer]);

        using (var started = ProgramRun.Start(small.Folder, [.. SmallRun.TrainArguments(small.Run), .. Longer]))
        {
            Assert.True(await started.Reaches("epoch 1:"));
            started.SendInterrupt();
            var interrupted = await started.End();
            Assert.Equal(130, interrupted.ExitCode);
            Assert.Equal("", interrupted.Error);
            Assert.Contains($"Resume by: train --resume {small.Run}\n", interrupted.Output, StringComparison.Ordinal);
        }

        // An epoch's line is printed just before its checkpoint is written.
        var random = new RandomStream(3);
        for (var kills = 0; kills < 2; kills++)
        {
            using var resumed = ProgramRun.Start(small.Folder, "train", "--resume", small.Run);
            Assert.True(await resumed.Reaches("epoch "));
            await Task.Delay(TimeSpan.FromMilliseconds(random.NextDouble(0, 15)), TestContext.Current.CancellationToken);
            await resumed.Kill();
        }

        await CommandRun.Succeed("train", "--resume", small.Run);
        Assert.Equal(Checkpoint(small.At("whole")), Checkpoint(small.Run));
        Assert.False(File.Exists(Path.Combine(small.Run, "checkpoint", "last.safetensors.partial")));
    }

    [Fact]
    public async Task Cancelled_within_an_epoch_a_training_goes_on_from_that_step()
    {
        using var source = new CancellationTokenSource();
        using var output = new CancellingWriter("epoch 2:", source, TimeSpan.FromMilliseconds(40));
        using var error = new StringWriter();
        await CommandRun.Succeed([.. SmallRun.TrainArguments(small.At("whole")), .. Longer]);
        var code = await CommandLine.RunAsync([.. SmallRun.TrainArguments(small.Run), .. Longer], Terminal.Of(output, error), source.Token);
        Assert.Equal(130, code);
        Assert.Matches($@"\nInterrupted after \d+ steps, which are saved\. Resume by: train --resume {small.Run}\n$", output.ToString());
        await CommandRun.Succeed("train", "--resume", small.Run);
        Assert.Equal(Checkpoint(small.At("whole")), Checkpoint(small.Run));
    }

    [Fact]
    public async Task The_demo_makes_its_folder_under_the_current_one()
    {
        Directory.CreateDirectory(small.At("runs/demo-1"));
        using var demo = ProgramRun.Start(small.Folder, ["demo", .. SmallRun.Settings, "--set", "epochs=1"]);
        var run = await demo.End();
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Contains("\nEverything is in runs/demo-2: ", run.Output, StringComparison.Ordinal);
        Assert.True(File.Exists(small.At("runs/demo-2/results.sqlite")));
    }

    private static byte[] Checkpoint(string run) => File.ReadAllBytes(Path.Combine(run, "checkpoint", "last.safetensors"));

    /// <summary>Cancels a while after a line that starts so.</summary>
    private sealed class CancellingWriter(string beginning, CancellationTokenSource source, TimeSpan delay) : StringWriter
    {
        public override void WriteLine(string? value)
        {
            base.WriteLine(value);
            if (value?.StartsWith(beginning, StringComparison.Ordinal) == true)
                source.CancelAfter(delay);
        }
    }
}
