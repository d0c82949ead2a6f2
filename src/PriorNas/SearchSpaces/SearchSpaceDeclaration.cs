using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace PriorNas.SearchSpaces;

/// <summary>How an architecture is written.</summary>
public enum CodeFormat
{
    /// <summary>
    /// One digit a place: <c>1</c>, the depth of each stage, the stem's choice, then for each stage its maximal number of blocks times
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

    /// <summary>1x1, 3x3 and 1x1 convolution, the stride on the 3x3 (ResNet-50 in the form of torchvision, "v1.5"). Both inner maps have the block's inner width.</summary>
    Bottleneck,
}

/// <summary>The form of a search-space file. <see cref="SearchSpace"/> is what it means.</summary>
internal sealed record SearchSpaceDeclaration
{
    public required string Name { get; init; }

    public string? Description { get; init; }

    public required int ImageSize { get; init; }

    public required int Classes { get; init; }

    public BlockKind Block { get; init; }

    public CodeFormat Code { get; init; }

    public ImmutableArray<int>? UnusedCodeNumber { get; init; }

    public required StemDeclaration Stem { get; init; }

    public required ImmutableArray<StageDeclaration> Stages { get; init; }
}

/// <summary>Widths either as <c>channels</c> or as <c>base</c> times <c>ratios</c>, rounded to multiples of 8.</summary>
internal sealed record WidthsDeclaration
{
    public int? Base { get; init; }

    public ImmutableArray<double>? Ratios { get; init; }

    public ImmutableArray<int>? Channels { get; init; }
}

internal sealed record StemDeclaration
{
    public required StemKind Kind { get; init; }

    public required WidthsDeclaration Widths { get; init; }

    public bool FollowsFirstStage { get; init; }

    public StageDomainDeclaration? Domain { get; init; }
}

internal sealed record StageDeclaration
{
    public required DepthDeclaration Depth { get; init; }

    public int Stride { get; init; } = 1;

    public required ShortcutProjection Projection { get; init; }

    public OutputWidth Output { get; init; }

    public required WidthsDeclaration Widths { get; init; }

    public WidthsDeclaration? InnerWidths { get; init; }

    public StageDomainDeclaration? Domain { get; init; }
}

internal sealed record DepthDeclaration
{
    public required int Min { get; init; }

    public required int Max { get; init; }

    [JsonIgnore]
    public DepthRange Range => new(Min, Max);
}

/// <summary>What samplers draw from, where that is less than the network allows.</summary>
internal sealed record StageDomainDeclaration
{
    public DepthDeclaration? Depth { get; init; }

    public ImmutableArray<int>? Choices { get; init; }

    public ImmutableArray<int>? InnerChoices { get; init; }
}
