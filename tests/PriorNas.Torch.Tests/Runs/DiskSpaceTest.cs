using PriorNas.Files;
using PriorNas.SearchSpaces;
using PriorNas.Torch.Recipes;
using PriorNas.Torch.Runs;
using PriorNas.Torch.Tests.Training;
using PriorNas.Torch.Training;

namespace PriorNas.Torch.Tests.Runs;

public sealed class DiskSpaceTest : IDisposable
{
    private const long MiB = 1024 * 1024;
    private readonly TemporaryFolder temporary = new();

    public void Dispose() => temporary.Dispose();

    [Fact]
    public void A_checkpoint_is_as_large_as_foretold_or_a_little_less()
    {
        using var trainer = TrainingRuns.Trainer(temporary.At("c"));
        using var source = new CancellationTokenSource();
        trainer.Run(new TrainingRuns.StopAfter(1, source), source.Token);
        Assert.InRange(new FileInfo(temporary.At("c")).Length, trainer.CheckpointBytes * 0.98, trainer.CheckpointBytes);
    }

    /// <summary>Without kept ones: the last checkpoint and its successor; with 3 of 9 epochs: 4 more, until the oldest is deleted.</summary>
    [Theory]
    [InlineData(0, 2, "free some space or use another disk")]
    [InlineData(3, 6, "lower checkpoint.keep, free some space or use another disk")]
    public void A_training_needs_its_checkpoints_its_events_and_a_margin(int keep, int checkpoints, string remedy)
    {
        var recipe = TrainingRuns.File.Recipe with { Epochs = 9, Checkpoint = new CheckpointOptions { Keep = keep } };
        using var trainer = new SupernetTrainer(recipe, TrainingRuns.File.Space, TrainingRuns.Data.Images, temporary.At("c"));
        var needed = checkpoints * trainer.CheckpointBytes + 64 * trainer.Steps + 16 * MiB;
        new DiskSpace(_ => needed).RequireForTraining(temporary.At("run"), recipe, trainer);
        var e = Assert.Throws<InputException>(() => new DiskSpace(_ => needed - 1).RequireForTraining(temporary.At("run"), recipe, trainer));
        var size = (int)Math.Ceiling(trainer.CheckpointBytes / (double)MiB);
        var total = (int)Math.Ceiling(needed / (double)MiB);
        var free = (int)Math.Ceiling((needed - 1) / (double)MiB);
        Assert.Equal(
            $"run '{temporary.At("run")}' needs about {total} MiB ({checkpoints} checkpoints of {size} MiB, and a margin), but only {free} MiB are free in '{temporary.Path}'; {remedy}.",
            e.Message);
    }

    [Fact]
    public void What_a_training_replaces_is_not_asked_for_again()
    {
        using var run = RunFolder.Create(temporary.At("run"), TrainingRuns.File, TrainingRuns.Data);
        using var trainer = TrainingRuns.Trainer(run.CheckpointPath);
        File.WriteAllBytes(temporary.At("run", "checkpoint", "epoch-0001.safetensors"), new byte[5000]);
        File.WriteAllBytes(temporary.At("run", "checkpoint", "mine"), new byte[5000]);
        var needed = 2 * trainer.CheckpointBytes + 64 * trainer.Steps + 16 * MiB;
        Assert.Throws<InputException>(() => new DiskSpace(_ => needed - 1).RequireForTraining(run.Location, run.Recipe, trainer));
        File.WriteAllBytes(run.CheckpointPath, new byte[1000]);
        new DiskSpace(_ => needed - 1000).RequireForTraining(run.Location, run.Recipe, trainer);
        Assert.Throws<InputException>(() => new DiskSpace(_ => needed - 1001).RequireForTraining(run.Location, run.Recipe, trainer));
    }

