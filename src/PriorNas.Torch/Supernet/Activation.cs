using PriorNas.Torch.Native;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace PriorNas.Torch.Supernet;

/// <summary>The activations that a supernet may use inside and after its blocks.</summary>
public enum ActivationKind
{
    /// <summary>max(0, x).</summary>
    Relu,

    /// <summary>x where positive, else a learned slope times x; one slope a block for its inner and one for its outer positions, 0.25 at first (He et al. 2015).</summary>
    Prelu,

    /// <summary>x sigmoid(x), also called SiLU (Ramachandran et al. 2017).</summary>
    Swish,

    /// <summary>x tanh(softplus(x)) (Misra 2019).</summary>
    Mish,

    /// <summary>The self-normalising exponential linear unit (Klambauer et al. 2017).</summary>
    Selu,
}

/// <summary>An activation of one position of the network; PReLU alone has a parameter.</summary>
internal sealed class Activation : Module<Tensor, Tensor>
{
    private readonly ActivationKind kind;

#pragma warning disable IDE0044, CA1859 // TorchSharp registers the field by reflection; it is null for all kinds but PReLU.
    private Parameter? slope;
#pragma warning restore IDE0044, CA1859

    internal Activation(ActivationKind kind)
        : base(nameof(Activation))
    {
        this.kind = kind;
        if (kind == ActivationKind.Prelu)
            slope = Parameter(tensor([0.25f]));
        RegisterComponents();
    }

    /// <summary>What negative values are multiplied with; null where the activation is not of this form.</summary>
    internal float? NegativeSlope => kind switch
    {
        ActivationKind.Relu => 0,
        ActivationKind.Prelu => slope!.item<float>(),
        _ => null,
    };

    public override Tensor forward(Tensor input) => kind switch
    {
        ActivationKind.Relu => functional.relu(input),
        ActivationKind.Prelu => Prelu(input, slope!),
        ActivationKind.Swish => functional.silu(input),
        ActivationKind.Mish => functional.mish(input),
        ActivationKind.Selu => functional.selu(input),
        _ => throw new InvalidOperationException($"Activation {kind} has no formula."),
    };

    /// <summary>
    /// PReLU of one slope. The value comes from leaky ReLU with the slope as a number; the added term is 0, and only carries the gradient to the
    /// slope. libtorch's own PReLU gives the same, but its backward pass takes several times as long as a convolution's.
    /// </summary>
    private static Tensor Prelu(Tensor input, Tensor slope)
    {
        using var number = slope.item<float>().ToScalar();
        var value = input.leaky_relu(number);
        if (!is_grad_enabled())
            return value;
        using var constant = input.detach();
        using var negative = constant.clamp_max(ScalarArithmetic.Zero);
        using var zero = slope.sub(number);
        using var term = negative * zero;
        return value.AddInPlace(term);
    }
}
