using PriorNas.Torch.Checkpoints;
using PriorNas.Torch.Recipes;
using PriorNas.Torch.Tests.Training;
using PriorNas.Torch.Training;

namespace PriorNas.Torch.Tests.Checkpoints;

public sealed class KeptCheckpointsTest : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(0, 1, "last")]
    [InlineData(1, 1, "epoch-0004 last")]
    [InlineData(2, 1, "epoch-0003 epoch-0004 last")]
    [InlineData(9, 1, "epoch-0001 epoch-0002 epoch-0003 epoch-0004 last")]
    [InlineData(2, 3, "epoch-0003 last")]
    public void A_run_leaves_its_last_epochs(int keep, int every, string names)
    {
        Train(keep, every, epochs: 4);
        Assert.Equal(names, Names());
        if (names.Contains("epoch-0004", StringComparison.Ordinal))
            Assert.Equal(File.ReadAllBytes(folder.At("last.safetensors")), File.ReadAllBytes(folder.At("epoch-0004.safetensors")));
    }

    /// <summary>A folder stands where the second epoch's temporary file would be.</summary>
    [Fact]
    public void An_old_one_stays_where_the_new_one_cannot_be_written()
    {
        folder.MakeFolder("epoch-0002.safetensors.partial");
        var e = Record.Exception(() => Train(keep: 1, every: 1, epochs: 2));
        Assert.True(e is IOException or UnauthorizedAccessException, $"{e}");
        Assert.Equal("epoch-0001 last", Names());
    }

    [Fact]
    public void Files_of_later_epochs_and_of_others_are_not_deleted()
    {
        foreach (var name in new[] { "epoch-0001", "epoch-0002", "epoch-0003", "epoch-0007", "epoch-best", "last" })
            File.WriteAllText(folder.At(name + ".safetensors"), "");
        new KeptCheckpoints(folder.Path, new CheckpointOptions { Keep = 1 }).DeleteOlderThan(3);
        Assert.Equal("epoch-0003 epoch-0007 epoch-best last", Names());
    }

    [Theory]
    [InlineData(0, 1, 9, 0)]
    [InlineData(2, 1, 9, 3)]
    [InlineData(2, 1, 2, 2)]
    [InlineData(2, 4, 9, 2)]
    [InlineData(1, 4, 9, 2)]
    public void At_most_one_more_than_is_kept_lies_in_the_folder(int keep, int every, int epochs, int most) =>
        Assert.Equal(most, KeptCheckpoints.MaxCount(new CheckpointOptions { Keep = keep, KeepEvery = every }, epochs));

    private void Train(int keep, int every, int epochs)
    {
        var recipe = TrainingRuns.File.Recipe with
        {
            Epochs = epochs,
            Sampling = new SamplingOptions { Nets = 2 },
            Rank = new RankOptions(),
            Data = TrainingRuns.File.Recipe.Data with { BatchSize = 96 },
            Checkpoint = new CheckpointOptions { Seconds = 0, Keep = keep, KeepEvery = every },
        };
        using var trainer = new SupernetTrainer(recipe, TrainingRuns.File.Space, TrainingRuns.Data.Images, folder.At("last.safetensors"));
        trainer.Run(new TrainingRuns.StopAfter(0, new CancellationTokenSource()), CancellationToken.None);
    }

    private string Names() => string.Join(' ', Directory.GetFiles(folder.Path).Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal));
}
