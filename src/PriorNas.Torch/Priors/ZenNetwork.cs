using PriorNas.Randomness;
using PriorNas.SearchSpaces;
using PriorNas.Torch.Native;
using PriorNas.Torch.Supernet;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace PriorNas.Torch.Priors;

/// <summary>
/// A network of N(0, 1) weights without its pool and head: batch norms of weight 1 and bias 0 on the statistics of the batch, ReLU. Its
/// weights belong to the dispose scope in which it is made.
/// </summary>
internal sealed class ZenNetwork
{
    private readonly NetworkShape shape;
    private readonly Tensor stem;
    private readonly BlockWeights[] blocks;

    /// <param name="shape">Its layers.</param>
    /// <param name="keepsShortcuts">Whether what enters a block is added to what leaves it.</param>
    /// <param name="random">One stream for each convolution, so that taking the shortcuts out does not change the other weights.</param>
    internal ZenNetwork(NetworkShape shape, bool keepsShortcuts, RandomStream random)
    {
        this.shape = shape;
        stem = Weight(shape.Stem, random.Split("stem"));
        blocks = new BlockWeights[shape.Blocks.Length];
        for (var i = 0; i < blocks.Length; i++)
        {
            var block = shape.Blocks[i];
            blocks[i] = new BlockWeights(
                Weight(block.First, random.Split("first", i)),
                Weight(block.Second, random.Split("second", i)),
                block.Third is { } third ? Weight(third, random.Split("third", i)) : null,
                keepsShortcuts && block.Projection is { } projection ? Weight(projection, random.Split("projection", i)) : null,
                keepsShortcuts);
        }
    }

    /// <summary>The feature map that would enter the average pool, and the variance of each batch norm, mean over its channels.</summary>
    /// <param name="images">[N, 3, H, W] float32.</param>
    /// <returns>[N, final, H', W'], and a variance for each convolution of the network, that by which its norm divides.</returns>
    internal (Tensor Map, double[] Variances) Forward(Tensor images)
    {
        using var scope = NewDisposeScope();
        var variances = new List<double>();
        var map = Normalized(ChannelsLast.From(images), stem, shape.Stem.Stride, variances).relu_(); // [N, stem, H, W] or half of it
        if (shape.HasMaxPool)
            map = functional.max_pool2d(map, kernel_size: 3, stride: 2, padding: 1);
        for (var i = 0; i < blocks.Length; i++)
        {
            var input = map;
            map = Forward(input, shape.Blocks[i], blocks[i], variances); // [N, output, H', W']
            input.Dispose();
        }

        return (map.MoveToOuterDisposeScope(), [.. variances]);
    }

    private static Tensor Forward(Tensor input, BlockShape block, BlockWeights weights, List<double> variances)
    {
        using var scope = NewDisposeScope();
        var sum = Normalized(input, weights.First, block.First.Stride, variances);
        sum = Normalized(sum.relu_(), weights.Second, block.Second.Stride, variances);
        if (weights.Third is { } third)
            sum = Normalized(sum.relu_(), third, 1, variances);
        if (weights.KeepsShortcut)
            sum.AddInPlace(weights.Projection is { } projection ? Normalized(input, projection, block.Projection!.Value.Stride, variances) : input);
        return sum.relu_().MoveToOuterDisposeScope();
    }

    /// <summary>A convolution and its batch norm; adds the norm's variance.</summary>
    private static Tensor Normalized(Tensor input, Tensor weight, int stride, List<double> variances)
    {
        using var map = ElasticConv2d.Convolve(input, weight, stride);
        using var mean = zeros(map.size(1));
        using var variance = zeros(map.size(1));

        // A momentum of 1 leaves the batch's statistics, the variance unbiased; the norm divides by the biased one.
        var normalized = ElasticBatchNorm2d.Normalize(map, mean, variance, weight: null, bias: null, byBatch: true, momentum: 1);
        var elements = map.numel() / map.size(1);
        variances.Add(TensorNumbers.Mean(variance) * (elements - 1) / elements);
        return normalized;
    }

    private static Tensor Weight(ConvolutionShape convolution, RandomStream random) =>
        NormalNumbers.Draw(random, convolution.OutputChannels, convolution.InputChannels, convolution.Kernel, convolution.Kernel);

    private sealed record BlockWeights(Tensor First, Tensor Second, Tensor? Third, Tensor? Projection, bool KeepsShortcut);
}
