using System.ComponentModel.DataAnnotations;

namespace PriorNas.Torch.Supernet;

/// <summary>
/// From which distribution the weights of a convolution [out, in, k, k] are drawn. Batch norms take their size out of the forward pass, but the smaller
/// the weights, the farther a step of the same learning rate turns them.
/// </summary>
public enum ConvolutionInitialization
{
    /// <summary>Normal with variance 2 / (k² out) (He et al. 2015).</summary>
    NormalFanOut,

    /// <summary>Uniform within 1 / sqrt(k² in), as PyTorch starts; for in = out a standard deviation 2.4 times smaller than that of normal-fan-out.</summary>
    UniformFanIn,
}

/// <summary>Choices of the network that are not of the search space.</summary>
public sealed record NetworkOptions
{
    /// <summary>Between the convolutions of a block.</summary>
    public ActivationKind InnerActivation { get; init; } = ActivationKind.Relu;

    /// <summary>After the addition. Published finding: a smooth one ranks better, if the inner one stays ReLU.</summary>
    public ActivationKind OuterActivation { get; init; } = ActivationKind.Relu;

    /// <summary>Ends the residual branch of each block; priors count neither its weights nor its multiply-adds.</summary>
    public AdapterKind Adapter { get; init; } = AdapterKind.None;

    /// <summary>
    /// Probability with which a training pass drops the residual branch of a block, for each image apart; kept ones are scaled by 1 / (1 - rate)
    /// (Huang et al. 2016, Larsson et al. 2017). Evaluation and recalibration drop nothing.
    /// </summary>
    [Range(0d, 1d, MaximumIsExclusive = true)]
    public double DropPath { get; init; }

    /// <summary>
    /// Give each batch norm of a supernet a set of weight, bias and running statistics for each width that the search space allows at its position
    /// (Yu et al. 2019); a network alone has one set in any case.
    /// </summary>
    public bool SwitchableBatchNorm { get; init; }

    /// <summary>The random weights that convolutions start with, where a run does not start with trained ones.</summary>
    public ConvolutionInitialization Initialization { get; init; } = ConvolutionInitialization.NormalFanOut;

    /// <summary>Start the last batch norm of each residual branch with a weight of 0, so that each block starts as its shortcut (Goyal et al. 2017).</summary>
    public bool ZeroInitLastBatchNorm { get; init; }
}
