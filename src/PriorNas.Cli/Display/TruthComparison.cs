using System.Collections.Immutable;
using PriorNas.Priors;
using PriorNas.Randomness;
using PriorNas.Ranking;
using PriorNas.SearchSpaces;
using PriorNas.Torch.Evaluation;

namespace PriorNas.Cli.Display;

/// <summary>A ranked architecture beside its true accuracy.</summary>
internal sealed record RankedArchitecture(string Code, double Accuracy, double Truth, double MultiplyAdds);

/// <summary>How far a supernet's ranking and the priors agree with true accuracies.</summary>
/// <param name="Space">The search space.</param>
/// <param name="Architectures">By their accuracy inside the supernet, the best first.</param>
/// <param name="Supernet">The supernet's agreement with the truth.</param>
/// <param name="SupernetByLoss">The same by its mean cross-entropy in place of its accuracy.</param>
/// <param name="Priors">That of each prior, the highest tau-b first.</param>
/// <param name="Seeds">How far the accuracies of the truth's two seeds agree: what chance leaves of a training's position.</param>
/// <param name="Ahead">The supernet's agreement minus the best prior's, by the paired bootstrap.</param>
/// <param name="SupernetTop">What its first architectures are worth.</param>
internal sealed record TruthComparison(
    string Space,
    ImmutableArray<RankedArchitecture> Architectures,
    RankReport Supernet,
    RankReport SupernetByLoss,
    ImmutableArray<ScoringComparison> Priors,
    RankReport Seeds,
    RankComparison Ahead,
    ImmutableArray<TopK> SupernetTop)
{
    internal int Count => Architectures.Length;

    /// <summary>The prior with the highest tau-b.</summary>
    internal string BestPrior => Priors[0].Name;

    /// <param name="list">The architectures.</param>
    /// <param name="results">Inside the supernet, in the list's order.</param>
    /// <param name="truth">Of networks trained alone, in the list's order.</param>
    /// <param name="seeds">The same with the one and with the other seed.</param>
    /// <param name="random">For the intervals.</param>
    internal static TruthComparison Of(
        ImmutableArray<ListedArchitecture> list, IReadOnlyList<EvaluationResult> results, double[] truth, (double[] First, double[] Second) seeds, RandomStream random)
    {
        double[] accuracies = [.. results.Select(result => result.Top1)];
        var shapes = list.Select(entry => NetworkShape.Of(entry.Architecture)).ToArray();
        var scorings = ShapePrior.All.Select(prior => (prior.Name, Scores: Array.ConvertAll(shapes, prior.Score))).ToArray();
        var priors = ScoringComparison.Of(scorings, truth, random);
        var best = scorings.Single(scoring => scoring.Name == priors[0].Name).Scores;
        var flops = ShapePrior.Named("flops");
        return new TruthComparison(
            list[0].Architecture.Space.Name,
            [.. list.Index().Select(e => new RankedArchitecture(e.Item.Code, accuracies[e.Index], truth[e.Index], flops.Score(shapes[e.Index]))).OrderByDescending(a => a.Accuracy)],
            RankReport.Of(accuracies, truth, random),
            RankReport.Of([.. results.Select(result => result.Score(ScoreKind.Loss))], truth, random),
            priors,
            RankReport.Of(seeds.First, seeds.Second, random),
            RankComparison.Of(accuracies, best, truth, random),
            [TopK.Of(accuracies, truth, 1), TopK.Of(accuracies, truth, Math.Min(5, list.Length))]);
    }
}
