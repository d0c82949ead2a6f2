namespace PriorNas.SearchSpaces;

/// <summary>The shape of one convolution with same-padding (kernel / 2), followed by batch norm.</summary>
/// <param name="Kernel">Kernel height and width, odd, in pixels.</param>
/// <param name="InputChannels">Channels that enter.</param>
/// <param name="OutputChannels">Channels that leave.</param>
/// <param name="InputSize">Height and width of the map that enters, in pixels.</param>
/// <param name="Stride">1 or 2.</param>
public readonly record struct ConvolutionShape(int Kernel, int InputChannels, int OutputChannels, int InputSize, int Stride)
{
    /// <summary>Height and width of the map that leaves, in pixels.</summary>
    public int OutputSize => (InputSize - 1) / Stride + 1;

    /// <summary>Number of weights (no bias).</summary>
    public long Weights => (long)Kernel * Kernel * InputChannels * OutputChannels;

    /// <summary>Elements of the map that leaves, for one image.</summary>
    public long OutputElements => (long)OutputChannels * OutputSize * OutputSize;

    /// <summary>Multiply-adds for one image, the zeros of the padding included.</summary>
    public long MultiplyAdds => Weights * OutputSize * OutputSize;
}

/// <summary>The shapes of one residual block.</summary>
/// <param name="First">The convolution before the inner activation.</param>
/// <param name="Second">The convolution before the addition.</param>
/// <param name="Projection">The 1x1 convolution of the shortcut, or null where the shortcut is the identity.</param>
public readonly record struct BlockShape(ConvolutionShape First, ConvolutionShape Second, ConvolutionShape? Projection);

/// <summary>The layers of one architecture at its space's image size: what every prior is computed from. Immutable.</summary>
public sealed class NetworkShape
{
    private readonly BlockShape[] blocks;

    private NetworkShape(ConvolutionShape stem, bool hasMaxPool, BlockShape[] blocks, int classes)
    {
        Stem = stem;
        HasMaxPool = hasMaxPool;
        this.blocks = blocks;
        Classes = classes;
    }

    /// <summary>The stem's convolution.</summary>
    public ConvolutionShape Stem { get; }

    /// <summary>Whether a 3x3 max-pool of stride 2 follows the stem.</summary>
    public bool HasMaxPool { get; }

    /// <summary>The active blocks of all stages, first to last.</summary>
    public ReadOnlySpan<BlockShape> Blocks => blocks;

    /// <summary>Channels that enter the head.</summary>
    public int FinalChannels => blocks[^1].Second.OutputChannels;

    /// <summary>Height and width of the map that enters the average pool, in pixels.</summary>
    public int FinalSize => blocks[^1].Second.OutputSize;

    /// <summary>Outputs of the head.</summary>
    public int Classes { get; }

    /// <summary>Weights and biases of the head.</summary>
    public long HeadParameters => ((long)FinalChannels + 1) * Classes;

    /// <summary>The layers of an architecture.</summary>
    public static NetworkShape Of(Architecture architecture)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        var space = architecture.Space;
        var stem = new ConvolutionShape(space.Stem.Kernel, 3, architecture.StemChannels, space.ImageSize, space.Stem.Stride);
        var size = space.Stem.HasMaxPool ? (stem.OutputSize - 1) / 2 + 1 : stem.OutputSize;
        var channels = stem.OutputChannels;
        var blocks = new BlockShape[architecture.TotalDepth()];
        var next = 0;
        for (var stage = 0; stage < space.Stages.Length; stage++)
        {
            for (var block = 0; block < architecture.Depth(stage); block++)
            {
                var stride = block == 0 ? space.Stages[stage].Stride : 1;
                var output = architecture.OutputChannels(stage, block);
                var first = new ConvolutionShape(3, channels, architecture.InnerChannels(stage, block), size, stride);
                var second = new ConvolutionShape(3, first.OutputChannels, output, first.OutputSize, 1);
                ConvolutionShape? projection = space.Stages[stage].Projects(block) ? new ConvolutionShape(1, channels, output, size, stride) : null;
                blocks[next++] = new BlockShape(first, second, projection);
                (channels, size) = (output, second.OutputSize);
            }
        }

        return new NetworkShape(stem, space.Stem.HasMaxPool, blocks, space.Classes);
    }
}
