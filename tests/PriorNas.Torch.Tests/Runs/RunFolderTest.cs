using PriorNas.Files;
using PriorNas.Torch.Recipes;
using PriorNas.Torch.Runs;
using PriorNas.Torch.Tests.Training;
using PriorNas.Torch.Training;
using SkiaSharp;

namespace PriorNas.Torch.Tests.Runs;

public sealed class RunFolderTest : IDisposable
{
    private readonly TemporaryFolder temporary = new();

    public void Dispose() => temporary.Dispose();

    [Fact]
    public void A_new_run_reads_back_with_its_recipe_space_and_machine()
    {
        Create().Dispose();
        using var opened = RunFolder.Open(temporary.At("run"));
        Assert.Equal(StrictJson.Write(TrainingRuns.File.Recipe), StrictJson.Write(opened.Recipe));
        Assert.Equal(TestSpaces.Tiny.Hash, opened.Space.Hash);
        Assert.Equal(Machine.Current, opened.Manifest.Machine);
        Assert.Null(opened.Manifest.DataFolder);
        Assert.Equal(["checkpoint", "lock", "manifest.json", "recipe.json", "space.json"], Names(temporary.At("run")));
    }

    [Fact]
    public void An_existing_folder_is_refused_for_a_new_run()
    {
        Create().Dispose();
        var e = Assert.Throws<InputException>(Create);
        Assert.Equal($"run folder '{temporary.At("run")}' exists already; continue with it by 'train --resume {temporary.At("run")}', or give another --run.", e.Message);
    }

    [Fact]
    public void What_a_killed_creation_left_does_not_stand_in_the_way()
    {
        Directory.CreateDirectory(temporary.At("run.partial", "checkpoint"));
        File.WriteAllText(temporary.At("run.partial", "recipe.json"), "{");
        Create().Dispose();
        Assert.Equal(["run"], Names(temporary.Path));
    }

    [Fact]
    public void What_exists_is_refused_with_the_way_to_go_on_with_it()
    {
        RunFolder.Create(temporary.At("alone"), TrainingRuns.File, TrainingRuns.Data, RunKind.StandAlone).Dispose();
        temporary.MakeFolder("images");
        temporary.MakeFolder("damaged");
        File.WriteAllText(temporary.At("damaged", "manifest.json"), "{");
        foreach (var (name, remedy) in new[]
        {
            ("alone", "; continue with it by the 'train-alone' command that made it, or give another --run."),
            ("images", " and is no run: it has no manifest.json; give another --run."),
            ("damaged", ", but its manifest.json is damaged; restore that, or give another --run."),
        })
            Assert.Equal($"run folder '{temporary.At(name)}' exists already{remedy}", Assert.Throws<InputException>(() => RunFolder.RequireAbsent(temporary.At(name))).Message);
    }

    /// <summary>A run that its user has given another name, and others that have nothing to do with this program.</summary>
    [Theory]
    [InlineData("checkpoint/last.safetensors")]
    [InlineData("checkpoint/epoch-0001.safetensors")]
    [InlineData("results.sqlite")]
    [InlineData("events/events.out.tfevents.1")]
    [InlineData("photo.png")]
    public void A_folder_under_the_temporary_name_that_holds_more_than_a_start_leaves_is_kept(string file)
    {
        RunFolder.Create(temporary.At("run.partial"), TrainingRuns.File, TrainingRuns.Data).Dispose();
        using (var trainer = TrainingRuns.Trainer(temporary.At("trained")))
        using (var source = new CancellationTokenSource())
            trainer.Run(new TrainingRuns.StopAfter(1, source), source.Token);
        temporary.MakeFolder("run.partial", Path.GetDirectoryName(file)!);
        File.Move(temporary.At("trained"), temporary.At("run.partial", file));
        var bytes = File.ReadAllBytes(temporary.At("run.partial", file));
        var e = Assert.Throws<InputException>(() => Create().Dispose());
        Assert.StartsWith($"run folder '{temporary.At("run")}' cannot be made: '{temporary.At("run.partial")}', where it is made ready, holds '", e.Message, StringComparison.Ordinal);
        Assert.EndsWith("', which is not left from an interrupted start; rename that folder, or give another --run.", e.Message, StringComparison.Ordinal);
        Assert.Equal(bytes, File.ReadAllBytes(temporary.At("run.partial", file)));
        Assert.False(Directory.Exists(temporary.At("run")));
    }

