using System.Collections.Immutable;
using System.Numerics;

namespace PriorNas.SearchSpaces;

/// <summary>
/// One network of a search space: its depths and width choices. An immutable value, checked where it is made, equal by content.
/// </summary>
public sealed class Architecture : IEquatable<Architecture>
{
    /// <summary>
    /// Invariant: <see cref="SearchSpace.PositionCount"/> digits: the depth of each stage, the stem's choice, (inner, output) choices of
    /// each block with 0 for inactive ones, and the unused number's choice where the space has one.
    /// </summary>
    private readonly byte[] digits;

    internal Architecture(SearchSpace space, byte[] digits)
    {
        Space = space;
        this.digits = digits;
    }

    /// <summary>The space that it belongs to.</summary>
    public SearchSpace Space { get; }

    /// <summary>Its code, in the space's format.</summary>
    public string Code => ArchitectureCode.Format(this);

    /// <summary>Channels that leave the stem.</summary>
    public int StemChannels => Space.Stem.Widths[digits[Space.StemPosition] - 1];

    internal ReadOnlySpan<byte> Digits => digits;

    /// <summary>Number of active blocks of a stage.</summary>
    public int Depth(int stage) => digits[stage];

    /// <summary>Number of active blocks of all stages.</summary>
    public int TotalDepth()
    {
        var total = 0;
        for (var stage = 0; stage < Space.Stages.Length; stage++)
            total += digits[stage];
        return total;
    }

    /// <summary>Channels between the convolutions of an active block (indices 0-based); both inner feature maps of a bottleneck have them.</summary>
    public int InnerChannels(int stage, int block) => Space.Stages[stage].InnerWidths[digits[Space.InnerPosition(stage, block)] - 1];

    /// <summary>Channels that leave an active block (indices 0-based).</summary>
    public int OutputChannels(int stage, int block) => Space.Stages[stage].Widths[digits[Space.InnerPosition(stage, block) + 1] - 1];

    /// <summary>The same network written with the lowest choices: two codes are the same network exactly if their canonical forms are equal.</summary>
    public Architecture Canonical()
    {
        var canonical = (byte[])digits.Clone();
        canonical[Space.StemPosition] = LowestChoice(Space.Stem.Widths, canonical[Space.StemPosition]);
        for (var stage = 0; stage < Space.Stages.Length; stage++)
        {
            for (var block = 0; block < Depth(stage); block++)
            {
                var inner = Space.InnerPosition(stage, block);
                canonical[inner] = LowestChoice(Space.Stages[stage].InnerWidths, canonical[inner]);
                canonical[inner + 1] = LowestChoice(Space.Stages[stage].Widths, canonical[inner + 1]);
            }
        }

        if (Space.UnusedCodeNumbers.Length > 0)
            canonical[^1] = 1;
        return new Architecture(Space, canonical);
    }

    /// <summary>How many codes, this one included, name the same network.</summary>
    public BigInteger CountCodes()
    {
        BigInteger count = Math.Max(1, Space.UnusedCodeNumbers.Length);
        if (!Space.Stem.FollowsFirstStage)
            count *= Space.Stem.Widths.Count(w => w == StemChannels);
        for (var stage = 0; stage < Space.Stages.Length; stage++)
        {
            var declared = Space.Stages[stage];
            for (var block = 0; block < Depth(stage); block++)
            {
                count *= declared.InnerWidths.Count(w => w == InnerChannels(stage, block));

                // A shared output, and a stem that follows it, is one choice that several positions repeat.
                if (block == 0 || declared.Output == OutputWidth.PerBlock)
                    count *= declared.Widths.Count(w => w == OutputChannels(stage, block));
            }
        }

        return count;
    }

    /// <summary>What each part of its code means, first to last.</summary>
    public ImmutableArray<CodePart> ExplainCode() => CodeExplanation.Of(this);

    /// <summary>In how many positions after the depths the codes differ (the published measure for choosing pairs).</summary>
    /// <exception cref="ArgumentException">The other is of another space.</exception>
    public int HammingDistance(Architecture other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other.Space.Hash != Space.Hash)
            throw new ArgumentException($"The architecture is of space '{other.Space.Name}', not '{Space.Name}'.", nameof(other));
        var distance = 0;
        for (var i = Space.Stages.Length; i < digits.Length; i++)
        {
            if (digits[i] != other.digits[i])
                distance++;
        }

        return distance;
    }

    /// <summary>Whether a sampler of the domain that the space declares could draw it.</summary>
    public bool IsInDomain() => Space.Domain.Contains(this);

    /// <inheritdoc/>
    public bool Equals(Architecture? other) => other is not null && other.Space.Hash == Space.Hash && digits.AsSpan().SequenceEqual(other.digits);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Architecture);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(digits);
        return hash.ToHashCode();
    }

    /// <inheritdoc/>
    public override string ToString() => Code;

    private static byte LowestChoice(ImmutableArray<int> widths, int choice) => (byte)(widths.IndexOf(widths[choice - 1]) + 1);
}
