namespace PriorNas.Priors;

/// <summary>
/// What is known of the elements of a feature map, over images and positions: the moments of one element, and how far the feature maps of x and x' are
/// apart. Elements are taken as normal wherever an activation needs more than these.
/// </summary>
/// <param name="Mean">Mean of an element.</param>
/// <param name="Variance">Variance of an element, above 0.</param>
/// <param name="SquaredDistance">Mean square of the difference of an element for x and for x'.</param>
internal readonly record struct ZenMoments(double Mean, double Variance, double SquaredDistance)
{
    private const double SquareRootOf2Pi = 2.50662827463100050242;

    /// <summary>Sum of two feature maps that are independent given the input: their last weights are.</summary>
    internal ZenMoments Plus(ZenMoments other) =>
        new(Mean + other.Mean, Variance + other.Variance, SquaredDistance + other.SquaredDistance);

    /// <summary>After ReLU: the moments of a rectified normal number.</summary>
    internal ZenMoments Rectified()
    {
        var deviation = Math.Sqrt(Variance);
        var (density, positive) = Normal(Mean / deviation);
        var mean = Mean * positive + deviation * density;
        var secondMoment = (Mean * Mean + Variance) * positive + Mean * deviation * density;
        return new ZenMoments(mean, secondMoment - mean * mean, SquaredDistance * KeptDistance(density, positive));
    }

    /// <summary>
    /// After ReLU and a 3x3 max-pool of stride 2, of a normalised feature map: positions count as independent, and the pool keeps the distance of
    /// the element that it chooses.
    /// </summary>
    /// <param name="size">Height and width of the feature map that enters, in pixels.</param>
    internal ZenMoments RectifiedMaxPool(int size)
    {
        var positions = (size - 1) / 2 + 1;
        // A window has 2 rows (or columns) inside at the first position, and at the last one of an odd size: 1 of a feature map of 1.
        var shortWindows = size == 1 ? 1 : 1 + size % 2;
        var shortLength = Math.Min(2, size);
        var inShort = (double)shortWindows / positions;
        var (corner, side, middle) = (inShort * inShort, 2 * inShort * (1 - inShort), (1 - inShort) * (1 - inShort));
        var (ofCorner, ofSide, ofMiddle) = (RectifiedMaximum(shortLength * shortLength), RectifiedMaximum(3 * shortLength), RectifiedMaximum(9));
        var mean = corner * ofCorner.Mean + side * ofSide.Mean + middle * ofMiddle.Mean;
        var secondMoment = corner * ofCorner.SecondMoment + side * ofSide.SecondMoment + middle * ofMiddle.SecondMoment;
        return new ZenMoments(mean, secondMoment - mean * mean, SquaredDistance);
    }

    /// <summary>
    /// Mean of |relu(a) - relu(b)| over the elements a of x and b of x': the mean of |a - b| where their middle is positive. Exact for
    /// mean 0, since E max(a, b, 0) of normal numbers is the sum of the three standard deviations of differences / (2 sqrt(2 pi)).
    /// </summary>
    internal double RectifiedDistance()
    {
        var (_, positive) = Normal(Mean / Math.Sqrt(Variance - SquaredDistance / 4));
        return positive * 2 / SquareRootOf2Pi * Math.Sqrt(SquaredDistance);
    }

    /// <summary>
    /// The share of the squared distance that ReLU keeps: that of the positive elements, less where one of a pair is positive. From
    /// dE[relu(a) relu(b)] / d covariance = P(a > 0, b > 0), to first order in the distance; 3 % high where a and b are independent.
    /// </summary>
    private double KeptDistance(double density, double positive) =>
        positive - 2.0 / 3 / SquareRootOf2Pi * density * Math.Sqrt(SquaredDistance / Variance);

    /// <summary>
    /// Moments of max(0, the largest of n independent normal numbers), n at most 9, from the integrals over x > 0 of 1 - F(x)^n and of
    /// 2 x (1 - F(x)^n), F the normal distribution.
    /// </summary>
    private static (double Mean, double SecondMoment) RectifiedMaximum(int count) => count switch
    {
        1 => (0.398942280, 0.5),
        2 => (0.681037072, 0.909154943),
        3 => (0.888147242, 1.251564638),
        4 => (1.045755516, 1.543785012),
        6 => (1.270072630, 2.020788525),
        9 => (1.485261065, 2.562559128),
        _ => throw new ArgumentOutOfRangeException(nameof(count), count, "A 3x3 window holds 1, 2, 3, 4, 6 or 9 elements of a map."),
    };

    /// <summary>Density and distribution of a standard normal number, to 1e-7 (Abramowitz and Stegun, 7.1.26).</summary>
    private static (double Density, double Distribution) Normal(double x)
    {
        if (x == 0)
            return (1 / SquareRootOf2Pi, 0.5);
        var exponential = Math.Exp(-0.5 * x * x);
        var t = 1 / (1 + 0.3275911 * Math.Abs(x) * 0.70710678118654752440);
        var tail = 0.5 * exponential * t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
        return (exponential / SquareRootOf2Pi, x > 0 ? 1 - tail : tail);
    }
}
