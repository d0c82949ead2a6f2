using PriorNas.SearchSpaces;

namespace PriorNas.Priors;

/// <summary>Mean and standard deviation of a prior's logarithm over some architectures; of a prior that is a logarithm itself, its own.</summary>
public sealed class PriorScale
{
    private readonly bool isLogarithm;

    private PriorScale(bool isLogarithm, double mean, double deviation)
    {
        this.isLogarithm = isLogarithm;
        (Mean, Deviation) = (mean, deviation);
    }

    /// <summary>The mean.</summary>
    public double Mean { get; }

    /// <summary>The standard deviation, 0 or more.</summary>
    public double Deviation { get; }

    /// <summary>Measures a prior.</summary>
    /// <param name="prior">Its scores are above 0, unless they are logarithms.</param>
    /// <param name="architectures">At least 2.</param>
    /// <exception cref="ArgumentException">There are fewer.</exception>
    public static PriorScale Of(Prior prior, IReadOnlyCollection<Architecture> architectures)
    {
        ArgumentNullException.ThrowIfNull(prior);
        ArgumentNullException.ThrowIfNull(architectures);
        if (architectures.Count < 2)
            throw new ArgumentException($"There are {architectures.Count} architectures; a deviation needs at least 2.", nameof(architectures));
        double[] values = [.. architectures.Select(architecture => Logarithm(prior.Score(architecture), prior.IsLogarithm))];
        var mean = values.Average();

        // Of equal values the rounded mean is not always the value itself.
        var isConstant = !values.AsSpan().ContainsAnyExcept(values[0]);
        return new PriorScale(prior.IsLogarithm, mean, isConstant ? 0 : Math.Sqrt(values.Average(value => (value - mean) * (value - mean))));
    }

    /// <summary>A score, standardised; by a deviation of 0 all are 0.</summary>
    public double Standardise(double score) => Deviation == 0 ? 0 : (Logarithm(score, isLogarithm) - Mean) / Deviation;

    private static double Logarithm(double score, bool isLogarithm) => isLogarithm ? score : Math.Log(score);
}
