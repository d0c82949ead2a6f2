using PriorNas.Randomness;
using static TorchSharp.torch;

namespace PriorNas.Torch.Supernet;

/// <summary>
/// Stochastic depth of single images (Huang et al. 2016; drop-path in Larsson et al. 2017): in training a residual branch is left out at
/// random, so that the block is its shortcut alone.
/// </summary>
internal static class DropPath
{
    /// <summary>Drops the branch of each image with some probability and scales the kept ones, so that the expectation stays.</summary>
    /// <param name="residual">[N, C, H, W].</param>
    /// <param name="rate">The probability, 0 to below 1.</param>
    /// <param name="random">One number is drawn for each image.</param>
    /// <returns>[N, C, H, W], each image 0 or scaled by 1 / (1 - rate), in the memory order of the input.</returns>
    internal static Tensor Apply(Tensor residual, double rate, RandomStream random)
    {
        var factors = new float[residual.size(0)];
        for (var image = 0; image < factors.Length; image++)
            factors[image] = random.NextDouble() < rate ? 0 : (float)(1 / (1 - rate));
        using var mask = tensor(factors, [factors.Length, 1, 1, 1], dtype: residual.dtype);
        return residual * mask;
    }
}