    [Fact]
    public void A_training_that_has_ended_needs_nothing()
    {
        using var trainer = TrainingRuns.Trainer(temporary.At("c"));
        using var source = new CancellationTokenSource();
        trainer.Run(new TrainingRuns.StopAfter(0, source), source.Token);
        new DiskSpace(_ => 0).RequireForTraining(temporary.At("run"), TrainingRuns.File.Recipe, trainer);
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(2, 4)]
    [InlineData(9, 6)]
    public void Networks_alone_need_two_checkpoints_for_each_in_work_and_the_weights_that_are_kept(int jobs, int checkpoints)
    {
        StandAloneNetwork[] networks = [new(TestSpaces.Tiny.Largest, 1), new(TestSpaces.Tiny.Largest, 2), new(TestSpaces.Tiny.Smallest, 1)];
        using var trainer = new StandAloneTrainer(
            TrainingRuns.File.Recipe, TestSpaces.Tiny.Largest, TrainingRuns.Data.Images, temporary.At("c"), cancellation: TestContext.Current.CancellationToken);
        trainer.WriteNetwork(temporary.At("network"));
        var rows = networks.Sum(network => 4L * (580 + network.Architecture.Code.Length));
        var needed = checkpoints * trainer.CheckpointBytes + rows + 16 * MiB;
        new DiskSpace(_ => needed).RequireForNetworks(temporary.At("run"), networks, jobs, keepsWeights: false, trainer);
        Assert.Matches(
            $"^run '.*' needs about [0-9]+ MiB \\({checkpoints} checkpoints of [0-9]+ MiB, and a margin\\), but only .*; free some space or use another disk\\.$",
            Assert.Throws<InputException>(() => new DiskSpace(_ => needed - 1).RequireForNetworks(temporary.At("run"), networks, jobs, keepsWeights: false, trainer)).Message);
        var message = Assert.Throws<InputException>(() => new DiskSpace(_ => needed + 2 * new FileInfo(temporary.At("network")).Length)
            .RequireForNetworks(temporary.At("run"), networks, jobs, keepsWeights: true, trainer)).Message;
        Assert.Contains(", kept weights of ", message, StringComparison.Ordinal);
        Assert.EndsWith("; leave out --keep-weights, free some space or use another disk.", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_ranking_needs_its_rows_on_the_disk_of_the_run_and_on_that_of_the_output()
    {
        using var run = RunFolder.Create(temporary.At("run"), TrainingRuns.File, TrainingRuns.Data);
        var output = Path.Combine(temporary.MakeFolder("other"), "out.json");
        var list = Enumerable.Range(0, 45_000).Select(i => new ListedArchitecture($"arch{i}", TestSpaces.Tiny.Largest.Code, TestSpaces.Tiny.Largest)).ToArray();
        new DiskSpace(_ => 200 * MiB).RequireForRanking(run, output, list);
        foreach (var full in new[] { run.Location, temporary.At("other") })
        {
            var e = Assert.Throws<InputException>(() => new DiskSpace(folder => folder == full ? 100 * MiB : 200 * MiB).RequireForRanking(run, output, list));
            Assert.Matches($"^ranking into '.*' needs about [0-9]+ MiB \\(results of 45000 architectures, and a margin\\), but only 100 MiB are free in '{full}'; free some space or use another disk\\.$", e.Message);
        }
    }

    [Fact]
    public void Where_nothing_is_known_nothing_is_refused_and_a_real_disk_is_known()
    {
        using var trainer = TrainingRuns.Trainer(temporary.At("c"));
        new DiskSpace(_ => null).RequireForTraining(temporary.At("run"), TrainingRuns.File.Recipe, trainer);
        DiskSpace.OfMachine.RequireForTraining(temporary.At("run"), TrainingRuns.File.Recipe, trainer);
        Assert.True(DiskSpace.Measure(temporary.Path) > 0);
    }

    [Fact]
    public void Large_numbers_are_shown_as_such() =>
        Assert.Equal(["0 MiB", "1 MiB", "10240 MiB", "10.0 GiB", "1536.0 GiB"], ((long[])[0, 1, 10 * 1024 * MiB - 1, 10 * 1024 * MiB, 1536 * 1024 * MiB]).Select(DiskSpace.Describe));
}
