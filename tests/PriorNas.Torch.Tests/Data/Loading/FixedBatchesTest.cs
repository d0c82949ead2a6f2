using PriorNas.Files;
using PriorNas.Randomness;
using PriorNas.Torch.Data.Formats;
using PriorNas.Torch.Data.Loading;
using PriorNas.Torch.Data.Synthetic;
using PriorNas.Torch.Data.Transforms;
using TorchSharp;

namespace PriorNas.Torch.Tests.Data.Loading;

public sealed class FixedBatchesTest
{
    private static readonly ResizeCenterCrop Plain = new(2, 2, ListedImages.AsBytes);

    [Fact]
    public void The_listed_images_come_in_order_with_their_labels()
    {
        using var scope = torch.NewDisposeScope();
        using var batches = FixedBatches.Load(ListedImages.Grey(9, 2), [7, 0, 3, 3, 8], Plain, 2, TestContext.Current.CancellationToken);
        Assert.Equal((5, 3), (batches.Count, batches.BatchCount));
        Assert.Equal([1, 3, 2, 2], batches[2].Images.shape);
        Assert.Equal([7f, 0, 3, 3, 8], Enumerable.Range(0, 3).SelectMany(i => batches[i].Images.data<float>().ToArray().Where((_, j) => j % 12 == 0)));
        Assert.Equal([1L, 0, 1, 1, 0], Enumerable.Range(0, 3).SelectMany(i => batches[i].Labels.data<long>().ToArray()));
    }

    [Fact]
    public void A_batch_has_the_bits_and_the_memory_order_of_one_that_a_loader_makes()
    {
        var images = new SyntheticImages(new RandomStream(5), 7, 17);
        var transform = new ResizeCenterCrop(16, 13, Normalization.ImageNet);
        using var scope = torch.NewDisposeScope();
        using var loader = new BatchLoader(images, transform, 7, new RandomStream(1), 1);
        loader.Start(0);
        var expected = loader.Next();
        using var batches = FixedBatches.Load(images, new RandomStream(1).Split("order", 0).Permutation(7), transform, 9, TestContext.Current.CancellationToken);
        for (var repeat = 0; repeat < 2; repeat++)
        {
            Assert.Equal(expected.Images.contiguous().bytes, batches[0].Images.contiguous().bytes);
            Assert.Equal(expected.Images.stride(), batches[0].Images.stride());
            Assert.Equal(expected.Labels.bytes, batches[0].Labels.bytes);
        }
    }

    [Fact]
    public void A_batch_belongs_to_the_scope_that_asks_for_it()
    {
        FixedBatches batches;
        using (torch.NewDisposeScope())
            batches = FixedBatches.Load(ListedImages.Grey(3, 2), [2], Plain, 2, TestContext.Current.CancellationToken);
        Batch batch;
        using (torch.NewDisposeScope())
        {
            batch = batches[0];
            Assert.Equal(2, batch.Images.max().item<float>());
        }

        Assert.True(batch.Images.IsInvalid && batch.Labels.IsInvalid);
        batches.Dispose();
    }

    [Fact]
    public void All_files_that_cannot_be_decoded_are_named()
    {
        using var folder = new TemporaryFolder();
        folder.MakeFolder("a");
        foreach (var name in (string[])["1.png", "2.png", "3.png"])
            File.WriteAllText(folder.At("a", name), "no image");
        var e = Assert.Throws<InputException>(() => FixedBatches.Load(ImageFolder.Open(folder.Path), [2, 0], Plain, 1, TestContext.Current.CancellationToken));
        const string Fault = "not a complete PNG or JPEG image (unknown format); replace the file or remove it from the data set.";
        Assert.Equal($"{folder.At("a", "3.png")}: {Fault.TrimEnd('.')}; {folder.At("a", "1.png")}: {Fault}", e.Message);
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
