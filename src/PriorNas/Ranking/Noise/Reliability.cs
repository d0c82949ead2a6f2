using PriorNas.Files;
using PriorNas.Randomness;

namespace PriorNas.Ranking.Noise;

/// <summary>
/// The share of a scoring's variance over architectures that is not noise (the reliability of classical test theory: Spearman 1904, "The
/// proof and measurement of association between two things"). Noise is what another measurement of the same architectures would change.
/// </summary>
public sealed class Reliability
{
    private Reliability(double value, double[] resampled)
    {
        Value = Bootstrap.Unbounded(value, resampled);
        Resampled = resampled;
    }

    /// <summary>The share, above 0 and at most 1, with its interval over architectures.</summary>
    public Estimate Value { get; }

    /// <summary>The share in each resample; NaN where it is undefined or not above 0.</summary>
    internal double[] Resampled { get; }

    /// <summary>From standard errors: 1 minus the mean of their squares over the variance of the scores.</summary>
    /// <param name="scores">One for each architecture, at least 2, finite.</param>
    /// <param name="standardErrors">
    /// Of each score, in the scores' unit, 0 or more. Errors that all scores share count as noise here, though they change no order.
    /// </param>
    /// <param name="source">What gave the standard errors, for messages.</param>
    /// <param name="description">What the scores are, for messages.</param>
    /// <param name="random">Decides the resamples; see <see cref="Bootstrap"/>.</param>
    /// <param name="resamples">At least <see cref="Bootstrap.MinResamples"/>.</param>
    /// <exception cref="ArgumentException">
    /// The lengths differ, there are fewer than 2 values, one is not finite, or a standard error is negative.
    /// </exception>
    /// <exception cref="InputException">The noise has the whole variance or more.</exception>
    public static Reliability OfStandardErrors(
        double[] scores,
        double[] standardErrors,
        string source,
        string description,
        RandomStream random,
        int resamples = Bootstrap.DefaultResamples)
    {
        RankCorrelation.Check(scores, standardErrors);
        if (standardErrors.FirstOrDefault(error => error < 0) is < 0 and var negative)
            throw new ArgumentException($"A standard error is {negative}; give numbers of 0 or more.", nameof(standardErrors));
        var deviations = Centred(scores);
        var squares = Array.ConvertAll(standardErrors, error => error * error);
        var all = Array.ConvertAll(scores, _ => 1);
        var (noise, variance) = Variances(all);
        if (!(noise < variance))
        {
            throw new InputException(FormattableString.Invariant(
                $"{source}: the noise has a variance of {noise:G4}, but {description} has one of {variance:G4} in all, noise included; ")
                + "give standard errors of single scores, in the unit of the scores.");
        }

        var resampled = new double[resamples];
        Bootstrap.Resample(scores.Length, random, resamples, () => 0, (_, counts, resample) =>
        {
            var (noise, variance) = Variances(counts);
            resampled[resample] = noise < variance ? 1 - noise / variance : double.NaN;
        });
        return new Reliability(1 - noise / variance, resampled);

        (double Noise, double Variance) Variances(int[] counts)
        {
            var (noise, mean, sum) = (0.0, 0.0, 0.0);
            for (var i = 0; i < counts.Length; i++)
            {
                noise += counts[i] * squares[i];
                mean += counts[i] * deviations[i];
            }

            mean /= counts.Length;
            for (var i = 0; i < counts.Length; i++)
                sum += counts[i] * (deviations[i] - mean) * (deviations[i] - mean);
            return (noise / counts.Length, sum / (counts.Length - 1));
        }
    }

    /// <summary>
    /// From a second measurement of the same kind, whose noise is independent: the Pearson correlation of the two, which is the reliability
    /// of either (parallel tests: Spearman 1910, Brown 1910).
    /// </summary>
    /// <param name="scores">One for each architecture, at least 2, finite.</param>
    /// <param name="repeat">The second score of each.</param>
    /// <param name="source">What gave the second measurement, for messages.</param>
    /// <param name="description">What the scores are, for messages.</param>
    /// <param name="random">Decides the resamples; see <see cref="Bootstrap"/>.</param>
    /// <param name="resamples">At least <see cref="Bootstrap.MinResamples"/>.</param>
    /// <exception cref="ArgumentException">The lengths differ, there are fewer than 2 values, or one is not finite.</exception>
    /// <exception cref="InputException">The two are the same numbers, one is constant, or they do not agree at all.</exception>
    public static Reliability OfRepeat(
        double[] scores,
        double[] repeat,
        string source,
        string description,
        RandomStream random,
        int resamples = Bootstrap.DefaultResamples)
    {
        var value = RankCorrelation.Pearson(scores, repeat);
        if (scores.AsSpan().SequenceEqual(repeat))
        {
            throw new InputException(
                $"{source}: it has the very numbers of {description}; give a second measurement, such as another seed.");
        }

        if (!(value > 0))
        {
            throw new InputException(FormattableString.Invariant(
                $"{source}: its Pearson correlation with {description} is {value:F4}; ")
                + "two measurements of one thing must agree by more than 0.");
        }

        var resampled = Bootstrap.Resample([scores, repeat], [(0, 1)], random, resamples)[0];
        return new Reliability(value, Array.ConvertAll(resampled, agreement => agreement.Pearson > 0 ? agreement.Pearson : double.NaN));
    }

    private static double[] Centred(double[] values)
    {
        var mean = values.Average();
        return Array.ConvertAll(values, value => value - mean);
    }
}
