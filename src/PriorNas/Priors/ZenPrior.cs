using PriorNas.SearchSpaces;

namespace PriorNas.Priors;

/// <summary>
/// Zen-score of the network without its shortcuts (Lin et al. 2021, section 3), in closed form: what the score of random weights and
/// random inputs converges to, computed from the shapes alone. docs/decisions/closed-form-zen.md derives it and gives its agreement with
/// the sampled score.
/// </summary>
public sealed class ZenPrior : ShapePrior
{
    /// <inheritdoc/>
    public override string Name => "zen";

    /// <inheritdoc/>
    public override string Description => "Zen-score without shortcuts, in closed form (a natural logarithm)";

    /// <inheritdoc/>
    public override bool IsLogarithm => true;

    /// <inheritdoc/>
    public override double Score(NetworkShape network) => ZenPropagation.Score(network, keepsShortcuts: false);
}

/// <summary>Zen-score of the network with its shortcuts and their projections, in closed form; see <see cref="ZenPrior"/>.</summary>
public sealed class ZenResidualPrior : ShapePrior
{
    /// <inheritdoc/>
    public override string Name => "zen-residual";

    /// <inheritdoc/>
    public override string Description => "Zen-score with shortcuts, in closed form (a natural logarithm)";

    /// <inheritdoc/>
    public override bool IsLogarithm => true;

    /// <inheritdoc/>
    public override double Score(NetworkShape network) => ZenPropagation.Score(network, keepsShortcuts: true);
}
