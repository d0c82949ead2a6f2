using PriorNas.SearchSpaces;

namespace PriorNas.Priors;

/// <summary>A cheap score of an architecture that needs no training. For all of them a higher score says: expected to be more accurate.</summary>
public abstract class Prior
{
    /// <summary>Its name on the command line and its key in files.</summary>
    public abstract string Name { get; }

    /// <summary>One sentence: what it is, and its unit.</summary>
    public abstract string Description { get; }

    /// <summary>Whether a score is a logarithm, of any sign; else it is above 0.</summary>
    public virtual bool IsLogarithm => false;

    /// <summary>The score of an architecture; the same for the same network.</summary>
    public abstract double Score(Architecture architecture);

    /// <summary>The scores of an architecture by several priors; its layers' shapes are computed once for all of them.</summary>
    /// <param name="architecture">The architecture.</param>
    /// <param name="priors">Any.</param>
    /// <returns>One score for each prior.</returns>
    public static double[] Scores(Architecture architecture, IReadOnlyCollection<Prior> priors)
    {
        ArgumentNullException.ThrowIfNull(priors);
        var network = NetworkShape.Of(architecture);
        return [.. priors.Select(prior => prior.Score(architecture, network))];
    }

    /// <summary>As <see cref="Score(Architecture)"/>, where the shapes of the architecture's layers are known.</summary>
    internal virtual double Score(Architecture architecture, NetworkShape network) => Score(architecture);
}
