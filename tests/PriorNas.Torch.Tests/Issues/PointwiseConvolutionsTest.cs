using PriorNas.SearchSpaces;
using PriorNas.Torch.Native;
using PriorNas.Torch.Supernet;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace PriorNas.Torch.Tests.Issues;

/// <summary>
/// The 1x1 convolution of libtorch 2.10 gave wrong last channels at many widths (36, 40, 44, 256 to 2048 outputs), whatever the feature map and
/// the batch, and divided by zero at others (256 to 1024 channels, 16 images of 2x2 positions), which ended the process.
/// </summary>
public class PointwiseConvolutionsTest
{
    private static readonly int[] Narrow = [3, 8, 12, 16, 20, 28, 32, 36, 40, 44, 48, 56, 64];
    private static readonly int[] Wide = [64, 128, 512, 1024];

    public static TheoryData<int, int, int> Maps => new() { { 1, 1, 1 }, { 16, 2, 1 }, { 2, 4, 1 }, { 8, 6, 1 }, { 2, 9, 2 } };

    [Theory]
    [MemberData(nameof(Maps))]
    public void Values_and_gradients_equal_double_precision_at_every_width(int images, int size, int stride)
    {
        foreach (var widths in new[] { Narrow, Wide })
        {
            foreach (var inputs in widths)
            {
                foreach (var outputs in widths)
                    Compare(images, inputs, outputs, size, stride);
            }
        }
    }

    /// <summary>A batch normed network amplifies nothing that float32 rounds: a layer that is wrong shows in the logits.</summary>
    [Theory]
    [InlineData("tiny", 24)]
    [InlineData("resnet20-width", 32)]
    [InlineData("resnet48", 32)]
    [InlineData("resnet50", 32)]
    public void The_logits_of_the_largest_network_equal_double_precision(string name, int size)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var space = SearchSpace.Open(name);
        using var supernet = TestSpaces.Supernet(space);
        var images = randn(8, 3, size, size);
        var logits = supernet.forward(images, space.LargestOfNetwork, BatchNormStatistics.OfBatch);
        var exact = supernet.to(ScalarType.Float64).forward(images.to(ScalarType.Float64), space.LargestOfNetwork, BatchNormStatistics.OfBatch);
        AssertClose(exact, logits, 1e-3, name);
    }

    private static void Compare(int images, int inputs, int outputs, int size, int stride)
    {
        using var scope = NewDisposeScope();
        var convolution = new ElasticConv2d(new ConvolutionShape(1, inputs + 8, outputs + 8, size, stride));
        var weight = convolution.parameters().Single();
        using (no_grad())
            weight.copy_(randn(weight.shape));
        var input = ChannelsLast.From(randn(images, inputs, size, size)).requires_grad_(true);
        var exactInput = input.detach().to(ScalarType.Float64).requires_grad_(true);
        var exactWeight = weight.detach().narrow(0, 0, outputs).narrow(1, 0, inputs).to(ScalarType.Float64).requires_grad_(true);
        var output = convolution.forward(input, outputs);
        var exact = functional.conv2d(exactInput, exactWeight, strides: [stride, stride]);
        var gradient = randn(exact.shape);
        output.backward([gradient]);
        exact.backward([gradient.to(ScalarType.Float64)]);
        var position = $"{inputs} to {outputs} channels";
        AssertClose(exact, output, 1e-5, position);
        AssertClose(exactInput.grad!, input.grad!, 1e-5, position);
        AssertClose(exactWeight.grad!, weight.grad!.narrow(0, 0, outputs).narrow(1, 0, inputs), 1e-5, position);
    }

    private static void AssertClose(Tensor expected, Tensor actual, double tolerance, string what)
    {
        Assert.Equal(expected.shape, actual.shape);
        var error = (actual.to(ScalarType.Float64) - expected).abs().max().item<double>() / expected.abs().max().item<double>();
        Assert.True(error < tolerance, $"{what}: relative error {error}");
    }
}
