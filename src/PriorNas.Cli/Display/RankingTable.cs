using PriorNas.Ranking;
using PriorNas.Torch.Evaluation;
using PriorNas.Torch.Rankings;

namespace PriorNas.Cli.Display;

/// <summary>
/// The table that a ranking writes: accuracies as fractions in [0, 1], losses and margins in nats, each with its standard error, and that of
/// the score that ranks relative to the mean of the list.
/// </summary>
internal static class RankingTable
{
    private static readonly string[] Scores = ["acc", "acc_top5", "loss", "margin"];

    /// <summary>Those of losses and margins come from the spread of groups of images, so that they need two images.</summary>
    private static readonly string[] Errors = ["acc_error", "loss_error", "margin_error"];

    /// <summary>The table of a ranking by all images.</summary>
    /// <param name="rows">Names, codes and results, with groups of images.</param>
    /// <param name="kind">What stands under <c>score</c>, higher for better.</param>
    internal static ScoreTable Of(IReadOnlyList<(string Name, string Code, EvaluationResult Result)> rows, ScoreKind kind) =>
        Of(rows, kind, [], _ => []);

    /// <summary>As the table of all, with the images by which each was measured, and whether it is one of the best.</summary>
    internal static ScoreTable OfRounds(
        IReadOnlyList<(string Name, string Code, EvaluationResult Result)> rows, RankingOutcome outcome) => Of(
            rows, ScoreKind.Accuracy, ["images", "top"], index => [rows[index].Result.Images, outcome.Best[index] ? 1 : 0]);

    /// <summary>The table of a ranking whose scores are smoothed.</summary>
    /// <param name="rows">Names, codes and results, null where a network was not measured, and the numbers of <see cref="SmoothedColumns"/>.</param>
    /// <param name="partly">Whether a key says which were measured.</param>
    internal static ScoreTable OfSmoothed(IReadOnlyList<(string Name, string Code, EvaluationResult? Result, double?[] Smoothed)> rows, bool partly)
    {
        var withErrors = rows.All(row => row.Result is not { Images: < 2 });
        string[] keys = KeysOf(withErrors);
        var table = new ScoreTable([.. keys, .. SmoothedColumns.Keys, .. partly ? ["measured"] : (string[])[]]);
        foreach (var (name, code, result, smoothed) in rows)
        {
            double?[] measured = result is { } given ? [.. NumbersOf(given, withErrors)] : new double?[keys.Length];
            table.AddPartly(name, code, [.. measured, .. smoothed, .. partly ? [result is null ? 0 : 1] : (double?[])[]]);
        }

        return table;
    }

    private static ScoreTable Of(
        IReadOnlyList<(string Name, string Code, EvaluationResult Result)> rows, ScoreKind kind, string[] moreKeys, Func<int, double[]> moreOf)
    {
        var withErrors = rows.All(row => row.Result.Images > 1);
        var relative = RelativeErrors.Of([.. rows.Select(row => row.Result)], kind);
        var table = new ScoreTable([.. KeysOf(withErrors), "score", .. relative is null ? (string[])[] : ["score_error"], .. moreKeys]);
        foreach (var (index, (name, code, result)) in rows.Index())
        {
            double[] error = relative is null ? [] : [relative[index]];
            table.Add(name, code, [.. NumbersOf(result, withErrors), result.Score(kind), .. error, .. moreOf(index)]);
        }

        return table;
    }

    private static string[] KeysOf(bool withErrors) => [.. Scores, .. withErrors ? Errors : []];

    private static double[] NumbersOf(EvaluationResult result, bool withErrors)
    {
        double[] errors = withErrors
            ? [result.StandardError(ScoreKind.Accuracy), result.StandardError(ScoreKind.Loss), result.StandardError(ScoreKind.Margin)]
            : [];
        return [result.Top1, result.Top5, result.Loss, result.Margin, .. errors];
    }
}
