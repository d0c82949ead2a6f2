namespace PriorNas.SearchSpaces;

/// <summary>The shape of one convolution with same-padding (kernel / 2), followed by batch norm.</summary>
/// <param name="Kernel">Kernel height and width, odd, in pixels.</param>
/// <param name="InputChannels">Channels that enter.</param>
/// <param name="OutputChannels">Channels that leave.</param>
/// <param name="InputSize">Height and width of the feature map that enters, in pixels.</param>
/// <param name="Stride">1 or 2.</param>
public readonly record struct ConvolutionShape(int Kernel, int InputChannels, int OutputChannels, int InputSize, int Stride)
{
    /// <summary>Height and width of the feature map that leaves, in pixels.</summary>
    public int OutputSize => (InputSize - 1) / Stride + 1;

    /// <summary>Number of weights (no bias).</summary>
    public long Weights => (long)Kernel * Kernel * InputChannels * OutputChannels;

    /// <summary>Elements of the feature map that leaves, for one image.</summary>
    public long OutputElements => (long)OutputChannels * OutputSize * OutputSize;

    /// <summary>Multiply-adds for one image, the zeros of the padding included.</summary>
    public long MultiplyAdds => Weights * OutputSize * OutputSize;
}

/// <summary>The shapes of one residual block; an inner activation follows each convolution but the last, which the addition follows.</summary>
/// <param name="First">The first convolution: 3x3, of a bottleneck 1x1.</param>
/// <param name="Second">The second convolution, 3x3; the last one of a basic block.</param>
/// <param name="Projection">The 1x1 convolution of the shortcut, or null where the shortcut is the identity.</param>
/// <param name="Third">The last convolution of a bottleneck, 1x1; null for a basic block.</param>
public readonly record struct BlockShape(ConvolutionShape First, ConvolutionShape Second, ConvolutionShape? Projection, ConvolutionShape? Third = null)
{
    /// <summary>The convolution before the addition.</summary>
    public ConvolutionShape Last => Third ?? Second;

    /// <summary>Number of weights of all its convolutions.</summary>
    public long Weights => First.Weights + Second.Weights + (Third?.Weights ?? 0) + (Projection?.Weights ?? 0);

    /// <summary>Channels of all its batch norms.</summary>
    public long NormChannels => First.OutputChannels + Second.OutputChannels + (Third?.OutputChannels ?? 0) + (Projection?.OutputChannels ?? 0);

    /// <summary>Elements that leave all its convolutions, for one image.</summary>
    public long OutputElements => First.OutputElements + Second.OutputElements + (Third?.OutputElements ?? 0) + (Projection?.OutputElements ?? 0);

    /// <summary>Multiply-adds of all its convolutions for one image.</summary>
    public long MultiplyAdds => First.MultiplyAdds + Second.MultiplyAdds + (Third?.MultiplyAdds ?? 0) + (Projection?.MultiplyAdds ?? 0);

    /// <summary>The shapes of a block.</summary>
    /// <param name="kind">What it consists of.</param>
    /// <param name="input">Channels that enter.</param>
    /// <param name="inner">Channels between its convolutions.</param>
    /// <param name="output">Channels that leave.</param>
    /// <param name="size">Height and width of the feature map that enters, in pixels.</param>
    /// <param name="stride">Of its first 3x3 convolution and of its projection.</param>
    /// <param name="projects">Whether its shortcut has a projection.</param>
    internal static BlockShape Of(BlockKind kind, int input, int inner, int output, int size, int stride, bool projects)
    {
        ConvolutionShape? projection = projects ? new ConvolutionShape(1, input, output, size, stride) : null;
        if (kind == BlockKind.Basic)
        {
            var first = new ConvolutionShape(3, input, inner, size, stride);
            return new BlockShape(first, new ConvolutionShape(3, inner, output, first.OutputSize, 1), projection);
        }

        var second = new ConvolutionShape(3, inner, inner, size, stride);
        return new BlockShape(new ConvolutionShape(1, input, inner, size, 1), second, projection, new ConvolutionShape(1, inner, output, second.OutputSize, 1));
    }
}

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
    public int FinalChannels => blocks[^1].Last.OutputChannels;

    /// <summary>Height and width of the feature map that enters the average pool, in pixels.</summary>
    public int FinalSize => blocks[^1].Last.OutputSize;

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
                var shape = BlockShape.Of(space.Block, channels, architecture.InnerChannels(stage, block), output, size, stride, space.Stages[stage].Projects(block));
                blocks[next++] = shape;
                (channels, size) = (output, shape.Last.OutputSize);
            }
        }

        return new NetworkShape(stem, space.Stem.HasMaxPool, blocks, space.Classes);
    }
}
