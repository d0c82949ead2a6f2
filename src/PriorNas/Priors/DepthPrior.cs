using PriorNas.SearchSpaces;

namespace PriorNas.Priors;

/// <summary>Number of active residual blocks.</summary>
public sealed class DepthPrior : ShapePrior
{
    /// <inheritdoc/>
    public override string Name => "depth";

    /// <inheritdoc/>
    public override string Description => "active residual blocks";

    /// <inheritdoc/>
    public override double Score(NetworkShape network)
    {
        ArgumentNullException.ThrowIfNull(network);
        return network.Blocks.Length;
    }
}
