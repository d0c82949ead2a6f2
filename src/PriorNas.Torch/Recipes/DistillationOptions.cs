using System.ComponentModel.DataAnnotations;

namespace PriorNas.Torch.Recipes;

/// <summary>Which network teaches the others.</summary>
public enum TeacherKind
{
    /// <summary>None: labels alone.</summary>
    None,

    /// <summary>The largest subnet of the same step teaches all others (in-place distillation, Yu and Huang 2019).</summary>
    InPlace,

    /// <summary>A trained network of a file teaches all subnets of the step.</summary>
    External,
}

/// <summary>What the smaller subnets learn from their teacher: weight x distillation + label weight x cross-entropy with labels.</summary>
public sealed record DistillationOptions
{
    /// <summary>Who teaches.</summary>
    public TeacherKind Teacher { get; init; } = TeacherKind.InPlace;

    /// <summary>
    /// The file of an external teacher, as <c>extract</c> and <c>train-alone --keep-weights</c> write it; a relative path counts from the recipe's
    /// own folder. It needs as many classes as the run.
    /// </summary>
    public string? Network { get; init; }

    /// <summary>The loss between a subnet and its teacher.</summary>
    public DistillationKind Loss { get; init; } = DistillationKind.SoftCrossEntropy;

    /// <summary>Both logits are divided by it, and the loss is multiplied by its square so that the gradient keeps its size.</summary>
    [Range(0, 1e6, MinimumIsExclusive = true)]
    public double Temperature { get; init; } = 1;

    /// <summary>Factor on the distillation loss.</summary>
    [Range(0, 1e6)]
    public double Weight { get; init; } = 1;

    /// <summary>Factor on the cross-entropy with labels that is added to the loss of each taught subnet; 0 for none.</summary>
    [Range(0, 1e6)]
    public double LabelWeight { get; init; }

    /// <summary>Alpha-divergence: the alpha that punishes a subnet less sure than its teacher, at most 100 in size.</summary>
    [Range(-100d, 100d)]
    public double AlphaMinimum { get; init; } = -1;

    /// <summary>Alpha-divergence: the alpha that punishes a subnet surer than its teacher, at most 100 in size.</summary>
    [Range(-100d, 100d)]
    public double AlphaMaximum { get; init; } = 1;

    /// <summary>Alpha-divergence: bound on the importance weights (teacher / subnet)^alpha; at least 1, their value where the two agree.</summary>
    [Range(1, 1e6)]
    public double Clip { get; init; } = 5;

    /// <summary>Decoupled: factor on the divergence between label and not label, DKD's alpha.</summary>
    [Range(0, 1e6)]
    public double TargetWeight { get; init; } = 1;

    /// <summary>Decoupled: factor on the divergence over the other classes, DKD's beta.</summary>
    [Range(0, 1e6)]
    public double NonTargetWeight { get; init; } = 8;
}
