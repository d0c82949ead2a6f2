using System.Globalization;

namespace PriorNas.Ranking;

/// <summary>A statistic of a sample of architectures and, where it was asked for, its 95 % bootstrap interval.</summary>
/// <param name="Value">The statistic of all architectures, or NaN where it is undefined.</param>
/// <param name="Low">The interval's lower end, or NaN without an interval.</param>
/// <param name="High">The interval's upper end, at least <paramref name="Low"/>, or NaN without an interval.</param>
public readonly record struct Estimate(double Value, double Low, double High) : IFormattable
{
    /// <summary>A statistic without an interval.</summary>
    public Estimate(double value)
        : this(value, double.NaN, double.NaN)
    {
    }

    /// <summary>Whether there is an interval: it was asked for, and the statistic is defined.</summary>
    public bool HasInterval => !double.IsNaN(Low);

    /// <summary>Whether the interval excludes 0, so that the data decide the sign; false without an interval.</summary>
    public bool Decided => Low > 0 || High < 0;

    /// <summary>The value, and the interval in brackets where there is one, each number in the given format: 0.77 [0.69, 0.82].</summary>
    public string ToString(string? format, IFormatProvider? formatProvider)
    {
        var value = Value.ToString(format, formatProvider);
        return HasInterval ? $"{value} [{Low.ToString(format, formatProvider)}, {High.ToString(format, formatProvider)}]" : value;
    }

    /// <summary>As <see cref="ToString(string?, IFormatProvider?)"/>, with all digits.</summary>
    public override string ToString() => ToString("R", CultureInfo.InvariantCulture);
}
