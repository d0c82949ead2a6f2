using PriorNas.Torch.Native;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace PriorNas.Torch.Losses;

/// <summary>
/// Decoupled knowledge distillation (Zhao et al. 2022). The KL divergence is a sum of two: between label and not label, and, times the teacher's doubt
/// in the label, over the other classes. A sure teacher silences the second, which tells most; so both get a weight of their own.
/// </summary>
/// <remarks>
/// target weight x KL((p, 1 - p) || (q, 1 - q)) + non-target weight x KL(p' || q'), p and q the label's probability for teacher and subnet, p' and q' the
/// softmax over the other classes. 1 - q is never formed: its logarithm is the log-sum-exp of the other logits, minus that of all.
/// </remarks>
internal static class DecoupledDistillation
{
    /// <param name="logits">[N, classes] float32 or float64, at least 2 classes.</param>
    /// <param name="teacher">[N, classes] logits without gradient.</param>
    /// <param name="labels">[N] int64.</param>
    /// <param name="targetWeight">DKD's alpha.</param>
    /// <param name="nonTargetWeight">DKD's beta.</param>
    internal static Tensor Of(Tensor logits, Tensor teacher, Tensor labels, double targetWeight, double nonTargetWeight)
    {
        using var scope = NewDisposeScope();
        var isOther = functional.one_hot(labels, logits.size(1)).eq(ScalarArithmetic.Zero); // [N, classes] bool
        var (binary, others) = Split(logits, labels, isOther);
        var (teacherBinary, teacherOthers) = Split(teacher, labels, isOther);
        var target = ClassificationLoss.KullbackLeibler(binary, teacherBinary).Times(targetWeight);
        return target.PlusScaled(ClassificationLoss.KullbackLeibler(others, teacherOthers), nonTargetWeight).MoveToOuterDisposeScope();
    }

    /// <summary>Logits of label and not label, [N, 2], and of the other classes, [N, classes - 1].</summary>
    private static (Tensor Binary, Tensor Others) Split(Tensor logits, Tensor labels, Tensor isOther)
    {
        var others = logits.masked_select(isOther).reshape(logits.size(0), logits.size(1) - 1);
        var label = logits.gather(1, labels.unsqueeze(1)); // [N, 1]
        return (cat([label, others.logsumexp(1, keepdim: true)], dim: 1), others);
    }
}
