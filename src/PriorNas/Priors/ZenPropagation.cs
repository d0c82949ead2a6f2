using PriorNas.SearchSpaces;

namespace PriorNas.Priors;

/// <summary>
/// The forward pass of the Zen-score on moments instead of images: the network with normal weights of variance 1, batch norms on the
/// statistics of the batch and ReLU, for inputs x ~ N(0, 1) and x' = x + 0.01 N(0, 1).
/// </summary>
internal static class ZenPropagation
{
    /// <summary>Standard deviation of what is added to the input (Lin et al. 2021, algorithm 1).</summary>
    private const double Perturbation = 0.01;

    /// <summary>
    /// The logarithm of the L1 distance of the two feature maps before the average pool, plus that of the standard deviation that each batch norm
    /// divides by.
    /// </summary>
    internal static double Score(NetworkShape network, bool keepsShortcuts)
    {
        ArgumentNullException.ThrowIfNull(network);
        var score = 0.0;
        var images = new ZenMoments(Mean: 0, Variance: 1, SquaredDistance: Perturbation * Perturbation);
        var stem = Normalised(images, network.Stem, ref score);
        var map = network.HasMaxPool ? stem.RectifiedMaxPool(network.Stem.OutputSize) : stem.Rectified();
        var sum = stem;
        foreach (var block in network.Blocks)
        {
            var inner = Normalised(map, block.First, ref score).Rectified();
            sum = Normalised(inner, block.Second, ref score);
            if (block.Third is { } third)
                sum = Normalised(sum.Rectified(), third, ref score);
            if (keepsShortcuts)
                sum = sum.Plus(block.Projection is { } projection ? Normalised(map, projection, ref score) : map);
            map = sum.Rectified();
        }

        return score + Math.Log((double)network.FinalChannels * network.FinalSize * network.FinalSize * sum.RectifiedDistance());
    }

    /// <summary>A convolution and its batch norm; the logarithm of the standard deviation that the norm divides by is added to the score.</summary>
    private static ZenMoments Normalised(ZenMoments map, ConvolutionShape convolution, ref double score)
    {
        var (taps, squaredTaps) = ZenTaps.Of(convolution);
        // The norm subtracts the mean over images and positions, given the weights. What is left of the input's mean is its variation
        // over the positions: at the border some taps lie outside.
        var secondMoment = map.Variance + map.Mean * map.Mean;
        var variance = convolution.InputChannels * (taps * secondMoment - squaredTaps * map.Mean * map.Mean);
        score += 0.5 * Math.Log(variance);
        // Two independent feature maps of variance 1 are sqrt(2) apart; no further do the two inputs lead.
        return new ZenMoments(Mean: 0, Variance: 1, Math.Min(2, convolution.InputChannels * taps * map.SquaredDistance / variance));
    }
}
