using PriorNas.Torch.Supernet;
using TorchSharp;
using static TorchSharp.torch;

namespace PriorNas.Torch.Tests.Supernet;

public class ImportanceOrderTest
{
    public static TheoryData<string> Names => TestSpaces.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void The_largest_net_computes_the_same_and_its_norms_descend(string name)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        manual_seed(3);
        using var supernet = TestSpaces.Supernet(TestSpaces.Small(name)).to(ScalarType.Float64);
        PlainNetwork.Scramble(supernet);
        var images = randn(2, 3, 32, 32, dtype: ScalarType.Float64);
        var expected = supernet.forward(images, supernet.Widest, BatchNormStatistics.Running);
        var before = supernet.state_dict().ToDictionary(entry => entry.Key, entry => entry.Value.clone());

        ImportanceOrder.Apply(supernet);

        var actual = supernet.forward(images, supernet.Widest, BatchNormStatistics.Running);
        var error = (actual - expected).abs().max().item<double>() / expected.abs().max().item<double>();
        Assert.InRange(error, 0, 1e-10);
        var sorted = supernet.state_dict();
        foreach (var reading in sorted.Keys.Where(IsRead))
        {
            var norms = ImportanceOrder.Norms(sorted[reading]);
            Assert.Equal(norms.OrderDescending(), norms);
            Assert.False(sorted[reading].bytes.SequenceEqual(before[reading].bytes), reading);
        }

        foreach (var (kept, tensor) in before.Where(entry => !entry.Key.StartsWith("stages", StringComparison.Ordinal) || entry.Key.Contains("projection", StringComparison.Ordinal)))
            Assert.True(tensor.bytes.SequenceEqual(sorted[kept].bytes), kept);

        // Sorting is stable, so a second time changes nothing.
        var once = sorted.ToDictionary(entry => entry.Key, entry => entry.Value.clone());
        ImportanceOrder.Apply(supernet);
        Assert.All(supernet.state_dict(), entry => Assert.True(entry.Value.bytes.SequenceEqual(once[entry.Key].bytes), entry.Key));
    }

    /// <summary>The weights of convolutions that read an inner feature map: the second and third of a bottleneck, the second of a basic block.</summary>
    private static bool IsRead(string name) => name.EndsWith("conv2.weight", StringComparison.Ordinal) || name.EndsWith("conv3.weight", StringComparison.Ordinal);
}
