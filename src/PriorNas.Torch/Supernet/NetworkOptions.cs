namespace PriorNas.Torch.Supernet;

/// <summary>Choices of the network that are not of the search space.</summary>
public sealed record NetworkOptions
{
    /// <summary>Between the convolutions of a block.</summary>
    public ActivationKind InnerActivation { get; init; } = ActivationKind.Relu;

    /// <summary>After the addition. Published finding: a smooth one ranks better, if the inner one stays ReLU.</summary>
    public ActivationKind OuterActivation { get; init; } = ActivationKind.Relu;
}
