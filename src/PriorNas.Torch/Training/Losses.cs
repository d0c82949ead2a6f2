using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace PriorNas.Torch.Training;

/// <summary>The losses of a supernet step; each gives a scalar, the mean over the batch.</summary>
internal static class Losses
{
    /// <param name="logits">[N, classes] float32.</param>
    /// <param name="labels">[N] int64.</param>
    internal static Tensor CrossEntropy(Tensor logits, Tensor labels) => functional.cross_entropy(logits, labels);

    /// <summary>In-place distillation: cross-entropy to the teacher's probabilities at temperature 1 (Yu and Huang 2019).</summary>
    /// <param name="logits">[N, classes] float32.</param>
    /// <param name="teacher">[N, classes] probabilities without gradient.</param>
    internal static Tensor SoftCrossEntropy(Tensor logits, Tensor teacher)
    {
        using var logProbabilities = functional.log_softmax(logits, dim: 1);
        using var product = teacher * logProbabilities;
        using var perImage = product.sum(1); // [N]
        using var mean = perImage.mean();
        return mean.neg();
    }
}
