using PriorNas.Torch.Native;
using static TorchSharp.torch;

namespace PriorNas.Torch.Losses;

/// <summary>
/// Spherical KD (Guo et al. 2020, "Reducing the Teacher-Student Gap via Spherical Knowledge Distillation"): a small subnet need not be as sure as its
/// teacher, so only the direction of the logits is taught.
/// </summary>
/// <remarks>
/// Both logits are centred over the classes, scaled to an L2 norm of 1 and multiplied by one number, the batch mean of the teacher's centred norms;
/// then KL(teacher || subnet). The gradient goes through the subnet's own norm, so it has no part along the subnet's centred logits. Logits that are all equal
/// have no direction: they become 0, with a gradient of 0.
/// </remarks>
internal static class SphericalDistillation
{
    /// <param name="logits">[N, classes] float32 or float64.</param>
    /// <param name="teacher">[N, classes] logits without gradient.</param>
    internal static Tensor Of(Tensor logits, Tensor teacher)
    {
        using var scope = NewDisposeScope();
        var (direction, _) = Project(logits);
        var (teacherDirection, squaredNorms) = Project(teacher);
        var radius = squaredNorms.sqrt().mean();
        return ClassificationLoss.KullbackLeibler(direction * radius, teacherDirection * radius).MoveToOuterDisposeScope();
    }

    /// <summary>The direction of centred logits, [N, classes], and their squared norms, [N, 1].</summary>
    private static (Tensor Direction, Tensor SquaredNorms) Project(Tensor logits)
    {
        var centred = logits - logits.mean([1], keepdim: true);
        var squaredNorms = centred.square().sum(1, keepdim: true);
        var divisor = squaredNorms.masked_fill(squaredNorms.eq(ScalarArithmetic.Zero), ScalarArithmetic.Infinity).sqrt();
        return (centred / divisor, squaredNorms);
    }
}
