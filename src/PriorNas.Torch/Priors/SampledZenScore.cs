using System.Collections.Immutable;

namespace PriorNas.Torch.Priors;

/// <summary>A sampled Zen-score, a natural logarithm.</summary>
/// <param name="Repeats">The score of each random network, at least one.</param>
public sealed record SampledZenScore(ImmutableArray<double> Repeats)
{
    /// <summary>Mean over the repeats.</summary>
    public double Mean => Repeats.Average();

    /// <summary>
    /// Standard error of the mean: the deviation of the repeats (n - 1) / sqrt(n); NaN for a single one. With running variances the repeats
    /// have a common trend, so that it is no measure of the error there.
    /// </summary>
    public double StandardError
    {
        get
        {
            var mean = Mean;
            return Repeats.Length < 2 ? double.NaN : Math.Sqrt(Repeats.Sum(score => (score - mean) * (score - mean)) / (Repeats.Length - 1) / Repeats.Length);
        }
    }
}
