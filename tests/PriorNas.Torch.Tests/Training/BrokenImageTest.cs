using PriorNas.Files;
using PriorNas.Torch.Runs;
using PriorNas.Torch.Training;
using SkiaSharp;

namespace PriorNas.Torch.Tests.Training;

/// <summary>A file that breaks while a run uses it, and is not held in memory yet.</summary>
public sealed class BrokenImageTest : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void It_is_named_and_the_restored_run_ends_with_the_same_bytes()
    {
        foreach (var label in Enumerable.Range(0, 10))
        {
            for (var i = 0; i < 4; i++)
                folder.MakeImage(SKColor.FromHsv(36 * label, 90, 60 + 10 * i), 24, 24, "data", "train", $"{label}", $"{i}.png");
            folder.MakeImage(SKColor.FromHsv(36 * label, 90, 80), 24, 24, "data", "val", $"{label}", "0.png");
        }

        Train("whole");
        var broken = folder.At("data", "train", "7", "2.png");
        var bytes = File.ReadAllBytes(broken);
        var e = Assert.Throws<InputException>(() => Train("broken", () => File.WriteAllBytes(broken, bytes[..^30])));
        Assert.Equal($"{broken}: not a complete PNG or JPEG image (IncompleteInput); replace the file or remove it from the data set.", e.Message);
        File.WriteAllBytes(broken, bytes);
        Train("broken");
        Assert.Equal(File.ReadAllBytes(folder.At("whole")), File.ReadAllBytes(folder.At("broken")));
    }

    /// <summary>Four steps of ten images, all of them in the first epoch; goes on from a checkpoint if there is one.</summary>
    private void Train(string checkpoint, Action? afterOpening = null)
    {
        string[] settings = ["data.source=folder", "data.batchSize=10", "epochs=1", "evaluation.calibrationImages=0", "sampling.nets=2", "optimizer.warmUpSteps=0"];
        var recipe = RecipeFile.Read(TrainingRuns.Text, "recipe 'test'", settings);
        var data = RunData.Open(recipe.Recipe, recipe.Space, folder.At("data"), TestContext.Current.CancellationToken);
        using var trainer = new SupernetTrainer(recipe.Recipe, recipe.Space, data.Images, folder.At(checkpoint));
        afterOpening?.Invoke();
        if (File.Exists(folder.At(checkpoint)))
            trainer.Resume();
        using var source = new CancellationTokenSource();
        trainer.Run(new TrainingRuns.StopAfter(0, source), source.Token);
    }
}
