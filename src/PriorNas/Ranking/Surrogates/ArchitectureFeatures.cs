using System.Collections.Immutable;
using PriorNas.SearchSpaces;

namespace PriorNas.Ranking.Surrogates;

/// <summary>Which features describe an architecture.</summary>
public enum FeatureFamily
{
    /// <summary>The depth of each stage, which blocks are active, and two features of each width.</summary>
    Widths,

    /// <summary>As <see cref="Widths"/>, with products of the features of layers that are next to each other.</summary>
    WidthsAndProducts,
}

/// <summary>
/// An architecture of any space as a vector of numbers, for regressions of scores. A width has two features, its logarithm and its inverse:
/// a loss that falls by a power of the width is close to a sum of both. Each is centred over the widths that the space has at that position,
/// and is 0 where the block is not active, so that the active blocks' own features, 0 or 1, say what a block is worth at its average width.
/// What the space couples (a shared output, a stem that follows the first stage) is described once; what the network does not use, not at all.
/// </summary>
public sealed class ArchitectureFeatures
{
    private readonly SearchSpace space;
    private readonly ImmutableArray<(string Name, Func<Architecture, double> Value)> features;

    /// <summary>The features of a space.</summary>
    /// <param name="space">The space of the architectures.</param>
    /// <param name="family">Which features.</param>
    public ArchitectureFeatures(SearchSpace space, FeatureFamily family)
    {
        ArgumentNullException.ThrowIfNull(space);
        this.space = space;
        features = [.. Of(space, family == FeatureFamily.WidthsAndProducts)];
        Names = [.. features.Select(feature => feature.Name)];
    }

    /// <summary>What each feature is, such as <c>stage 2, block 1, inner: log</c>.</summary>
    public ImmutableArray<string> Names { get; }

    /// <summary>The number of features, those included that are the same for all architectures.</summary>
    public int Count => features.Length;

    /// <summary>The features of an architecture, without unit: logarithms are natural, inverses are in units of the mean inverse.</summary>
    /// <param name="architecture">An architecture of the space.</param>
    /// <returns><see cref="Count"/> finite numbers.</returns>
    /// <exception cref="ArgumentException">The architecture is of another space.</exception>
    public double[] Of(Architecture architecture)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        if (architecture.Space.Hash != space.Hash)
            throw new ArgumentException($"The architecture is of space '{architecture.Space.Name}', not '{space.Name}'.", nameof(architecture));
        var values = new double[features.Length];
        for (var i = 0; i < values.Length; i++)
            values[i] = features[i].Value(architecture);
        return values;
    }

    private static IEnumerable<(string Name, Func<Architecture, double> Value)> Of(SearchSpace space, bool products)
    {
        var input = space.Stem.FollowsFirstStage ? Output(space, 0) : new Position("stem", space.Stem.Widths, architecture => architecture.StemChannels);
        if (!space.Stem.FollowsFirstStage)
        {
            foreach (var feature in input.Features())
                yield return feature;
        }

        for (var stage = 0; stage < space.Stages.Length; stage++)
        {
            foreach (var feature in OfStage(space, stage, input, products))
                yield return feature;
            input = Output(space, stage);
        }
    }

    private static IEnumerable<(string Name, Func<Architecture, double> Value)> OfStage(SearchSpace space, int stage, Position input, bool products)
    {
        var declared = space.Stages[stage];
        var name = $"stage {stage + 1}";
        var middle = 0.5 * (declared.Depth.Min + declared.Depth.Max);
        var depth = new Func<Architecture, double>(architecture => architecture.Depth(stage) - middle);
        yield return ($"{name}: depth", depth);
        var shared = declared.Output == OutputWidth.Shared ? Output(space, stage) : null;
        if (shared is not null)
        {
            foreach (var feature in shared.Features())
                yield return feature;
            if (products)
                yield return ($"{name}: depth x log", architecture => depth(architecture) * shared.Log(architecture));
        }

        for (var block = 0; block < declared.Depth.Max; block++)
        {
            var position = block;
            var inner = new Position($"{name}, block {block + 1}, inner", declared.InnerWidths, a => position < a.Depth(stage) ? a.InnerChannels(stage, position) : null);
            var output = shared ?? new Position($"{name}, block {block + 1}, output", declared.Widths, a => position < a.Depth(stage) ? a.OutputChannels(stage, position) : null);
            if (block >= declared.Depth.Min)
                yield return ($"{name}, block {block + 1}: active", architecture => position < architecture.Depth(stage) ? 1 : 0);
            foreach (var feature in inner.Features().Concat(shared is null ? output.Features() : []).Concat(products ? Products(input, inner, output) : []))
                yield return feature;
            input = output;
        }
    }

    /// <summary>What leaves a stage: the output of its last active block.</summary>
    private static Position Output(SearchSpace space, int stage) => new(
        $"stage {stage + 1}, output", space.Stages[stage].Widths, architecture => architecture.OutputChannels(stage, architecture.Depth(stage) - 1));

    /// <summary>The two convolutions of a block and its shortcut; 0 where the block is not active.</summary>
    private static IEnumerable<(string Name, Func<Architecture, double> Value)> Products(Position input, Position inner, Position output)
    {
        yield return ($"{inner.Name}: log x log of its input", architecture => input.Log(architecture) * inner.Log(architecture));
        if (input.Name == output.Name)
            yield break;
        yield return ($"{inner.Name}: log x log of its output", architecture => inner.Log(architecture) * output.Log(architecture));
        yield return ($"{output.Name}: log x log of the input", architecture => inner.IsActive(architecture) ? input.Log(architecture) * output.Log(architecture) : 0);
    }

    /// <summary>A position that has a width.</summary>
    /// <param name="name">What it is called.</param>
    /// <param name="widths">The widths that it may have.</param>
    /// <param name="channels">Its width in an architecture, or null where it is not active.</param>
    private sealed class Position(string name, ImmutableArray<int> widths, Func<Architecture, int?> channels)
    {
        private readonly double meanLog = widths.Average(width => Math.Log(width));
        private readonly double meanInverse = widths.Average(width => 1.0 / width);

        internal string Name => name;

        internal bool IsActive(Architecture architecture) => channels(architecture) is not null;

        internal double Log(Architecture architecture) => channels(architecture) is { } width ? Math.Log(width) - meanLog : 0;

        internal IEnumerable<(string Name, Func<Architecture, double> Value)> Features() =>
        [
            ($"{name}: log", Log),
            ($"{name}: inverse", architecture => channels(architecture) is { } width ? 1 / (width * meanInverse) - 1 : 0),
        ];
    }
}
