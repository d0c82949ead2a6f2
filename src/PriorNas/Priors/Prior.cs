using System.Collections.Immutable;
using PriorNas.Files;
using PriorNas.SearchSpaces;

namespace PriorNas.Priors;

/// <summary>
/// A cheap score of an architecture that needs no training. For all of them a higher score says: expected to be more accurate. All here
/// are deterministic and cost less than a look-up by canonical architecture would, so they are not cached.
/// </summary>
public abstract class Prior
{
    /// <summary>All priors, in the order in which they are shown.</summary>
    public static ImmutableArray<Prior> All { get; } =
    [
        new FlopsPrior(), new PaddleFlopsPrior(), new ParamsPrior(), new PaddleParamsPrior(), new DepthPrior(),
        new ZenPrior(), new ZenResidualPrior(),
    ];

    /// <summary>Its name on the command line and its key in files.</summary>
    public abstract string Name { get; }

    /// <summary>One sentence: what it is, and its unit.</summary>
    public abstract string Description { get; }

    /// <summary>The prior of a name.</summary>
    /// <exception cref="InputException">There is no such prior.</exception>
    public static Prior Named(string name) => All.FirstOrDefault(p => p.Name == name)
        ?? throw new InputException($"prior '{name}' is unknown, it may be {string.Join(", ", All.Select(p => p.Name))}.");

    /// <summary>The score of a network's layers.</summary>
    public abstract double Score(NetworkShape network);

    /// <summary>The score of an architecture.</summary>
    public double Score(Architecture architecture) => Score(NetworkShape.Of(architecture));
}
