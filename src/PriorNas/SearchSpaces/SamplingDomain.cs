using System.Collections.Immutable;

namespace PriorNas.SearchSpaces;

/// <summary>What samplers may draw from: depths and width choices within a space. Immutable.</summary>
public sealed class SamplingDomain
{
    private Architecture? largest;
    private Architecture? smallest;

    /// <param name="space">The space that it lies in.</param>
    /// <param name="stemChoices">Not read where the stem follows the first stage, whose choices are then the stem's.</param>
    /// <param name="stages">One for each stage of the space.</param>
    internal SamplingDomain(SearchSpace space, ImmutableArray<int> stemChoices, ImmutableArray<StageDomain> stages)
    {
        Space = space;
        StemChoices = space.Stem.FollowsFirstStage ? stages[0].Choices : stemChoices;
        Stages = stages;
    }

    /// <summary>The space that it lies in.</summary>
    public SearchSpace Space { get; }

    /// <summary>The choices (1-based) of the stem's width, ascending; those of the first stage's output where the stem follows it.</summary>
    public ImmutableArray<int> StemChoices { get; }

    /// <summary>What it allows of each stage, first to last.</summary>
    public ImmutableArray<StageDomain> Stages { get; }

    /// <summary>Its largest architecture.</summary>
    public Architecture Largest => largest ??= Extreme(widest: true);

    /// <summary>Its smallest architecture.</summary>
    public Architecture Smallest => smallest ??= Extreme(widest: false);

    /// <summary>The domain that a space declares.</summary>
    public static SamplingDomain Of(SearchSpace space)
    {
        ArgumentNullException.ThrowIfNull(space);
        return space.Domain;
    }

    /// <summary>
    /// The part of it that a phase of progressive shrinking samples (OFA, Cai et al. 2020): the deepest depths and the widest widths. A
    /// stage keeps its depths from max - round(<paramref name="depthShare"/> x (max - min)) on, and of n distinct channel counts the
    /// 1 + round(<paramref name="widthShare"/> x (n - 1)) largest, with all choices that have them. Halves round up.
    /// </summary>
    /// <param name="depthShare">0 for the deepest alone, to 1 for all depths.</param>
    /// <param name="widthShare">0 for the widest alone, to 1 for all widths.</param>
    /// <exception cref="ArgumentOutOfRangeException">A share is not in [0, 1].</exception>
    public SamplingDomain Shrunk(double depthShare, double widthShare)
    {
        CheckShare(depthShare, nameof(depthShare));
        CheckShare(widthShare, nameof(widthShare));
        return new SamplingDomain(
            Space,
            Widest(Space.Stem.Widths, StemChoices, widthShare),
            [.. Stages.Zip(Space.Stages, (allowed, stage) => new StageDomain(
                allowed.Depth with { Min = allowed.Depth.Max - Portion(depthShare, allowed.Depth.Max - allowed.Depth.Min) },
                Widest(stage.Widths, allowed.Choices, widthShare),
                Widest(stage.InnerWidths, allowed.InnerChoices, widthShare)))]);
    }

    /// <summary>Whether a sampler of the domain could draw an architecture; false for one of another space.</summary>
    public bool Contains(Architecture architecture)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        if (architecture.Space.Hash != Space.Hash || !StemChoices.Contains(architecture.Digits[Space.StemPosition]))
            return false;
        for (var stage = 0; stage < Stages.Length; stage++)
        {
            if (!Stages[stage].Depth.Contains(architecture.Depth(stage)))
                return false;
            for (var block = 0; block < architecture.Depth(stage); block++)
            {
                var inner = Space.InnerPosition(stage, block);
                if (!Stages[stage].InnerChoices.Contains(architecture.Digits[inner]) || !Stages[stage].Choices.Contains(architecture.Digits[inner + 1]))
                    return false;
            }
        }

        return true;
    }

    /// <summary>Everything that a code may name.</summary>
    internal static SamplingDomain OfNetwork(SearchSpace space) => new(
        space, All(space.Stem.Widths), [.. space.Stages.Select(stage => new StageDomain(stage.Depth, All(stage.Widths), All(stage.InnerWidths)))]);

    private Architecture Extreme(bool widest)
    {
        var digits = new byte[Space.PositionCount];
        digits[Space.StemPosition] = Extreme(Space.Stem.Widths, StemChoices, widest);
        for (var stage = 0; stage < Stages.Length; stage++)
        {
            var depth = widest ? Stages[stage].Depth.Max : Stages[stage].Depth.Min;
            digits[stage] = (byte)depth;
            var inner = Extreme(Space.Stages[stage].InnerWidths, Stages[stage].InnerChoices, widest);
            var output = Extreme(Space.Stages[stage].Widths, Stages[stage].Choices, widest);
            for (var block = 0; block < depth; block++)
                (digits[Space.InnerPosition(stage, block)], digits[Space.InnerPosition(stage, block) + 1]) = (inner, output);
        }

        if (Space.UnusedCodeNumbers.Length > 0)
            digits[^1] = 1;
        return new Architecture(Space, digits);
    }

    private static byte Extreme(ImmutableArray<int> widths, ImmutableArray<int> choices, bool widest) =>
        (byte)(widest ? choices.MaxBy(c => widths[c - 1]) : choices.MinBy(c => widths[c - 1]));

    private static ImmutableArray<int> All(ImmutableArray<int> widths) => [.. Enumerable.Range(1, widths.Length)];

    private static ImmutableArray<int> Widest(ImmutableArray<int> widths, ImmutableArray<int> choices, double share)
    {
        int[] distinct = [.. choices.Select(c => widths[c - 1]).Distinct().OrderDescending()];
        var narrowest = distinct[Portion(share, distinct.Length - 1)];
        return [.. choices.Where(c => widths[c - 1] >= narrowest)];
    }

    private static int Portion(double share, int whole) => (int)Math.Round(share * whole, MidpointRounding.AwayFromZero);

    private static void CheckShare(double share, string name)
    {
        if (!(share is >= 0 and <= 1))
            throw new ArgumentOutOfRangeException(name, share, "A share is a number from 0 to 1.");
    }
}
