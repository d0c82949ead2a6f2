namespace PriorNas.Torch.Recipes;

/// <summary>How a subnet learns from its teacher.</summary>
public enum DistillationKind
{
    /// <summary>Cross-entropy to the teacher's probabilities (Hinton et al. 2015).</summary>
    SoftCrossEntropy,

    /// <summary>The larger of two alpha-divergences, so that the subnet neither over- nor underestimates its teacher's doubt (AlphaNet, Wang et al. 2021).</summary>
    AlphaDivergence,

    /// <summary>Only the direction of the logits is taught, not their length (Spherical KD, Guo et al. 2020).</summary>
    Spherical,

    /// <summary>The label's probability and the distribution over the other classes are taught apart (DKD, Zhao et al. 2022).</summary>
    Decoupled,
}
