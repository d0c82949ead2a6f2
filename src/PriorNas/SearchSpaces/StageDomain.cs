using System.Collections.Immutable;

namespace PriorNas.SearchSpaces;

/// <summary>What a <see cref="SamplingDomain"/> allows of one stage. Immutable.</summary>
public sealed class StageDomain
{
    internal StageDomain(DepthRange depth, ImmutableArray<int> choices, ImmutableArray<int> innerChoices)
    {
        Depth = depth;
        Choices = choices;
        InnerChoices = innerChoices;
    }

    /// <summary>The numbers of active blocks.</summary>
    public DepthRange Depth { get; }

    /// <summary>The choices (1-based) of a block's output, ascending, at least one.</summary>
    public ImmutableArray<int> Choices { get; }

    /// <summary>The choices (1-based) between a block's convolutions, ascending, at least one.</summary>
    public ImmutableArray<int> InnerChoices { get; }
}
