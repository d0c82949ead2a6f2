using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace PriorNas.SearchSpaces;

/// <summary>How an architecture is written.</summary>
public enum CodeFormat
{
    /// <summary>
    /// One digit a position: <c>1</c>, the depth of each stage, the stem's choice, then for each stage its maximal number of blocks times
    /// (inner choice, output choice); <c>00</c> for an inactive block. The format of the CVPR 2022 challenge, track 1.
    /// </summary>
    Digits,

    /// <summary>
    /// Channel counts joined by hyphens: the stem's, then (inner, output) for each block; <c>0-0</c> for an inactive block. The format
    /// of the CVPR 2021 challenge, track 1.
    /// </summary>
    Widths,
}

/// <summary>What a residual block consists of.</summary>
public enum BlockKind
{
    /// <summary>Two 3x3 convolutions (ResNet-18 and -34; He et al. 2016).</summary>
    Basic,

    /// <summary>1x1, 3x3 and 1x1 convolution, the stride on the 3x3 (ResNet-50 in the form of torchvision, "v1.5"). Both inner feature maps have the block's inner width.</summary>
    Bottleneck,
}

/// <summary>A space of elastic residual networks, as a file declares it.</summary>
internal sealed record SearchSpaceDeclaration
{
    /// <summary>What the space is called.</summary>
    public required string Name { get; init; }

    /// <summary>One or two sentences about it.</summary>
    public string? Description { get; init; }

    /// <summary>Height and width of the images in pixels.</summary>
    [Range(8, 1024)]
    public required int ImageSize { get; init; }

    /// <summary>Number of classes of the head.</summary>
    [Range(2, 1_000_000)]
    public required int Classes { get; init; }

    /// <summary>What a residual block consists of.</summary>
    public BlockKind Block { get; init; }

    /// <summary>How architectures are written.</summary>
    public CodeFormat Code { get; init; }

    /// <summary>The distinct numbers that the last position of a 'widths' code may hold, where the network does not use that position.</summary>
    [Length(1, 64)]
    public ImmutableArray<int>? UnusedCodeNumber { get; init; }

    /// <summary>What stands before the first stage.</summary>
    public required StemDeclaration Stem { get; init; }

    /// <summary>The stages, first to last.</summary>
    [Length(1, 9)]
    public required ImmutableArray<StageDeclaration> Stages { get; init; }
}

/// <summary>Widths either as channels, or as base times ratios, rounded to multiples of 8.</summary>
internal sealed record WidthsDeclaration
{
    /// <summary>Channel count of which the ratios are taken.</summary>
    [Range(1, 8192)]
    public int? Base { get; init; }

    /// <summary>Each above 0, at most 8.</summary>
    [Length(1, 64)]
    public ImmutableArray<double>? Ratios { get; init; }

    /// <summary>Channel counts as they are, 1 to 8192 each.</summary>
    [Length(1, 64)]
    public ImmutableArray<int>? Channels { get; init; }
}

/// <summary>What stands before the first stage.</summary>
internal sealed record StemDeclaration
{
    /// <summary>The layers of the stem.</summary>
    public required StemKind Kind { get; init; }

    /// <summary>Widths either as channels, or as base times ratios, rounded to multiples of 8. A choice is the 1-based position of a width.</summary>
    public required WidthsDeclaration Widths { get; init; }

    /// <summary>Its width is that of the first stage's output; the widths must be those of the first stage.</summary>
    public bool FollowsFirstStage { get; init; }

    /// <summary>What samplers draw from, where that is less than the network allows.</summary>
    public StageDomainDeclaration? Domain { get; init; }
}

/// <summary>A stage of residual blocks.</summary>
internal sealed record StageDeclaration
{
    /// <summary>Number of active blocks that the network allows.</summary>
    public required DepthDeclaration Depth { get; init; }

    /// <summary>Stride of the first block's first 3x3 convolution.</summary>
    [AllowedValues(1, 2)]
    public int Stride { get; init; } = 1;

    /// <summary>Which shortcuts have a 1x1 convolution and batch norm.</summary>
    public required ShortcutProjection Projection { get; init; }

    /// <summary>How the blocks choose their output widths.</summary>
    public OutputWidth Output { get; init; }

    /// <summary>Widths either as channels, or as base times ratios, rounded to multiples of 8. A choice is the 1-based position of a width.</summary>
    public required WidthsDeclaration Widths { get; init; }

    /// <summary>Channels between a block's convolutions, where these are not the widths; a bottleneck must have them.</summary>
    public WidthsDeclaration? InnerWidths { get; init; }

    /// <summary>What samplers draw from, where that is less than the network allows.</summary>
    public StageDomainDeclaration? Domain { get; init; }
}

/// <summary>A range of depths in blocks, both ends included.</summary>
internal sealed record DepthDeclaration
{
    /// <summary>Least number of active blocks.</summary>
    [Range(1, 9)]
    public required int Min { get; init; }

    /// <summary>Largest number of active blocks.</summary>
    [Range(1, 9)]
    public required int Max { get; init; }

    [JsonIgnore]
    public DepthRange Range => new(Min, Max);
}

/// <summary>What samplers draw from, where that is less than the network allows.</summary>
internal sealed record StageDomainDeclaration
{
    /// <summary>Numbers of active blocks; a stem has none.</summary>
    public DepthDeclaration? Depth { get; init; }

    /// <summary>Distinct choices, each the 1-based position of a width.</summary>
    [Length(1, 64)]
    public ImmutableArray<int>? Choices { get; init; }

    /// <summary>Distinct choices of the inner widths, each the 1-based position of one.</summary>
    [Length(1, 64)]
    public ImmutableArray<int>? InnerChoices { get; init; }
}
