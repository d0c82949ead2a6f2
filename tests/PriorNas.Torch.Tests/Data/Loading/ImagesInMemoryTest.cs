using PriorNas.Torch.Data.Loading;

namespace PriorNas.Torch.Tests.Data.Loading;

public sealed class ImagesInMemoryTest
{
    [Fact]
    public void Each_image_is_read_once_while_the_total_stays_under_the_limit()
    {
        var source = ListedImages.Grey(4, 2);
        var images = new ImagesInMemory(source, limitBytes: 3 * 4 * 3 + 11);
        for (var repeat = 0; repeat < 3; repeat++)
        {
            for (var i = 0; i < 4; i++)
                Assert.Equal(i, images.Read(i).Pixels[0]);
        }

        Assert.Equal([1, 1, 1, 3], source.Readings);
        Assert.Equal(36, images.HeldBytes);
    }

    [Fact]
    public void A_limit_of_nothing_keeps_nothing()
    {
        var source = ListedImages.Grey(1, 2);
        var images = new ImagesInMemory(source, limitBytes: 0);
        images.Read(0);
        images.Read(0);
        Assert.Equal(2, source.Readings[0]);
        Assert.Equal(0, images.HeldBytes);
    }

    [Fact]
    public void Threads_do_not_exceed_the_limit()
    {
        var images = new ImagesInMemory(ListedImages.Grey(200, 4), limitBytes: 100 * 48);
        Parallel.For(0, 2000, i => Assert.Equal(i % 200, images.Read(i % 200).Pixels[0]));
        Assert.Equal(100 * 48, images.HeldBytes);
    }

    [Fact]
    public void Labels_and_descriptions_are_those_of_the_source()
    {
        var images = new ImagesInMemory(ListedImages.Grey(3, 2));
        Assert.Equal((3, 1, "listed image 1"), (images.Count, images.Label(1), images.Describe(1)));
        Assert.Equal(["even", "odd"], images.Classes);
    }

    [Fact]
    public void Decoding_ahead_reads_each_image_once_and_stops_where_memory_ends()
    {
        var source = ListedImages.Grey(6, 2);
        var images = new ImagesInMemory(source);
        images.DecodeAhead(TestContext.Current.CancellationToken);
        images.Read(3);
        Assert.All(source.Readings, readings => Assert.Equal(1, readings));

        source = ListedImages.Grey(100_000, 2);
        images = new ImagesInMemory(source, limitBytes: 120);
        images.DecodeAhead(TestContext.Current.CancellationToken);
        Assert.Equal(120, images.HeldBytes);
        Assert.InRange(source.Readings.Sum(), 10, 1000);
    }
}
