using PriorNas.Files;
using PriorNas.Randomness;
using PriorNas.Torch.Data.Loading;
using PriorNas.Torch.Interchange;
using PriorNas.Torch.Recipes;
using PriorNas.Torch.Runs;
using PriorNas.Torch.Training;
using SkiaSharp;

namespace PriorNas.Torch.Tests.Training;

/// <summary>A file of the last step that breaks while a run uses it, and is not held in memory yet.</summary>
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
        var last = new EpochOrder(new RandomStream(4).Split("data"), 40).Of(0)[^1];
        var broken = folder.At("data", "train", $"{last / 4}", $"{last % 4}.png");
        var bytes = File.ReadAllBytes(broken);
        var e = Assert.Throws<InputException>(() => Train("broken", () => File.WriteAllBytes(broken, bytes[..^30])));
        Assert.Equal($"{broken}: not a complete PNG or JPEG image (IncompleteInput); replace the file or remove it from the data set.", e.Message);
        Assert.Equal("3", SafeTensorsFile.Read(folder.At("broken"), requireChecksum: true).Metadata["step"]);
        File.WriteAllBytes(broken, bytes);
        Assert.Equal(4, Assert.Single(Train("broken")).Step);
        Assert.Equal(File.ReadAllBytes(folder.At("whole")), File.ReadAllBytes(folder.At("broken")));
    }

    /// <summary>Four steps of ten images, all of them in the first epoch; continues from a checkpoint if there is one.</summary>
    private List<StepReport> Train(string checkpoint, Action? afterOpening = null)
    {
        string[] settings = ["data.source=folder", "data.batchSize=10", "epochs=1", "evaluation.calibrationImages=0", "sampling.nets=2", "optimizer.warmUpSteps=0"];
        var recipe = RecipeFile.Read(TrainingRuns.Text, "recipe 'test'", settings);
        var data = RunData.Open(recipe.Recipe, recipe.Space, folder.At("data"), TestContext.Current.CancellationToken);
        using var trainer = new SupernetTrainer(recipe.Recipe, recipe.Space, data.Images, folder.At(checkpoint), TestContext.Current.CancellationToken);
        afterOpening?.Invoke();
        if (File.Exists(folder.At(checkpoint)))
            trainer.Resume();
        using var source = new CancellationTokenSource();
        var observer = new TrainingRuns.StopAfter(0, source);
        trainer.Run(observer, source.Token);
        return observer.Reports;
    }
}
