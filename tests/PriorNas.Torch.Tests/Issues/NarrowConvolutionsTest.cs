using PriorNas.SearchSpaces;
using PriorNas.Torch.Native;
using PriorNas.Torch.Supernet;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace PriorNas.Torch.Tests.Issues;

/// <summary>
/// With channels far apart in memory, libtorch 2.10 reads uninitialised memory in convolutions whose channels are no multiple of 16
/// (gradients became NaN now and then), gives wrong gradients at some other shapes, and with channels last writes past its workspace in
/// strided 1x1 convolutions. The elastic convolution must be right whatever the freed memory holds.
/// </summary>
public class NarrowConvolutionsTest
{
    public static TheoryData<int, int, int> Layers => new() { { 1, 1, 8 }, { 1, 2, 8 }, { 3, 1, 6 }, { 3, 1, 24 }, { 3, 2, 8 }, { 3, 2, 24 }, { 7, 2, 24 } };

    [Theory]
    [MemberData(nameof(Layers))]
    public void Values_and_gradients_equal_double_precision_amid_poisoned_memory(int kernel, int stride, int size)
    {
        foreach (var inputs in new[] { 3, 4, 12, 16, 20, 48 })
        {
            foreach (var outputs in new[] { 4, 8, 12, 20, 64 })
            {
                using var scope = NewDisposeScope();
                Poison();
                var convolution = new ElasticConv2d(new ConvolutionShape(kernel, 64, 64, 8, stride));
                var weight = convolution.parameters().Single();
                using (no_grad())
                    weight.copy_(randn(weight.shape));
                var input = ChannelsLast.From(randn(8, inputs, size, size)).requires_grad_(true);
                var exactInput = input.detach().to(ScalarType.Float64).requires_grad_(true);
                var exactWeight = weight.detach().narrow(0, 0, outputs).narrow(1, 0, inputs).to(ScalarType.Float64).requires_grad_(true);

                var output = convolution.forward(input, outputs);
                var exact = functional.conv2d(exactInput, exactWeight, strides: [stride, stride], padding: [kernel / 2, kernel / 2]);
                var gradient = randn(exact.shape);
                output.backward([gradient]);
                exact.backward([gradient.to(ScalarType.Float64)]);

                var position = $"{inputs} to {outputs} channels";
                AssertClose(exact, output, position + ", output");
                AssertClose(exactInput.grad!, input.grad!, position + ", gradient of the input");
                AssertClose(exactWeight.grad!, weight.grad!.narrow(0, 0, outputs).narrow(1, 0, inputs), position + ", gradient of the weight");
            }
        }
    }

    /// <summary>Fills memory with NaN and frees it, so that whatever reads it before writing gives itself away.</summary>
    private static void Poison()
    {
        foreach (var length in new long[] { 8 * 64 * 24 * 24, 64 * 64 * 9, 8 * 16 * 24 * 24, 4096 })
            full(length, float.NaN).Dispose();
    }

    private static void AssertClose(Tensor expected, Tensor actual, string what)
    {
        Assert.Equal(expected.shape, actual.shape);
        var error = (actual.to(ScalarType.Float64) - expected).abs().max().item<double>() / Math.Max(1e-6, expected.abs().max().item<double>());
        Assert.True(error < 1e-5, $"{what}: relative error {error}");
    }
}
