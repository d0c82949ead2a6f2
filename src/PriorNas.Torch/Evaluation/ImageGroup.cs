namespace PriorNas.Torch.Evaluation;

/// <summary>
/// What a subnet made of one group of the validation images, as sums, which add up over batches; see <see cref="ImageGroups"/>.
/// </summary>
/// <param name="Images">The number of images, at least 0.</param>
/// <param name="Top1Correct">The images whose label got the highest score, from 0 to <paramref name="Images"/>.</param>
/// <param name="Loss">The sum of the cross-entropies with the label in nats, each from 0 to 10,000.</param>
/// <param name="Margin">
/// The sum of the log-probabilities of the label minus the largest log-probability of another class, in nats, each from -10,000 to
/// 10,000.
/// </param>
public readonly record struct ImageGroup(int Images, int Top1Correct, double Loss, double Margin)
{
    /// <summary>
    /// The largest loss of an image and the largest absolute value of a margin. Logits of usable weights stay far below it; an image
    /// whose logits are not finite has this loss and the negative of it as margin, so that the sums stay finite and the subnet ranks low.
    /// </summary>
    internal const double Bound = 10_000;

    /// <summary>
    /// Losses and margins are rounded to multiples of 2^-24, far below the rounding of the logits. Sums of up to 2^53 such units, of more
    /// than 50,000 images at the bound, are then exact, so that they depend neither on the batches nor on the order in which these are
    /// added.
    /// </summary>
    private const double UnitsOfNat = 1 << 24;

    /// <summary>Whether the numbers are in their ranges.</summary>
    internal bool IsPossible =>
        Images >= 0 && Top1Correct >= 0 && Top1Correct <= Images && Loss >= 0 && Loss <= Bound * Images && Math.Abs(Margin) <= Bound * Images;

    /// <summary>The group of a single image.</summary>
    /// <param name="isCorrect">Whether its label got the highest score.</param>
    /// <param name="loss">Its cross-entropy in nats; NaN counts as the largest.</param>
    /// <param name="margin">Its margin in nats; NaN counts as the smallest.</param>
    internal static ImageGroup OfImage(bool isCorrect, double loss, double margin) => new(
        1,
        isCorrect ? 1 : 0,
        Rounded(double.IsNaN(loss) ? Bound : Math.Clamp(loss, 0, Bound)),
        Rounded(double.IsNaN(margin) ? -Bound : Math.Clamp(margin, -Bound, Bound)));

    /// <summary>The sums over both together.</summary>
    internal ImageGroup Plus(ImageGroup other) =>
        new(Images + other.Images, Top1Correct + other.Top1Correct, Loss + other.Loss, Margin + other.Margin);

    /// <summary>The mean score of the images; NaN without images.</summary>
    internal double Score(ScoreKind kind) => Images == 0 ? double.NaN : kind switch
    {
        ScoreKind.Accuracy => (double)Top1Correct / Images,
        ScoreKind.Loss => 0 - Loss / Images, // A loss of 0 gives 0, not -0.
        ScoreKind.Margin => Margin / Images,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "There is no such score."),
    };

    private static double Rounded(double nats) => Math.Round(nats * UnitsOfNat) / UnitsOfNat;
}
