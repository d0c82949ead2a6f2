using PriorNas.SearchSpaces;

namespace PriorNas.Priors;

/// <summary>Trainable parameters: weights of convolutions, weight and bias of batch norms and of the head (with ReLU, which has none).</summary>
public sealed class ParamsPrior : ShapePrior
{
    /// <inheritdoc/>
    public override string Name => "params";

    /// <inheritdoc/>
    public override string Description => "trainable parameters";

    /// <inheritdoc/>
    public override double Score(NetworkShape network) => Count(network, ofBatchNormChannel: 2);

    /// <summary>Parameters, with a number of them for each channel of a batch norm.</summary>
    internal static long Count(NetworkShape network, int ofBatchNormChannel)
    {
        ArgumentNullException.ThrowIfNull(network);
        var total = network.Stem.Weights + (long)ofBatchNormChannel * network.Stem.OutputChannels + network.HeadParameters;
        foreach (var block in network.Blocks)
            total += block.Weights + ofBatchNormChannel * block.NormChannels;
        return total;
    }
}

/// <summary>Parameters as the challenge's reference prints them: those of <see cref="ParamsPrior"/> and the running statistics of the batch norms.</summary>
public sealed class PaddleParamsPrior : ShapePrior
{
    /// <inheritdoc/>
    public override string Name => "params-paddle";

    /// <inheritdoc/>
    public override string Description => "parameters with batch-norm statistics, as the challenge's reference counts them";

    /// <inheritdoc/>
    public override double Score(NetworkShape network) => ParamsPrior.Count(network, ofBatchNormChannel: 4);
}
