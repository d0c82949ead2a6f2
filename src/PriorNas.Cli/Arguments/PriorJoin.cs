using PriorNas.Files;
using PriorNas.Priors;
using PriorNas.Ranking;
using PriorNas.SearchSpaces;
using PriorNas.Torch.Priors;

namespace PriorNas.Cli.Arguments;

/// <summary>The option <c>--join</c>: a prior that is added to a supernet's scores.</summary>
internal static class PriorJoin
{
    /// <summary>The prior of the option.</summary>
    /// <param name="sum">As it was given; null where it was not.</param>
    /// <param name="list">What is ranked.</param>
    /// <param name="space">Of the list.</param>
    /// <exception cref="InputException">It is no sum of priors for this space, or the list has a single network.</exception>
    internal static CompositePrior? Open(string? sum, IEnumerable<ListedArchitecture> list, SearchSpace space)
    {
        if (sum is null)
            return null;
        var prior = PriorNames.OpenSum(sum, space);
        return list.Select(entry => entry.Architecture.Canonical()).Distinct().Skip(1).Any()
            ? prior
            : throw new InputException("--join needs a list of at least 2 distinct networks; leave it out, or give a longer list.");
    }

    /// <summary>The table with joined scores; as it is without a prior.</summary>
    internal static ScoreTable Apply(CompositePrior? prior, ScoreTable table, IEnumerable<ListedArchitecture> list, TextWriter output)
    {
        if (prior is null)
            return table;
        output.WriteLine($"Scores are standardised over the list and joined with the prior {prior.Name}.");
        return JoinedScores.Of(table, [.. list.Select(entry => entry.Architecture)], prior);
    }
}
