using System.Collections.Immutable;
using PriorNas.Ranking;

namespace PriorNas.Cli.Display;

/// <summary>What <c>prior validate</c> found.</summary>
/// <param name="Space">The space's name.</param>
/// <param name="Truth">File and key of the true values.</param>
/// <param name="Count">The number of architectures.</param>
/// <param name="Priors">The priors, the best first.</param>
/// <param name="Top">For each of them, what its best architectures are worth.</param>
internal sealed record PriorValidation(string Space, string Truth, int Count, ImmutableArray<ScoringComparison> Priors, ImmutableArray<TopK[]> Top)
{
    /// <summary>The prior of the highest tau-b, or null where none has one.</summary>
    internal ScoringComparison? Best => double.IsNaN(Priors[0].Agreement.KendallTau.Value) ? null : Priors[0];
}
