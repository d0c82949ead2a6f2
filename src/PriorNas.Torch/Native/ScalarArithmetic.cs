using TorchSharp;
using static TorchSharp.torch;

namespace PriorNas.Torch.Native;

/// <summary>
/// Numbers for tensor operations, kept alive while native code reads them. A number that TorchSharp turns into a <see cref="Scalar"/> by itself
/// has no reference left once its handle is taken: a collection at that moment frees it under the running operation, which then fails, or
/// computes with another number. So operations here take their numbers from this class.
/// </summary>
internal static class ScalarArithmetic
{
    /// <summary>The weight of the second term of a plain sum.</summary>
    internal static Scalar One { get; } = 1.ToScalar();

    internal static Scalar Zero { get; } = 0.ToScalar();

    /// <summary>What a divisor becomes so that the quotient and its gradient are 0.</summary>
    internal static Scalar Infinity { get; } = double.PositiveInfinity.ToScalar();

    /// <summary>left + right.</summary>
    internal static Tensor Plus(this Tensor left, Tensor right) => left.add(right, One);

    /// <summary>Adds to <paramref name="target"/>.</summary>
    /// <returns>The target.</returns>
    internal static Tensor AddInPlace(this Tensor target, Tensor added) => target.add_(added, One);

    /// <summary>left + factor x right.</summary>
    internal static Tensor PlusScaled(this Tensor left, Tensor right, double factor)
    {
        using var scalar = factor.ToScalar();
        return left.add(right, scalar);
    }

    /// <summary>Adds factor x <paramref name="added"/> to <paramref name="target"/>.</summary>
    /// <returns>The target.</returns>
    internal static Tensor AddScaledInPlace(this Tensor target, Tensor added, double factor)
    {
        using var scalar = factor.ToScalar();
        return target.add_(added, scalar);
    }

    /// <summary>factor x tensor.</summary>
    internal static Tensor Times(this Tensor tensor, double factor)
    {
        using var scalar = factor.ToScalar();
        return tensor.mul(scalar);
    }

    /// <summary>Multiplies <paramref name="target"/>.</summary>
    /// <returns>The target.</returns>
    internal static Tensor ScaleInPlace(this Tensor target, double factor)
    {
        using var scalar = factor.ToScalar();
        return target.mul_(scalar);
    }

    /// <summary>min(tensor, bound), element by element.</summary>
    internal static Tensor AtMost(this Tensor tensor, double bound)
    {
        using var scalar = bound.ToScalar();
        return tensor.clamp_max(scalar);
    }
}
