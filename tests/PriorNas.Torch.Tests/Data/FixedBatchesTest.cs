using PriorNas.Torch.Data;
using TorchSharp;

namespace PriorNas.Torch.Tests.Data;

public sealed class FixedBatchesTest
{
    private static readonly ResizeCenterCrop Plain = new(2, 2, ListedImages.AsBytes);

    [Fact]
    public void The_listed_images_come_in_order_with_their_labels()
    {
        using var batches = FixedBatches.Load(ListedImages.Grey(9, 2), [7, 0, 3, 3, 8], Plain, 2, TestContext.Current.CancellationToken);
        Assert.Equal((5, 3), (batches.Count, batches.BatchCount));
        Assert.Equal([1, 3, 2, 2], batches[2].Images.shape);
        Assert.Equal([7f, 0, 3, 3, 8], Enumerable.Range(0, 3).SelectMany(i => batches[i].Images.data<float>().ToArray().Where((_, j) => j % 12 == 0)));
        Assert.Equal([1L, 0, 1, 1, 0], Enumerable.Range(0, 3).SelectMany(i => batches[i].Labels.data<long>().ToArray()));
    }

    [Fact]
    public void The_batches_outlive_the_scope_they_were_loaded_in_and_are_disposed_with_the_object()
    {
        FixedBatches batches;
        using (torch.NewDisposeScope())
            batches = FixedBatches.Load(ListedImages.Grey(3, 2), [2], Plain, 2, TestContext.Current.CancellationToken);
        Assert.Equal(2, batches[0].Images.max().item<float>());
        batches.Dispose();
        Assert.True(batches[0].Images.IsInvalid);
    }

    [Fact]
    public void A_fault_names_the_image_and_leaves_no_tensors()
    {
        var images = ListedImages.Grey(4, 2, broken: 3);
        Assert.Throws<InvalidOperationException>(() => FixedBatches.Load(images, [0, 1, 3], Plain, 2, TestContext.Current.CancellationToken));
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Assert.Equal(
            "listed image 3: could not be read and transformed (broken on purpose)",
            Assert.Throws<InvalidOperationException>(() => FixedBatches.Load(images, [0, 1, 3], Plain, 2, TestContext.Current.CancellationToken)).Message);
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void Loading_can_be_cancelled() => Assert.ThrowsAny<OperationCanceledException>(
        () => FixedBatches.Load(ListedImages.Grey(3, 2), [0], Plain, 2, new CancellationToken(canceled: true)));
}
