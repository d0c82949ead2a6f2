using PriorNas.Torch.Supernet;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace PriorNas.Torch.Tests.Supernet;

public class ActivationTest
{
    [Theory]
    [InlineData(ActivationKind.Relu, 0.0)]
    [InlineData(ActivationKind.Prelu, -0.375)]
    [InlineData(ActivationKind.Swish, -0.27363)]
    [InlineData(ActivationKind.Mish, -0.29810)]
    [InlineData(ActivationKind.Selu, -1.36581)]
    public void Values_follow_the_formulas(ActivationKind kind, double atMinusOneAndAHalf)
    {
        using var scope = NewDisposeScope();
        var values = new Activation(kind).forward(tensor(new[] { -1.5f, 0f, 2f }));
        Assert.Equal(atMinusOneAndAHalf, values[0].item<float>(), 1e-4);
        Assert.Equal(0, values[1].item<float>(), 1e-6);
        Assert.True(values[2].item<float>() is > 1.7f and < 2.2f);
    }

    [Fact]
    public void Prelu_equals_the_librarys_in_value_and_gradients()
    {
        using var scope = NewDisposeScope();
        var (ours, theirs) = (randn(4, 6, 5, 5).requires_grad_(true), empty(0));
        theirs = ours.detach().clone().requires_grad_(true);
        var activation = new Activation(ActivationKind.Prelu);
        var slope = full(1, 0.25f).requires_grad_(true);
        var gradient = randn(4, 6, 5, 5);

        var value = activation.forward(ours);
        value.backward([gradient]);
        var expected = functional.prelu(theirs, slope);
        expected.backward([gradient]);

        Assert.True(value.allclose(expected));
        Assert.True(ours.grad!.allclose(theirs.grad!));
        Assert.Equal(slope.grad!.item<float>(), activation.parameters().Single().grad!.item<float>(), 1e-3);
    }
}
