using System.Runtime.CompilerServices;
using PriorNas.Torch.Ablations;
using PriorNas.Torch.Recipes;
using PriorNas.Torch.Runs;
using PriorNas.Torch.Tests.Training;

namespace PriorNas.Torch.Tests.Ablations;

public class AblationDataTest
{
    private readonly AblationData images = new(folder: null);

    [Fact]
    public void Recipes_that_ask_for_the_same_images_share_them()
    {
        var first = Of();
        Assert.Same(first, Of("rank.pairs=0", "data.augmentation=center-crop", "data.padding=1", "data.workers=1"));
        Assert.NotSame(first, Of("data.syntheticTrainImages=97"));
    }

    [Fact]
    public void Images_that_the_last_recipe_did_not_ask_for_are_released()
    {
        var first = WeaklyOf();
        var second = Of("data.syntheticSeed=2");
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        Assert.Null(first.Target);
        Assert.Same(second, Of("data.syntheticSeed=2"));
    }

    [Fact]
    public void A_fingerprint_is_known_after_the_images_are_released()
    {
        var first = images.FingerprintOf(File(), TestContext.Current.CancellationToken);
        var second = Of("data.syntheticSeed=2");
        Assert.Equal(first, images.FingerprintOf(File(), TestContext.Current.CancellationToken));
        Assert.NotEqual(first, second.Fingerprint);
        Assert.Same(second, Of("data.syntheticSeed=2"));
    }

    /// <summary>Apart, so that no local variable holds the images.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private WeakReference WeaklyOf() => new(Of());

    private RunData Of(params string[] settings) => images.Of(File(settings), TestContext.Current.CancellationToken);

    private static RecipeFile File(params string[] settings) => RecipeFile.Read(TrainingRuns.Text, "recipe 'test'", settings);
}
