using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace PriorNas.Torch.Losses;

/// <summary>The losses of a supernet step; each gives a scalar, the mean over the batch, in the type of the logits.</summary>
internal static class ClassificationLoss
{
    /// <summary>
    /// Cross-entropy to (1 - s) x the label + s / classes, s the label smoothing (Szegedy et al. 2016): the wrong classes keep a share, so
    /// that no logit has to grow without end.
    /// </summary>
    /// <param name="logits">[N, classes] float32 or float64.</param>
    /// <param name="labels">[N] int64.</param>
    /// <param name="labelSmoothing">In [0, 1); 0 for plain cross-entropy.</param>
    internal static Tensor CrossEntropy(Tensor logits, Tensor labels, double labelSmoothing = 0) =>
        functional.cross_entropy(logits, labels, label_smoothing: labelSmoothing);

    /// <summary>In-place distillation: cross-entropy to the teacher's probabilities at temperature 1 (Yu and Huang 2019).</summary>
    /// <param name="logits">[N, classes] float32 or float64.</param>
    /// <param name="teacher">[N, classes] probabilities without gradient.</param>
    internal static Tensor SoftCrossEntropy(Tensor logits, Tensor teacher)
    {
        using var logProbabilities = functional.log_softmax(logits, dim: 1);
        using var product = teacher * logProbabilities;
        using var perImage = product.sum(1); // [N]
        using var mean = perImage.mean();
        return mean.neg();
    }

    /// <summary>KL(p || q), p = softmax(teacher), q = softmax(logits): soft cross-entropy less the teacher's entropy, so 0 where the two agree.</summary>
    /// <param name="logits">[N, classes] float32 or float64.</param>
    /// <param name="teacher">[N, classes] logits without gradient.</param>
    internal static Tensor KullbackLeibler(Tensor logits, Tensor teacher)
    {
        using var scope = NewDisposeScope();
        var teacherLog = functional.log_softmax(teacher, dim: 1); // log p
        var perImage = (teacherLog.exp() * (teacherLog - functional.log_softmax(logits, dim: 1))).sum(1); // [N]
        return perImage.mean().MoveToOuterDisposeScope();
    }
}
