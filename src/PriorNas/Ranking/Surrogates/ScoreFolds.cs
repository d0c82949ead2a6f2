using PriorNas.Randomness;
using PriorNas.SearchSpaces;

namespace PriorNas.Ranking.Surrogates;

/// <summary>
/// A division of measured architectures into folds of about equal size. Codes of one network are in one fold: they were measured once,
/// and a fold that holds one of them must not learn the noise of its score from another.
/// </summary>
internal sealed class ScoreFolds
{
    private ScoreFolds(int[][] members, int[] foldOf)
    {
        Members = members;
        FoldOf = foldOf;
    }

    /// <summary>Indices of the architectures of each fold, ascending.</summary>
    internal int[][] Members { get; }

    /// <summary>The fold of each architecture.</summary>
    internal int[] FoldOf { get; }

    internal int Count => Members.Length;

    /// <summary>Divides by chance.</summary>
    /// <param name="architectures">The measured architectures.</param>
    /// <param name="folds">How many folds; as many as there are networks where these are fewer.</param>
    /// <param name="random">Decides the order of the networks.</param>
    internal static ScoreFolds Of(IReadOnlyList<Architecture> architectures, int folds, RandomStream random)
    {
        int[][] networks = [.. architectures.Index().GroupBy(entry => entry.Item.Canonical(), entry => entry.Index).Select(group => group.ToArray())];
        var foldOf = new int[architectures.Count];
        foreach (var (position, network) in random.Permutation(networks.Length).Index())
        {
            foreach (var architecture in networks[network])
                foldOf[architecture] = position % folds;
        }

        var members = foldOf.Index().GroupBy(entry => entry.Item, entry => entry.Index).OrderBy(group => group.Key).Select(group => group.ToArray());
        return new ScoreFolds([.. members], foldOf);
    }
}
