using PriorNas.Torch.Tests.Training;
using PriorNas.Torch.Training;

namespace PriorNas.Torch.Tests.Checkpoints;

/// <summary>
/// The states in which a kill leaves a checkpoint, each made on purpose: the old file beside a part of the new one, or beside all of it
/// where the kill came between the last byte and the rename. KillTest hits them with real signals.
/// </summary>
public sealed class KilledCheckpointTest : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(0.0001)]
    [InlineData(0.5)]
    [InlineData(1)]
    public void The_run_goes_on_from_the_old_one_and_ends_with_the_same_bytes(double written)
    {
        Train(folder.At("whole"), 0);
        Train(folder.At("next"), 4);
        Train(folder.At("killed"), 2);
        var old = File.ReadAllBytes(folder.At("killed"));
        var next = File.ReadAllBytes(folder.At("next"));
        File.WriteAllBytes(folder.At("killed.partial"), next[..(int)(written * next.Length)]);

        using (var trainer = TrainingRuns.Trainer(folder.At("killed")))
        {
            trainer.Resume();
            Assert.Equal(2, trainer.Step);
            Assert.Equal(old, File.ReadAllBytes(folder.At("killed")));
            Assert.True(trainer.Run(new TrainingRuns.StopAfter(0, new CancellationTokenSource()), CancellationToken.None));
        }

        Assert.Equal(File.ReadAllBytes(folder.At("whole")), File.ReadAllBytes(folder.At("killed")));
        Assert.False(File.Exists(folder.At("killed.partial")));
    }

    /// <summary>The checkpoint's temporary file leads to the device that is always full, once.</summary>
    [Fact]
    public void A_full_disk_ends_the_run_with_the_earlier_checkpoint_intact()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "There is no /dev/full.");
        Train(folder.At("whole"), 0);
        Train(folder.At("full"), 2);
        var old = File.ReadAllBytes(folder.At("full"));
        File.CreateSymbolicLink(folder.At("full.partial"), "/dev/full");
        using (var trainer = TrainingRuns.Trainer(folder.At("full")))
        {
            trainer.Resume();
            var e = Assert.Throws<IOException>(() => trainer.Run(new TrainingRuns.StopAfter(0, new CancellationTokenSource()), CancellationToken.None));
            Assert.StartsWith($"'{folder.At("full")}' cannot be written: No space left on device", e.Message, StringComparison.Ordinal);
            Assert.Equal(old, File.ReadAllBytes(folder.At("full")));
        }

        using var resumed = TrainingRuns.Trainer(folder.At("full"));
        resumed.Resume();
        Assert.True(resumed.Run(new TrainingRuns.StopAfter(0, new CancellationTokenSource()), CancellationToken.None));
        Assert.Equal(File.ReadAllBytes(folder.At("whole")), File.ReadAllBytes(folder.At("full")));
    }

    private static void Train(string checkpoint, int stopAfter)
    {
        using SupernetTrainer trainer = TrainingRuns.Trainer(checkpoint);
        using var source = new CancellationTokenSource();
        trainer.Run(new TrainingRuns.StopAfter(stopAfter, source), source.Token);
    }
}
