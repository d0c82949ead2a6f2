using System.ComponentModel.DataAnnotations;

namespace PriorNas.Torch.Training;

/// <summary>What the smaller nets learn from their teacher: weight x distillation + label weight x cross-entropy with labels.</summary>
public sealed record DistillationOptions
{
    /// <summary>The loss between a net and its teacher.</summary>
    public DistillationKind Loss { get; init; } = DistillationKind.SoftCrossEntropy;

    /// <summary>Both logits are divided by it, and the loss is multiplied by its square so that the gradient keeps its size.</summary>
    [Range(0, double.PositiveInfinity, MinimumIsExclusive = true)]
    public double Temperature { get; init; } = 1;

    /// <summary>Factor on the distillation loss.</summary>
    [Range(0, double.PositiveInfinity)]
    public double Weight { get; init; } = 1;

    /// <summary>Factor on the cross-entropy with labels that is added to the loss of each taught net; 0 for none.</summary>
    [Range(0, double.PositiveInfinity)]
    public double LabelWeight { get; init; }

    /// <summary>Alpha-divergence: the alpha that punishes a net less sure than its teacher, at most 100 in size.</summary>
    [Range(-100d, 100d)]
    public double AlphaMinimum { get; init; } = -1;

    /// <summary>Alpha-divergence: the alpha that punishes a net surer than its teacher, at most 100 in size.</summary>
    [Range(-100d, 100d)]
    public double AlphaMaximum { get; init; } = 1;

    /// <summary>Alpha-divergence: bound on the importance weights (teacher / net)^alpha; at least 1, their value where the two agree.</summary>
    [Range(1, double.PositiveInfinity)]
    public double Clip { get; init; } = 5;

    /// <summary>Decoupled: factor on the divergence between label and not label, DKD's alpha.</summary>
    [Range(0, double.PositiveInfinity)]
    public double TargetWeight { get; init; } = 1;

    /// <summary>Decoupled: factor on the divergence over the other classes, DKD's beta.</summary>
    [Range(0, double.PositiveInfinity)]
    public double NonTargetWeight { get; init; } = 8;
}