    [Fact]
    public void What_a_killed_warm_start_left_does_not_stand_in_the_way()
    {
        RunFolder.Create(temporary.At("run.partial"), TrainingRuns.File, TrainingRuns.Data).Dispose();
        using (var trainer = TrainingRuns.Trainer(temporary.At("run.partial", "checkpoint", "last.safetensors")))
            trainer.SaveTo(temporary.At("run.partial", "checkpoint", "last.safetensors"));
        File.WriteAllText(temporary.At("run.partial", "manifest.json.partial"), "");
        Create().Dispose();
        Assert.Equal(["run"], Names(temporary.Path));
    }

    [Fact]
    public void Two_users_of_one_run_are_refused()
    {
        using var first = Create();
        var e = Assert.Throws<InputException>(() => RunFolder.Open(temporary.At("run")));
        Assert.StartsWith($"run folder '{temporary.At("run")}' cannot be used: another process works in it, or it is read-only (", e.Message);
    }

    [Fact]
    public void A_folder_without_a_manifest_is_no_run()
    {
        var e = Assert.Throws<InputException>(() => RunFolder.Open(temporary.Path));
        Assert.Equal($"'{temporary.Path}' is not a run folder: it has no manifest.json. Give the folder of a run; 'train RECIPE --run DIR' makes one where there is no DIR yet.", e.Message);
        e = Assert.Throws<InputException>(() => RunFolder.Open(temporary.Path, RunKind.StandAlone));
        Assert.EndsWith("; 'train-alone RECIPE --run DIR' makes one where there is no DIR yet.", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_machine_is_refused_with_what_differs()
    {
        using var run = Create();
        run.RequireSame(Machine.Current, TrainingRuns.Data);
        var other = Machine.Current with { Threads = 77, LibTorch = "9.9" };
        var e = Assert.Throws<InputException>(() => run.RequireSame(other, TrainingRuns.Data));
        Assert.Equal(
            $"run '{temporary.At("run")}' was made with threads {Machine.Current.Threads}, now 77; libtorch {Machine.Current.LibTorch}, now 9.9. "
            + "It would not end with the same weights; restore what differs, or give --accept-differences.",
            e.Message);
    }

    /// <summary>The process ends before its first step, and the source is gone when the run continues.</summary>
    [Fact]
    public void A_run_with_the_weights_of_another_goes_on_without_it()
    {
        using (var source = TrainingRuns.Trainer(temporary.At("source")))
        using (var stop = new CancellationTokenSource())
            source.Run(new TrainingRuns.StopAfter(2, stop), stop.Token);
        using (var whole = WarmStarted(temporary.At("source"), temporary.At("whole")))
            whole.Run(new TrainingRuns.StopAfter(0, new CancellationTokenSource()), CancellationToken.None);
        using (var killed = WarmStarted(temporary.At("source"), temporary.At("run")))
            Assert.Equal(0, killed.Step);
        File.Delete(temporary.At("source"));

        using var run = RunFolder.Open(temporary.At("run"));
        Assert.Equal((temporary.At("source"), 2, 0), (run.Manifest.WarmStart!.Source, run.Manifest.WarmStart.Step, run.Manifest.WarmStart.NotTaken.Length));
        Assert.True(run.HasCheckpoint());
        using (var trainer = TrainingRuns.Trainer(run.CheckpointPath))
        {
            trainer.Resume();
            trainer.Run(new TrainingRuns.StopAfter(0, new CancellationTokenSource()), CancellationToken.None);
        }

        Assert.Equal(File.ReadAllBytes(RunFolder.CheckpointPathIn(temporary.At("whole"))), File.ReadAllBytes(run.CheckpointPath));

        File.Delete(run.CheckpointPath);
        var e = Assert.Throws<InputException>(() => run.HasCheckpoint());
        Assert.Equal(
            $"run '{run.Location}' started with the weights of '{temporary.At("source")}', but its checkpoint '{run.CheckpointPath}' is gone; restore it, or start a new run with --warm-start.",
            e.Message);
    }

    [Fact]
    public void A_run_without_such_weights_needs_no_checkpoint()
    {
        using var run = Create();
        Assert.Null(run.Manifest.WarmStart);
        Assert.False(run.HasCheckpoint());
    }

    [Fact]
    public void The_weights_to_begin_with_are_a_run_or_a_file()
    {
        using var run = Create();
        var e = Assert.Throws<InputException>(() => RunFolder.CheckpointOf(run.Location));
        Assert.Equal($"--warm-start '{run.Location}': there is no file '{run.CheckpointPath}'; give the folder of a trained run, a checkpoint, or a network as safetensors or .pdparams.", e.Message);
        File.WriteAllText(run.CheckpointPath, "");
        Assert.Equal(run.CheckpointPath, RunFolder.CheckpointOf(run.Location));
        Assert.Equal(run.CheckpointPath, RunFolder.CheckpointOf(run.CheckpointPath));
        e = Assert.Throws<InputException>(() => RunFolder.CheckpointOf(temporary.At("none")));
        Assert.Equal($"--warm-start '{temporary.At("none")}': there is no file '{temporary.At("none")}'; give the folder of a trained run, a checkpoint, or a network as safetensors or .pdparams.", e.Message);
    }

    [Fact]
    public void A_checkpoint_is_found_by_its_name()
    {
        using var run = Create();
        Assert.Equal($"run '{run.Location}' has no checkpoint yet; train it first by 'train --resume {run.Location}'.", Assert.Throws<InputException>(() => run.FindCheckpoint("last")).Message);
        var epoch = temporary.At("run", "checkpoint", "epoch-0003.safetensors");
        File.WriteAllText(run.CheckpointPath, "");
        File.WriteAllText(epoch, "");
        Assert.Equal((run.CheckpointPath, epoch, epoch), (run.FindCheckpoint("last"), run.FindCheckpoint("epoch-0003"), run.FindCheckpoint("epoch-0003.safetensors")));
        var e = Assert.Throws<InputException>(() => run.FindCheckpoint("../manifest.json"));
        Assert.Equal($"run '{run.Location}' has no checkpoint '../manifest.json'; it has epoch-0003, last. The recipe's checkpoint.keep says how many epochs are kept.", e.Message);
    }

    /// <summary>A new run that starts with the weights of a checkpoint; the trainer is the caller's.</summary>
    private static SupernetTrainer WarmStarted(string source, string path)
    {
        var trainer = TrainingRuns.Trainer(RunFolder.CheckpointPathIn(path));
        trainer.StartFrom(source);
        RunFolder.Create(path, TrainingRuns.File, TrainingRuns.Data, trainer: trainer).Dispose();
        return trainer;
    }

    [Fact]
    public void Changed_pixels_are_refused()
    {
        string[] settings = ["data.source=folder", "classes=2", "data.batchSize=2"];
        foreach (var part in (string[])["train", "val"])
        {
            foreach (var label in (string[])["a", "b"])
                temporary.MakeImage(SKColors.Red, 24, 24, "data", part, label, "1.png");
        }

        var recipe = RecipeFile.Read(TrainingRuns.Text, "recipe 'test'", settings);
        var data = RunData.Open(recipe.Recipe, recipe.Space, temporary.At("data"), TestContext.Current.CancellationToken);
        using var run = RunFolder.Create(temporary.At("run"), recipe, data);
        temporary.MakeImage(SKColors.Tomato, 24, 24, "data", "train", "b", "1.png");
        var changed = RunData.Open(recipe.Recipe, recipe.Space, temporary.At("data"), TestContext.Current.CancellationToken);
        Assert.Contains($" was made with data {data.Fingerprint}, now {changed.Fingerprint}. ", Assert.Throws<InputException>(() => run.RequireSame(Machine.Current, changed)).Message, StringComparison.Ordinal);
    }

    private RunFolder Create() => RunFolder.Create(temporary.At("run"), TrainingRuns.File, TrainingRuns.Data);

    private static IEnumerable<string?> Names(string folder) => Directory.EnumerateFileSystemEntries(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal);
}
