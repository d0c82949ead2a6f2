using PriorNas.Torch.Evaluation;

namespace PriorNas.Torch.Rankings;

/// <summary>
/// Standard errors of scores relative to the mean over all subnets of a ranking (ours). What is hard about an image is hard for all subnets and moves
/// all their scores alike; the order does not depend on it. So the mean over the subnets is taken away from each group of images first, and what
/// is left is the noise that matters for an order, and for a regression whose constant takes up the rest.
/// </summary>
public static class RelativeErrors
{
    /// <summary>The errors of a ranking by one score.</summary>
    /// <param name="results">Of distinct subnets, by the same images.</param>
    /// <param name="kind">The score.</param>
    /// <returns>
    /// One for each, in the score's unit; null where there are fewer than two subnets, fewer than two groups of images, or subnets by different images.
    /// </returns>
    public static double[]? Of(IReadOnlyList<EvaluationResult> results, ScoreKind kind)
    {
        ArgumentNullException.ThrowIfNull(results);
        if (results.Count < 2 || results.Any(result => result.Groups is null || !result.Groups.HasSizesOf(results[0].Groups!)))
            return null;
        var means = new double[ImageGroups.Count];
        foreach (var result in results)
        {
            for (var group = 0; group < means.Length; group++)
                means[group] += result.Groups![group].Score(kind) / results.Count;
        }

        // The mean holds the subnet itself, which takes a share of 1 / n of its noise away.
        var factor = Math.Sqrt(results.Count / (results.Count - 1.0));
        var errors = results.Select(result => factor * result.Groups!.ErrorAgainst(means, kind)).ToArray();
        return Array.TrueForAll(errors, double.IsFinite) ? errors : null;
    }
}
