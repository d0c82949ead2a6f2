using PriorNas.SearchSpaces;

namespace PriorNas.Priors;

/// <summary>Multiply-adds of the convolutions and the head for one image at the space's image size.</summary>
public sealed class FlopsPrior : ShapePrior
{
    /// <inheritdoc/>
    public override string Name => "flops";

    /// <inheritdoc/>
    public override string Description => "multiply-adds of convolutions and linear layer, one image";

    /// <inheritdoc/>
    public override double Score(NetworkShape network) => MultiplyAdds(network);

    /// <summary>The score as a whole number.</summary>
    public static long MultiplyAdds(NetworkShape network)
    {
        ArgumentNullException.ThrowIfNull(network);
        var total = network.Stem.MultiplyAdds + (long)network.FinalChannels * network.Classes;
        foreach (var block in network.Blocks)
            total += block.MultiplyAdds;
        return total;
    }
}

/// <summary>
/// FLOPs as the challenge's reference prints them (paddle.flops): multiply-adds of convolutions and linear layer, 2 for each element that
/// enters a batch norm, height x width + 1 for each channel of the average pool; activations and max-pool count nothing.
/// </summary>
public sealed class PaddleFlopsPrior : ShapePrior
{
    /// <inheritdoc/>
    public override string Name => "flops-paddle";

    /// <inheritdoc/>
    public override string Description => "FLOPs as paddle.flops counts them";

    /// <inheritdoc/>
    public override double Score(NetworkShape network)
    {
        var total = FlopsPrior.MultiplyAdds(network) + 2 * network.Stem.OutputElements
            + (long)network.FinalChannels * (network.FinalSize * network.FinalSize + 1);
        foreach (var block in network.Blocks)
            total += 2 * block.OutputElements;
        return total;
    }
}
