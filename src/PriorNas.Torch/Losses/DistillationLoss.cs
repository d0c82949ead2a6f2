using PriorNas.Torch.Native;
using PriorNas.Torch.Recipes;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace PriorNas.Torch.Losses;

/// <summary>The loss of a subnet that has a teacher; a scalar, the mean over the batch.</summary>
internal static class DistillationLoss
{
    /// <summary>Weight x <see cref="Of"/> + label weight x <see cref="ClassificationLoss.CrossEntropy"/>.</summary>
    /// <param name="options">The loss and its numbers.</param>
    /// <param name="logits">[N, classes] float32 or float64.</param>
    /// <param name="teacher">[N, classes] logits of the same type, without gradient; not read where the weight is 0.</param>
    /// <param name="labels">[N] int64.</param>
    /// <param name="labelSmoothing">Of the cross-entropy with labels, in [0, 1).</param>
    internal static Tensor WithLabels(DistillationOptions options, Tensor logits, Tensor? teacher, Tensor labels, double labelSmoothing = 0)
    {
        using var scope = NewDisposeScope();
        if (options.Weight == 0)
            return ClassificationLoss.CrossEntropy(logits, labels, labelSmoothing).Times(options.LabelWeight).MoveToOuterDisposeScope();
        var loss = Of(options, logits, teacher ?? throw new ArgumentNullException(nameof(teacher)), labels);
        if (options.Weight != 1)
            loss = loss.Times(options.Weight);
        if (options.LabelWeight != 0)
            loss = loss.PlusScaled(ClassificationLoss.CrossEntropy(logits, labels, labelSmoothing), options.LabelWeight);
        return loss.MoveToOuterDisposeScope();
    }

    /// <summary>
    /// The distillation alone: T^2 x loss(logits / T, teacher / T). The gradient of a softened loss falls with 1 / T^2, so the factor keeps it
    /// comparable to that of labels (Hinton et al. 2015).
    /// </summary>
    /// <param name="options">The loss and its numbers.</param>
    /// <param name="logits">[N, classes] float32 or float64.</param>
    /// <param name="teacher">[N, classes] logits of the same type, without gradient.</param>
    /// <param name="labels">[N] int64; only <see cref="DistillationKind.Decoupled"/> reads them.</param>
    internal static Tensor Of(DistillationOptions options, Tensor logits, Tensor teacher, Tensor labels)
    {
        var temperature = options.Temperature;
        if (temperature == 1)
            return AtTemperatureOne(options, logits, teacher, labels);
        using var scope = NewDisposeScope();
        var loss = AtTemperatureOne(options, logits.Times(1 / temperature), teacher.Times(1 / temperature), labels);
        return loss.Times(temperature * temperature).MoveToOuterDisposeScope();
    }

    private static Tensor AtTemperatureOne(DistillationOptions options, Tensor logits, Tensor teacher, Tensor labels) => options.Loss switch
    {
        DistillationKind.SoftCrossEntropy => SoftCrossEntropy(logits, teacher),
        DistillationKind.AlphaDivergence => AlphaDivergence.Largest(logits, teacher, options.AlphaMinimum, options.AlphaMaximum, options.Clip),
        DistillationKind.Spherical => SphericalDistillation.Of(logits, teacher),
        DistillationKind.Decoupled => DecoupledDistillation.Of(logits, teacher, labels, options.TargetWeight, options.NonTargetWeight),
        _ => throw new InvalidOperationException($"Distillation {options.Loss} has no formula."),
    };

    private static Tensor SoftCrossEntropy(Tensor logits, Tensor teacher)
    {
        using var probabilities = functional.softmax(teacher, dim: 1);
        return ClassificationLoss.SoftCrossEntropy(logits, probabilities);
    }
}
