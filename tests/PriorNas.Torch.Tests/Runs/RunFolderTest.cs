using PriorNas.Files;
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
        Assert.Equal($"run folder '{temporary.At("run")}' exists already; go on with it by 'train --resume {temporary.At("run")}', or give another --run.", e.Message);
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
        Assert.Equal($"'{temporary.Path}' is not a run folder: it has no manifest.json. 'train RECIPE --run {temporary.Path}' makes one.", e.Message);
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
