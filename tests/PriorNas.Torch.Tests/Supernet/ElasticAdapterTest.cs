using PriorNas.Torch.Supernet;
using TorchSharp;
using static TorchSharp.torch;

namespace PriorNas.Torch.Tests.Supernet;

/// <summary>Adapters against their formulas in double precision, with the leading slices of their weights.</summary>
public class ElasticAdapterTest
{
    [Theory]
    [InlineData(AdapterKind.Mlp, 40, 10)]
    [InlineData(AdapterKind.Mlp, 9, 4)]
    [InlineData(AdapterKind.Se, 40, 10)]
    [InlineData(AdapterKind.Se, 23, 5)]
    [InlineData(AdapterKind.Se, 3, 4)]
    [InlineData(AdapterKind.BnSe, 40, 10)]
    [InlineData(AdapterKind.BnSe, 12, 4)]
    public void It_computes_the_documented_formula(AdapterKind kind, int channels, int hidden)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var adapter = ElasticAdapter.Create(kind, 40, normWidths: null)!.to(ScalarType.Float64);
        foreach (var parameter in adapter.parameters())
            parameter.copy_(randn_like(parameter));
        var x = Native.ChannelsLast.From(randn(5, channels, 4, 3, dtype: ScalarType.Float64));
        Tensor Leading(string name, int rows, int columns) => adapter.get_parameter(name)!.narrow(0, 0, rows).narrow(1, 0, columns).squeeze(3).squeeze(2);

        Tensor expected;
        if (kind == AdapterKind.Mlp)
        {
            var positions = x.permute(0, 2, 3, 1).matmul(Leading("conv1.weight", hidden, channels).t()).relu();
            expected = x + positions.matmul(Leading("conv2.weight", channels, hidden).t()).permute(0, 3, 1, 2);
        }
        else
        {
            var squeezed = x.mean([2L, 3L]); // [N, C]
            if (kind == AdapterKind.BnSe)
            {
                var normalised = (squeezed - squeezed.mean([0L])) / (squeezed.var(0, unbiased: false) + ElasticBatchNorm2d.Epsilon).sqrt();
                squeezed = normalised * adapter.get_parameter("bn.weight")!.narrow(0, 0, channels) + adapter.get_parameter("bn.bias")!.narrow(0, 0, channels);
            }

            var gate = squeezed.matmul(Leading("fc1.weight", hidden, channels).t()).relu().matmul(Leading("fc2.weight", channels, hidden).t()).sigmoid();
            expected = x * gate.view(5, channels, 1, 1);
        }

        var actual = adapter.forward(x, BatchNormStatistics.OfBatch);
        Assert.True(actual.allclose(expected, rtol: 1e-10, atol: 1e-10));
        Assert.True(actual.permute(0, 2, 3, 1).is_contiguous(), "channels last");
    }
}
