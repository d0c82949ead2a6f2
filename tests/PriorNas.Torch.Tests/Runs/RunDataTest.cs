using PriorNas.Files;
using PriorNas.Torch.Runs;
using PriorNas.Torch.Tests.Training;
using PriorNas.Torch.Training;
using SkiaSharp;

namespace PriorNas.Torch.Tests.Runs;

public sealed class RunDataTest : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_folder_is_asked_for_where_the_recipe_needs_one_and_refused_where_not()
    {
        var e = Assert.Throws<InputException>(() => Open(null, "data.source=folder"));
        Assert.Equal("the recipe trains on an image folder: give it by --data DIR (DIR/train/CLASS/*.png|jpg and DIR/val/CLASS/...).", e.Message);
        e = Assert.Throws<InputException>(() => Open("x"));
        Assert.Equal("--data 'x' is given, but the recipe's data.source is synthetic; leave out --data or set data.source=folder.", e.Message);
    }

    [Fact]
    public void Classes_and_batch_size_must_fit_the_folder()
    {
        foreach (var part in new[] { "train", "val" })
        {
            foreach (var name in new[] { "a", "b", "c" })
                folder.MakeImage(SKColors.Red, 24, 24, part, name, "1.png");
        }

        var e = Assert.Throws<InputException>(() => Open(folder.Path, "data.source=folder"));
        Assert.Equal($"data folder '{folder.Path}' has 3 classes, but search space 'tiny' has 10; give --set classes=3, or another folder.", e.Message);
        e = Assert.Throws<InputException>(() => Open(folder.Path, "data.source=folder", "classes=3"));
        Assert.Equal($"data folder '{folder.Path}' has 3 training images, fewer than data.batchSize 32; give --set data.batchSize=3 or less.", e.Message);
        var data = Open(folder.Path, "data.source=folder", "classes=3", "data.batchSize=3");
        Assert.Equal((folder.Path, 3), (data.Folder, data.Images.Train.Count));
    }

    [Fact]
    public void The_fingerprint_tells_other_images_apart()
    {
        Assert.Equal(TrainingRuns.Data.Fingerprint, Open(null).Fingerprint);
        Assert.NotEqual(TrainingRuns.Data.Fingerprint, Open(null, "data.syntheticTrainImages=97").Fingerprint);
        Assert.NotEqual(TrainingRuns.Data.Fingerprint, Open(null, "data.syntheticSeed=2").Fingerprint);
    }

    private static RunData Open(string? path, params string[] settings)
    {
        var file = RecipeFile.Read(TrainingRuns.Text, "recipe 'test'", settings);
        return RunData.Open(file.Recipe, file.Space, path);
    }
}
