using PriorNas.Files;
using PriorNas.Priors;
using PriorNas.SearchSpaces;

namespace PriorNas.Ranking;

/// <summary>
/// Scores of a supernet joined with a prior (ours): each score less the mean over the list's networks, divided by their standard deviation, plus
/// the prior's standardised value. A supernet and a prior err in different ways, so that a little of the prior may lead to a better order than
/// either gives; how much of it is the user's choice.
/// </summary>
public static class JoinedScores
{
    /// <summary>The key that is joined.</summary>
    private const string Score = "score";

    private const string Error = "score_error";

    /// <summary>Joins the scores of a table.</summary>
    /// <param name="table">Has a <c>score</c> in each row, higher for better, and may have a <c>score_error</c>.</param>
    /// <param name="architectures">Of the rows, in their order, at least 2 distinct networks.</param>
    /// <param name="prior">Standardised, with the factors of its terms.</param>
    /// <returns>
    /// The table with the joined scores under <c>score</c>, their standard errors in the same unit, and what was joined under <c>unjoined</c>,
    /// <c>unjoined_error</c> and <c>prior</c>.
    /// </returns>
    /// <exception cref="InputException">All scores are equal.</exception>
    /// <exception cref="ArgumentException">The numbers of rows and of architectures differ, or a row has no score.</exception>
    public static ScoreTable Of(ScoreTable table, IReadOnlyList<Architecture> architectures, CompositePrior prior)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(architectures);
        ArgumentNullException.ThrowIfNull(prior);
        if (architectures.Count != table.Rows.Count)
            throw new ArgumentException($"There are {architectures.Count} architectures for {table.Rows.Count} rows.", nameof(architectures));
        var score = Index(table, Score);
        if (score < 0 || table.Rows.Any(row => row.Scores[score] is null))
            throw new ArgumentException("Each row needs a score.", nameof(table));
        var error = Index(table, Error);

        // Codes of one network have one score, which counts once.
        double[] networks = [.. architectures.Zip(table.Rows).DistinctBy(row => row.First.Canonical()).Select(row => row.Second.Scores[score]!.Value)];
        var mean = networks.Average();
        var deviation = Math.Sqrt(networks.Average(value => (value - mean) * (value - mean)));
        if (!(deviation > 1e-12 * Math.Abs(mean)))
            throw new InputException("the scores are all equal, so there is nothing to join with a prior; is the supernet trained?");
        var joined = new ScoreTable([.. table.Keys, "unjoined", .. error < 0 ? (string[])[] : ["unjoined_error"], "prior"]);
        foreach (var (row, architecture) in table.Rows.Zip(architectures))
        {
            double?[] numbers = [.. row.Scores];
            var value = prior.Score(architecture);
            numbers[score] = (row.Scores[score] - mean) / deviation + value;
            if (error >= 0)
                numbers[error] /= deviation;
            joined.AddPartly(row.Name, row.Code, [.. numbers, row.Scores[score], .. error < 0 ? (double?[])[] : [row.Scores[error]], value]);
        }

        return joined;
    }

    private static int Index(ScoreTable table, string key) => Array.IndexOf([.. table.Keys], key);
}
