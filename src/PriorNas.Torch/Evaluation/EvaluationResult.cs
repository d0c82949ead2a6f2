namespace PriorNas.Torch.Evaluation;

/// <summary>
/// What a subnet made of the validation images. Counts and sums, because they add up, and compare exactly where the arithmetic is the
/// same.
/// </summary>
/// <param name="Images">Images evaluated, at least 1.</param>
/// <param name="Top1Correct">Images whose label got the highest score, from 0 to <paramref name="Top5Correct"/>.</param>
/// <param name="Top5Correct">Images whose label was among the five highest scores, up to <paramref name="Images"/>.</param>
/// <param name="EvenTop1Correct">Of the images at the even positions 0, 2, ..., those whose label got the highest score.</param>
/// <param name="Groups">
/// Cross-entropies, margins and right answers by groups of the images; null of results that an earlier version stored, which have an
/// accuracy and no other score.
/// </param>
public readonly record struct EvaluationResult(int Images, int Top1Correct, int Top5Correct, int EvenTop1Correct = 0, ImageGroups? Groups = null)
{
    /// <summary>Top-1 accuracy, a fraction in [0, 1]; NaN without images.</summary>
    public double Top1 => (double)Top1Correct / Images;

    /// <summary>Top-5 accuracy, a fraction in [0, 1]; NaN without images.</summary>
    public double Top5 => (double)Top5Correct / Images;

    /// <summary>The mean cross-entropy with the label in nats, from 0 to 10,000; NaN where there are no groups.</summary>
    public double Loss => Groups is null ? double.NaN : Groups.Total.Loss / Groups.Total.Images;

    /// <summary>
    /// The mean of the log-probability of the label minus the largest log-probability of another class, in nats; NaN where there are no
    /// groups.
    /// </summary>
    public double Margin => Score(ScoreKind.Margin);

    /// <summary>
    /// Standard error of <see cref="Top1"/> as an estimate of the accuracy on all images like these, by the binomial distribution.
    /// </summary>
    public double Top1StandardError => Math.Sqrt(Top1 * (1 - Top1) / Images);

    /// <summary>
    /// Top-1 accuracies on the images at even and at odd positions: two halves whose rankings can be compared. NaN where a half is empty.
    /// </summary>
    public (double Even, double Odd) Top1OfHalves => ((double)EvenTop1Correct / ((Images + 1) / 2), (double)(Top1Correct - EvenTop1Correct) / (Images / 2));

    /// <summary>
    /// Whether the counts are in their ranges, and the groups, where there are some, in theirs and in agreement with the counts.
    /// </summary>
    internal bool IsPossible =>
        Images >= 1 && Top1Correct >= 0 && Top1Correct <= Top5Correct && Top5Correct <= Images
        && EvenTop1Correct >= 0 && EvenTop1Correct <= Top1Correct && (Groups is null || GroupsAgree(Groups));

    /// <summary>A score, higher for better: the accuracy, the negative of <see cref="Loss"/>, or <see cref="Margin"/>.</summary>
    /// <param name="kind">Which score.</param>
    /// <returns>NaN without images, and without groups for any score but the accuracy.</returns>
    public double Score(ScoreKind kind) => kind == ScoreKind.Accuracy ? Top1 : Groups?.Total.Score(kind) ?? double.NaN;

    /// <summary>
    /// The standard error of a score as an estimate of the score on all images like these: of the accuracy <see
    /// cref="Top1StandardError"/>, of the others by the spread of the groups, see <see cref="ImageGroups.StandardError"/>.
    /// </summary>
    /// <param name="kind">Which score.</param>
    /// <returns>In the score's unit; NaN of losses and margins without groups or of fewer than two images.</returns>
    public double StandardError(ScoreKind kind) =>
        kind == ScoreKind.Accuracy ? Top1StandardError : Groups?.StandardError(kind) ?? double.NaN;

    /// <summary>
    /// The standard error of the difference between this score and that of another subnet on the same images, by pairs of groups.
    /// </summary>
    /// <param name="other">The other subnet's result.</param>
    /// <param name="kind">Which score.</param>
    /// <returns>In the score's unit; NaN of fewer than two images.</returns>
    /// <exception cref="ArgumentException">A result has no groups, or they are results by different numbers of images.</exception>
    public double DifferenceError(EvaluationResult other, ScoreKind kind) => Groups is { } own && other.Groups is { } others
        ? own.DifferenceError(others, kind)
        : throw new ArgumentException("A result without groups of images, which an earlier version stored, cannot be paired with another.", nameof(other));

    /// <summary>A score on the images at even and at odd positions; NaN where a half is empty.</summary>
    /// <param name="kind">Which score.</param>
    public (double Even, double Odd) ScoreOfHalves(ScoreKind kind)
    {
        if (kind == ScoreKind.Accuracy)
            return Top1OfHalves;
        return Groups?.Halves is var (even, odd) ? (even.Score(kind), odd.Score(kind)) : (double.NaN, double.NaN);
    }

    /// <summary>The counts and sums of both together.</summary>
    internal EvaluationResult Plus(EvaluationResult other) => new(
        Images + other.Images,
        Top1Correct + other.Top1Correct,
        Top5Correct + other.Top5Correct,
        EvenTop1Correct + other.EvenTop1Correct,
        GroupsWith(other));

    /// <summary>The groups of both together; null where those of some images are not known.</summary>
    private ImageGroups? GroupsWith(EvaluationResult other)
    {
        if (Images == 0)
            return other.Groups;
        if (other.Images == 0)
            return Groups;
        return Groups is { } own && other.Groups is { } others ? own.Plus(others) : null;
    }

    private bool GroupsAgree(ImageGroups groups)
    {
        var total = groups.Total;
        return groups.ArePossible
            && total.Images == Images && total.Top1Correct == Top1Correct && groups.Halves.Even.Top1Correct == EvenTop1Correct;
    }
}
