using PriorNas.Torch.Supernet;
using static TorchSharp.torch;

namespace PriorNas.Torch.Tests.Supernet;

public class RecalibratedStatisticsTest
{
    /// <summary>8 channels go through the layer as they are, 5 through its narrow path.</summary>
    [Theory]
    [InlineData(8)]
    [InlineData(5)]
    public void They_are_the_plain_average_of_each_batchs_mean_and_unbiased_variance(int channels)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var layer = new ElasticBatchNorm2d(12);
        using var statistics = new RecalibratedStatistics();
        var batches = new[] { randn(4, channels, 3, 3) * 2 + 1, randn(6, channels, 3, 3) * 0.5 - 3 };
        foreach (var batch in batches)
            layer.forward(batch, statistics);
        statistics.Complete();

        var mean = batches.Select(b => b.mean([0L, 2L, 3L])).Aggregate((a, b) => a + b) / 2;
        var variance = batches.Select(b => b.transpose(0, 1).reshape(channels, -1).var(1, unbiased: true)).Aggregate((a, b) => a + b) / 2;
        var input = randn(3, channels, 3, 3);
        var expected = (input - mean.view(1, channels, 1, 1)) / (variance.view(1, channels, 1, 1) + ElasticBatchNorm2d.Epsilon).sqrt();
        Assert.True(layer.forward(input, statistics).allclose(expected, rtol: 1e-4, atol: 1e-5));
    }

    [Fact]
    public void The_supernets_own_statistics_stay_as_they_are()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var supernet = TestSpaces.Supernet(TestSpaces.Tiny);
        var before = supernet.state_dict().ToDictionary(e => e.Key, e => e.Value.bytes.ToArray());
        using var statistics = new RecalibratedStatistics();
        supernet.forward(randn(8, 3, 24, 24), TestSpaces.Tiny.Largest, statistics);
        statistics.Complete();
        supernet.forward(randn(8, 3, 24, 24), TestSpaces.Tiny.Largest, statistics);
        Assert.All(supernet.state_dict(), e => Assert.True(e.Value.bytes.SequenceEqual(before[e.Key]), e.Key));
    }

    [Fact]
    public void Completing_without_a_batch_is_refused()
    {
        using var statistics = new RecalibratedStatistics();
        Assert.Throws<InvalidOperationException>(statistics.Complete);
    }
}
