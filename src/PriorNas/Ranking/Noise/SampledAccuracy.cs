using MathNet.Numerics.Distributions;

namespace PriorNas.Ranking.Noise;

/// <summary>An accuracy that is known from some of a set's images, drawn at random without replacement.</summary>
/// <param name="Correct">Of the images seen, those classified right: 0 to <paramref name="Images"/>.</param>
/// <param name="Images">Images seen, 1 to <paramref name="All"/>.</param>
/// <param name="All">Images of the set.</param>
public readonly record struct SampledAccuracy(int Correct, int Images, int All)
{
    /// <summary>The share of those seen, in [0, 1].</summary>
    public double Value => (double)Correct / Images;

    /// <summary>
    /// Where the accuracy on the whole set lies: the interval of Wilson (1927) with the number of images raised by the correction for a
    /// finite set, so that it is a point when all have been seen.
    /// </summary>
    /// <param name="confidence">Above 0, below 1.</param>
    public (double Low, double High) Interval(double confidence)
    {
        if (Images == All)
            return (Value, Value);
        var z = Normal.InvCDF(0, 1, (1 + confidence) / 2);
        var n = Images * (All - 1.0) / (All - Images);
        var middle = (Value + z * z / (2 * n)) / (1 + z * z / n);
        var half = z / (1 + z * z / n) * Math.Sqrt(Value * (1 - Value) / n + z * z / (4 * n * n));
        return (Math.Max(0, middle - half), Math.Min(1, middle + half));
    }
}
