using PriorNas.Randomness;
using PriorNas.SearchSpaces;
using PriorNas.Torch.Supernet;
using static TorchSharp.torch;

namespace PriorNas.Torch.Tests.Supernet;

public class DropPathTest
{
    [Fact]
    public void Each_image_is_dropped_or_scaled_as_a_whole_and_the_expectation_stays()
    {
        using var scope = NewDisposeScope();
        const double Rate = 0.3;
        var residual = Native.ChannelsLast.From(ones(2000, 3, 2, 2));
        var dropped = DropPath.Apply(residual, Rate, new RandomStream(1));
        Assert.Equal([2000, 3, 2, 2], dropped.shape);
        Assert.True(dropped.permute(0, 2, 3, 1).is_contiguous(), "channels last");
        var images = dropped.contiguous().flatten(1);
        var (least, most) = (images.amin([1L]), images.amax([1L]));
        Assert.True(least.equal(most).all().item<bool>());
        var values = least.data<float>().ToArray();
        Assert.Equal([0f, (float)(1 / (1 - Rate))], values.Distinct().Order());
        Assert.Equal(Rate, values.Count(value => value == 0) / 2000.0, 0.035); // 3.4 standard deviations
    }

    /// <summary>A block whose branch is dropped for an image gives that image's shortcut; both kinds of block.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_block_adds_the_scaled_branch_or_nothing(bool bottleneck)
    {
        using var scope = NewDisposeScope();
        var shape = bottleneck
            ? new BlockShape(new(1, 8, 12, 6, 1), new(3, 12, 12, 6, 1), null, new(1, 12, 8, 6, 1))
            : new BlockShape(new(3, 8, 12, 6, 1), new(3, 12, 8, 6, 1), null);
        var block = ElasticBlock.Create(shape, new NetworkOptions { DropPath = 0.5 }, norms: null);
        using (no_grad())
        {
            foreach (var parameter in block.parameters().Where(p => p.dim() == 4))
                parameter.copy_(randn_like(parameter));
        }

        // So large an input keeps the outer ReLU from acting.
        var input = Native.ChannelsLast.From(rand(16, 8, 6, 6) + 100);
        var widths = new BlockWidths(12, 8);
        var whole = block.forward(input, widths, BatchNormStatistics.OfBatch) - input;
        var factors = DropPath.Apply(ones(16, 1, 1, 1), 0.5, new RandomStream(2));
        var dropped = block.forward(input, widths, BatchNormStatistics.OfBatch, new RandomStream(2)) - input;
        Assert.True(dropped.allclose(whole * factors, rtol: 1e-3, atol: 1e-3));
        Assert.Equal(2, factors.data<float>().ToArray().Distinct().Count());
    }

    [Fact]
    public void The_same_stream_drops_the_same_and_no_stream_or_a_rate_of_0_drops_nothing()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var images = randn(8, 3, 24, 24);
        var (never, often) = (Network(0), Network(0.6));
        byte[] Logits(ElasticResNet network, RandomStream? stream) => network.forward(images, TestSpaces.Tiny.Largest, BatchNormStatistics.OfBatch, stream).bytes.ToArray();

        var used = new RandomStream(1);
        used.NextUInt64();
        Assert.Equal(Logits(never, null), Logits(often, null));
        Assert.Equal(Logits(never, null), Logits(never, new RandomStream(1)));
        Assert.Equal(Logits(often, new RandomStream(1)), Logits(often, used));
        Assert.NotEqual(Logits(often, null), Logits(often, new RandomStream(1)));
        Assert.NotEqual(Logits(often, new RandomStream(2)), Logits(often, new RandomStream(1)));
    }

    [Fact]
    public void A_stream_in_evaluation_is_refused()
    {
        using var scope = NewDisposeScope();
        using var recalibrated = new RecalibratedStatistics();
        foreach (var statistics in (BatchNormStatistics[])[BatchNormStatistics.Running, recalibrated])
        {
            var e = Assert.Throws<ArgumentException>(() => Network(0.1).forward(randn(1, 3, 24, 24), TestSpaces.Tiny.Largest, statistics, new RandomStream(1)));
            Assert.Equal("Only training drops paths, with BatchNormStatistics.OfBatch; pass no stream in evaluation. (Parameter 'dropPath')", e.Message);
        }
    }

    private static ElasticResNet Network(double rate) => new(TestSpaces.Tiny, new NetworkOptions { DropPath = rate }, new RandomStream(1));
}
