using System.Collections.Immutable;
using PriorNas.Priors;
using PriorNas.Randomness;
using PriorNas.Ranking;
using PriorNas.SearchSpaces;

namespace PriorNas.Cli.Display;

/// <summary>A ranked architecture beside its true accuracy.</summary>
internal sealed record RankedArchitecture(string Code, double Accuracy, double Truth, double MultiplyAdds);

/// <summary>How far a supernet's ranking and the priors agree with true accuracies.</summary>
/// <param name="Space">The search space.</param>
/// <param name="Architectures">By their accuracy inside the supernet, the best first.</param>
/// <param name="Rankings">The supernet, then each prior that tells the architectures apart.</param>
/// <param name="BestPrior">The prior with the highest tau-b.</param>
/// <param name="Ahead">The supernet's agreement less the best prior's, by the paired bootstrap.</param>
/// <param name="SupernetTop">What its first architectures are worth.</param>
internal sealed record TruthComparison(
    string Space,
    ImmutableArray<RankedArchitecture> Architectures,
    ImmutableArray<(string Name, RankReport Agreement)> Rankings,
    string BestPrior,
    RankComparison Ahead,
    ImmutableArray<TopK> SupernetTop)
{
    internal int Count => Architectures.Length;

    /// <param name="list">The architectures.</param>
    /// <param name="accuracies">Inside the supernet, in the list's order.</param>
    /// <param name="truth">Of networks trained alone, in the list's order.</param>
    /// <param name="random">For the intervals.</param>
    internal static TruthComparison Of(ImmutableArray<ListedArchitecture> list, double[] accuracies, double[] truth, RandomStream random)
    {
        var shapes = list.Select(entry => NetworkShape.Of(entry.Architecture)).ToArray();
        var priors = Prior.All.Select(prior => (prior.Name, Scores: Array.ConvertAll(shapes, prior.Score))).ToArray();
        var reports = priors.Select(prior => (prior.Name, prior.Scores, Agreement: RankReport.Of(prior.Scores, truth, random))).ToArray();
        var best = reports.MaxBy(r => r.Agreement.KendallTau.Value);
        var flops = Prior.Named("flops");
        return new TruthComparison(
            list[0].Architecture.Space.Name,
            [.. list.Index().Select(e => new RankedArchitecture(e.Item.Code, accuracies[e.Index], truth[e.Index], flops.Score(shapes[e.Index]))).OrderByDescending(a => a.Accuracy)],
            [("supernet", RankReport.Of(accuracies, truth, random)), .. reports.Select(r => (r.Name, r.Agreement))],
            best.Name,
            RankComparison.Of(accuracies, best.Scores, truth, random),
            [TopK.Of(accuracies, truth, 1), TopK.Of(accuracies, truth, Math.Min(5, list.Length))]);
    }
}
