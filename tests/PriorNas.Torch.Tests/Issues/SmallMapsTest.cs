using PriorNas.SearchSpaces;
using PriorNas.Torch.Native;
using PriorNas.Torch.Supernet;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace PriorNas.Torch.Tests.Issues;

/// <summary>The 1x1 convolution of libtorch 2.10 divides by zero at 16 images of 2x2 places and 256 to 1024 channels, and ends the process.</summary>
public class SmallMapsTest
{
    [Theory]
    [InlineData(16, 256, 1024, 2)]
    [InlineData(5, 12, 20, 1)]
    [InlineData(8, 48, 24, 3)]
    public void A_pointwise_convolution_of_a_small_map_equals_double_precision(int images, int inputs, int outputs, int size)
    {
        using var scope = NewDisposeScope();
        var convolution = new ElasticConv2d(new ConvolutionShape(1, inputs + 8, outputs + 8, size, 1));
        var weight = convolution.parameters().Single();
        using (no_grad())
            weight.copy_(randn(weight.shape));
        var input = ChannelsLast.From(randn(images, inputs, size, size)).requires_grad_(true);
        var exactInput = input.detach().to(ScalarType.Float64).requires_grad_(true);
        var exactWeight = weight.detach().narrow(0, 0, outputs).narrow(1, 0, inputs).to(ScalarType.Float64).requires_grad_(true);
        var output = convolution.forward(input, outputs);
        var exact = functional.conv2d(exactInput, exactWeight);
        var gradient = randn(exact.shape);
        output.backward([gradient]);
        exact.backward([gradient.to(ScalarType.Float64)]);
        AssertClose(exact, output);
        AssertClose(exactInput.grad!, input.grad!);
        AssertClose(exactWeight.grad!, weight.grad!.narrow(0, 0, outputs).narrow(1, 0, inputs));
    }

    private static void AssertClose(Tensor expected, Tensor actual)
    {
        Assert.Equal(expected.shape, actual.shape);
        Assert.InRange((actual.to(ScalarType.Float64) - expected).abs().max().item<double>() / expected.abs().max().item<double>(), 0, 1e-5);
    }
}
