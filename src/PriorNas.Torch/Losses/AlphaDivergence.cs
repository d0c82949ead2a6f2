using PriorNas.Torch.Native;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace PriorNas.Torch.Losses;

/// <summary>
/// The adaptive alpha-divergence of AlphaNet (Wang et al. 2021, "AlphaNet: Improved Training of Supernets with Alpha-Divergence"). A negative
/// alpha punishes a subnet that is less sure than its teacher, a positive one a subnet that is surer; each image uses whichever is larger.
/// </summary>
/// <remarks>
/// With p the teacher's and q the subnet's probabilities and w = min((p / q)^alpha, clip), for each image
/// <code>
/// value     D = sum of q (w - 1) / (alpha (alpha - 1))
/// gradient     = sum of q (1 - w) / alpha x gradient of log q     w and the factor q are constants here
/// </code>
/// Without clipping, the gradient is D's. Where a weight is clipped, it is that of the divergence whose function of p / q continues as its tangent
/// from there, so it still leads to q = p; D itself is flat there, and serves to compare and to report. The limits are KL(q || p) at alpha = 0
/// and KL(p || q) at alpha = 1, taken within <see cref="LimitWidth"/> of them and, since the weight is not what they are made of, not clipped.
/// Weights are computed as exp(min(alpha (log p - log q), log clip)): a ratio of two rounded probabilities would be 0 / 0 for a sure subnet.
/// </remarks>
internal static class AlphaDivergence
{
    private const double LimitWidth = 1e-3;

    /// <param name="logits">[N, classes] float32 or float64.</param>
    /// <param name="teacher">[N, classes] logits without gradient.</param>
    /// <param name="alphaMinimum">The first alpha.</param>
    /// <param name="alphaMaximum">The second alpha, which is taken where both are equally large.</param>
    /// <param name="clip">Bound on the importance weights, at least 1.</param>
    internal static Tensor Largest(Tensor logits, Tensor teacher, double alphaMinimum, double alphaMaximum, double clip)
    {
        using var scope = NewDisposeScope();
        var logNet = functional.log_softmax(logits, dim: 1); // log q; the only tensor with a gradient
        Tensor value, factors;
        using (no_grad())
        {
            var logTeacher = functional.log_softmax(teacher, dim: 1); // log p
            var constant = logNet.detach();
            var (leftValue, leftFactors) = Of(constant, logTeacher, alphaMinimum, clip);
            var (rightValue, rightFactors) = Of(constant, logTeacher, alphaMaximum, clip);
            var left = leftValue.gt(rightValue); // [N] bool
            value = where(left, leftValue, rightValue).mean();
            factors = where(left.unsqueeze(1), leftFactors, rightFactors); // [N, classes]
        }

        var carrier = (factors * logNet).sum(1).mean(); // has the gradient, but not the value
        return carrier.Plus(value - carrier.detach()).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// D, [N], and the factors of the gradient of log q, [N, classes]. The gradient of the sum of q is 0, which leaves a multiple of q open in
    /// the factors: it is chosen so that they are 0, and not only their effect, where q = p.
    /// </summary>
    private static (Tensor Value, Tensor Factors) Of(Tensor logNet, Tensor logTeacher, double alpha, double clip)
    {
        var subnet = logNet.exp();
        var logRatio = logTeacher - logNet;
        if (Math.Abs(alpha) < LimitWidth)
        {
            var factors = subnet * (logNet - logTeacher);
            return (factors.sum(1), factors);
        }

        if (Math.Abs(alpha - 1) < LimitWidth)
        {
            var probabilities = logTeacher.exp();
            return ((probabilities * logRatio).sum(1), subnet - probabilities);
        }

        var excess = subnet * logRatio.Times(alpha).AtMost(Math.Log(clip)).expm1(); // q (w - 1)
        return (excess.sum(1).Times(1 / (alpha * (alpha - 1))), excess.Times(-1 / alpha));
    }
}
