using System.Collections.Immutable;

namespace PriorNas.SearchSpaces;

/// <summary>What stands before the first stage.</summary>
public enum StemKind
{
    /// <summary>3x3 convolution of stride 1, batch norm, activation.</summary>
    Conv3x3,

    /// <summary>7x7 convolution of stride 2, batch norm, activation, 3x3 max-pool of stride 2.</summary>
    Conv7x7MaxPool,
}

/// <summary>The elastic stem. Immutable.</summary>
public sealed class Stem
{
    internal Stem(StemKind kind, ImmutableArray<int> widths, bool followsFirstStage, ImmutableArray<int> domainChoices)
    {
        Kind = kind;
        Widths = widths;
        FollowsFirstStage = followsFirstStage;
        DomainChoices = domainChoices;
    }

    /// <summary>Its layers.</summary>
    public StemKind Kind { get; }

    /// <summary>Channel count of each choice.</summary>
    public ImmutableArray<int> Widths { get; }

    /// <summary>Whether its width is that of the first stage's output.</summary>
    public bool FollowsFirstStage { get; }

    /// <summary>The width choices (1-based) that samplers draw from, ascending.</summary>
    public ImmutableArray<int> DomainChoices { get; }

    /// <summary>Kernel size of the convolution, in pixels.</summary>
    public int Kernel => Kind == StemKind.Conv3x3 ? 3 : 7;

    /// <summary>Stride of the convolution.</summary>
    public int Stride => Kind == StemKind.Conv3x3 ? 1 : 2;

    /// <summary>Whether a 3x3 max-pool of stride 2 follows.</summary>
    public bool HasMaxPool => Kind == StemKind.Conv7x7MaxPool;
}
