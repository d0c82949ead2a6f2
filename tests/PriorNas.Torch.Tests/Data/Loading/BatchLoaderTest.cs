using PriorNas.Files;
using PriorNas.Randomness;
using PriorNas.Torch.Data.Formats;
using PriorNas.Torch.Data.Loading;
using PriorNas.Torch.Data.Synthetic;
using PriorNas.Torch.Data.Transforms;
using TorchSharp;

namespace PriorNas.Torch.Tests.Data.Loading;

public sealed class BatchLoaderTest
{
    private static readonly Normalization Normal = Normalization.ImageNet;

    [Fact]
    public void Batches_do_not_depend_on_the_number_of_workers()
    {
        var expected = Contents(workers: 1, start: 0, count: 9);
        Assert.Equal(expected, Contents(workers: 3, start: 0, count: 9));
        Assert.Equal(9, expected.Select(Convert.ToHexString).Distinct().Count());
    }

    [Fact]
    public void A_loader_started_later_continues_the_same_run()
    {
        var through = Contents(workers: 2, start: 0, count: 9);
        Assert.Equal(through[5..], Contents(workers: 2, start: 5, count: 4));
    }

    [Fact]
    public void A_running_loader_starts_anew()
    {
        using var scope = torch.NewDisposeScope();
        using var loader = Loader(workers: 2);
        loader.Start(0);
        var first = Bytes(loader.Next());
        loader.Next();
        loader.Start(0);
        Assert.Equal(first, Bytes(loader.Next()));
    }

    [Fact]
    public void An_epoch_takes_each_image_at_most_once_in_the_documented_order()
    {
        using var scope = torch.NewDisposeScope();
        var stream = new RandomStream(4);
        using var loader = new BatchLoader(ListedImages.Grey(11, 2), new PadCrop(2, 0, false, ListedImages.AsBytes), 3, stream, workers: 2);
        Assert.Equal(3, loader.BatchesPerEpoch);
        loader.Start(0);
        for (var epoch = 0; epoch < 3; epoch++)
        {
            var order = stream.Split("order", epoch).Permutation(11);
            for (var i = 0; i < 3; i++)
            {
                var batch = loader.Next();
                Assert.Equal([3, 3, 2, 2], batch.Images.shape);
                var expected = order[(3 * i)..(3 * i + 3)];
                Assert.Equal(expected.Select(index => (float)index), batch.Images.select(3, 0).select(2, 0).select(1, 0).data<float>().ToArray());
                Assert.Equal(expected.Select(index => (long)index % 2), batch.Labels.data<long>().ToArray());
            }
        }
    }

    [Fact]
    public void Fewer_images_than_a_batch_are_refused() => Assert.Equal(
        "batch size 6: there are only 5 training images, so an epoch has no complete batch; lower the batch size to at most 5 or add images.",
        Assert.Throws<InputException>(() => new BatchLoader(ListedImages.Grey(5, 2), new PadCrop(2, 0, false, Normal), 6, new RandomStream(1), 1)).Message);

    [Fact]
    public void An_error_of_a_worker_reaches_the_consumer_and_stays()
    {
        using var loader = new BatchLoader(ListedImages.Grey(4, 2, broken: 2), new PadCrop(2, 0, false, Normal), 4, new RandomStream(1), 2);
        loader.Start(0);
        for (var repeat = 0; repeat < 2; repeat++)
        {
            Assert.Equal(
                "listed image 2: could not be read and transformed (broken on purpose)",
                Assert.Throws<InvalidOperationException>(loader.Next).Message);
        }
    }

    [Fact]
    public void An_undecodable_file_reaches_the_consumer_as_an_input_error()
    {
        using var folder = new TemporaryFolder();
        folder.MakeFolder("a");
        File.WriteAllText(folder.At("a", "x.png"), "not an image");
        using var loader = new BatchLoader(ImageFolder.Open(folder.Path), new PadCrop(2, 0, false, Normal), 1, new RandomStream(1), 1);
        loader.Start(0);
        Assert.StartsWith(folder.At("a", "x.png") + ": ", Assert.Throws<InputException>(loader.Next).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void It_must_be_started_and_may_be_disposed_at_any_time()
    {
        var loader = Loader(workers: 2);
        Assert.Equal("The loader is not started; call Start with the number of the first batch.", Assert.Throws<InvalidOperationException>(loader.Next).Message);
        loader.Start(0);
        loader.Dispose();
        loader.Dispose();
        Assert.Throws<ObjectDisposedException>(loader.Next);
    }

    [Fact]
    public void No_tensors_are_left()
    {
        Contents(workers: 2, start: 0, count: 3);
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Contents(workers: 2, start: 0, count: 3);
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    private static BatchLoader Loader(int workers) =>
        new(new SyntheticImages(new RandomStream(1), 20, 12), new PadCrop(12, 2, true, Normal), 4, new RandomStream(2), workers);

    private static byte[][] Contents(int workers, long start, int count)
    {
        using var scope = torch.NewDisposeScope();
        using var loader = Loader(workers);
        loader.Start(start);
        return [.. Enumerable.Range(0, count).Select(_ => Bytes(loader.Next()))];
    }

    private static byte[] Bytes(Batch batch) => [.. batch.Images.contiguous().bytes, .. batch.Labels.bytes];
}
