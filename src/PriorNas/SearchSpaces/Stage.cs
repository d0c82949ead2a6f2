using System.Collections.Immutable;

namespace PriorNas.SearchSpaces;

/// <summary>Which blocks of a stage have a 1x1 convolution and batch norm on the shortcut.</summary>
public enum ShortcutProjection
{
    /// <summary>No block: the stage must keep the width and the size of what enters it.</summary>
    None,

    /// <summary>The first block of the stage.</summary>
    FirstBlock,

    /// <summary>Every block of the stage; a must where blocks choose their output widths apart.</summary>
    EveryBlock,
}

/// <summary>How the blocks of a stage choose their output widths.</summary>
public enum OutputWidth
{
    /// <summary>All active blocks of the stage have one output width.</summary>
    Shared,

    /// <summary>Each block has its own.</summary>
    PerBlock,
}

/// <summary>
/// One elastic stage of residual blocks. Widths are channel counts; a choice is the 1-based position of a width in <see cref="Widths"/> or
/// <see cref="InnerWidths"/>, which is the digit of the code. Immutable.
/// </summary>
public sealed class Stage
{
    internal Stage(
        int minimalDepth,
        int maximalDepth,
        int stride,
        ShortcutProjection projection,
        OutputWidth output,
        ImmutableArray<int> widths,
        ImmutableArray<int> innerWidths,
        DepthRange domainDepth,
        ImmutableArray<int> domainChoices,
        ImmutableArray<int> domainInnerChoices)
    {
        Depth = new DepthRange(minimalDepth, maximalDepth);
        Stride = stride;
        Projection = projection;
        Output = output;
        Widths = widths;
        InnerWidths = innerWidths;
        DomainDepth = domainDepth;
        DomainChoices = domainChoices;
        DomainInnerChoices = domainInnerChoices;
    }

    /// <summary>The numbers of active blocks that the network allows.</summary>
    public DepthRange Depth { get; }

    /// <summary>The stride of the first block's first 3x3 convolution: 1 or 2.</summary>
    public int Stride { get; }

    /// <summary>Which blocks project their shortcut.</summary>
    public ShortcutProjection Projection { get; }

    /// <summary>Whether the blocks share an output width.</summary>
    public OutputWidth Output { get; }

    /// <summary>Channel count of each choice of a block's output; two choices may round to the same count.</summary>
    public ImmutableArray<int> Widths { get; }

    /// <summary>Channel count of each choice between a block's convolutions; those of the output where the space declares no others.</summary>
    public ImmutableArray<int> InnerWidths { get; }

    /// <summary>The numbers of active blocks that samplers draw from.</summary>
    public DepthRange DomainDepth { get; }

    /// <summary>The choices (1-based) of a block's output that samplers draw from, ascending.</summary>
    public ImmutableArray<int> DomainChoices { get; }

    /// <summary>The choices (1-based) between a block's convolutions that samplers draw from, ascending.</summary>
    public ImmutableArray<int> DomainInnerChoices { get; }

    /// <summary>Whether the block of this index, 0-based, has a projection on its shortcut.</summary>
    public bool Projects(int block) => Projection == ShortcutProjection.EveryBlock || (Projection == ShortcutProjection.FirstBlock && block == 0);
}

/// <summary>A range of depths in blocks, both ends included.</summary>
public readonly record struct DepthRange(int Min, int Max)
{
    /// <summary>How many depths the range holds.</summary>
    public int Count => Max - Min + 1;

    /// <summary>Whether a depth lies in the range.</summary>
    public bool Contains(int depth) => depth >= Min && depth <= Max;

    /// <inheritdoc/>
    public override string ToString() => Min == Max ? $"{Min}" : $"{Min}..{Max}";
}
