using PriorNas.Randomness;
using PriorNas.Torch.Supernet;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace PriorNas.Torch.Tests.Supernet;

public class ConvolutionCheckTest
{
    [Fact]
    public void The_convolutions_of_this_machine_are_right()
    {
        var agreement = ConvolutionCheck.Run();
        Assert.Equal(22, agreement.Convolutions);
        Assert.Empty(agreement.Wrong);
        Assert.InRange(agreement.MaxError, 0, ConvolutionCheck.Tolerance);
    }

    /// <summary>The reference by definition against the library's double precision, whose convolutions are other code.</summary>
    [Theory]
    [InlineData(1, 2)]
    [InlineData(3, 1)]
    [InlineData(3, 2)]
    [InlineData(7, 2)]
    public void The_reference_is_a_convolution_with_its_gradients(int kernel, int stride)
    {
        using var scope = NewDisposeScope();
        var plain = PlainConvolution.Random(new RandomStream(2), 2, 3, 5, 8, kernel, stride);
        var input = tensor(plain.Input).view(2, 3, 8, 8).requires_grad_(true);
        var weight = tensor(plain.Weight).view(5, 3, kernel, kernel).requires_grad_(true);
        var output = functional.conv2d(input, weight, strides: [stride, stride], padding: [kernel / 2, kernel / 2]);
        output.backward([tensor(plain.OutputGradient).view(output.shape)]);
        AssertClose(plain.Output, output);
        AssertClose(plain.InputGradient, input.grad!);
        AssertClose(plain.WeightGradient, weight.grad!);
    }

    private static void AssertClose(double[] expected, Tensor actual)
    {
        var values = actual.detach().contiguous().data<double>().ToArray();
        Assert.Equal(expected.Length, values.Length);
        Assert.All(values.Zip(expected), pair => Assert.Equal(pair.Second, pair.First, 1e-12));
    }
}
