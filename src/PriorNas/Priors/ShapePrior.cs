using System.Collections.Immutable;
using PriorNas.Files;
using PriorNas.SearchSpaces;

namespace PriorNas.Priors;

/// <summary>
/// A prior that is computed from the layers' shapes alone. All are deterministic and cost less than a look-up by canonical architecture would, so
/// they are not cached.
/// </summary>
public abstract class ShapePrior : Prior
{
    /// <summary>All of them, in the order in which they are shown.</summary>
    public static ImmutableArray<ShapePrior> All { get; } =
    [
        new FlopsPrior(), new PaddleFlopsPrior(), new ParamsPrior(), new PaddleParamsPrior(), new DepthPrior(),
        new ZenPrior(), new ZenResidualPrior(),
    ];

    /// <summary>The prior of a name.</summary>
    /// <exception cref="InputException">There is no such prior.</exception>
    public static ShapePrior Named(string name) => All.FirstOrDefault(p => p.Name == name)
        ?? throw new InputException($"prior '{name}' is unknown, it may be {string.Join(", ", All.Select(p => p.Name))}.");

    /// <summary>The score of a network's layers.</summary>
    public abstract double Score(NetworkShape network);

    /// <inheritdoc/>
    public override double Score(Architecture architecture) => Score(NetworkShape.Of(architecture));

    internal override double Score(Architecture architecture, NetworkShape network) => Score(network);
}
