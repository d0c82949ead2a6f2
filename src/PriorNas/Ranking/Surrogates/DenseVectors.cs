using System.Numerics;

namespace PriorNas.Ranking.Surrogates;

/// <summary>Sums over two columns of equal length, by the processor's vectors. The order of the additions is fixed, so that a machine always gives the same bits.</summary>
internal static class DenseVectors
{
    /// <summary>The sum of products.</summary>
    internal static double Dot(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        var width = Vector<double>.Count;
        Vector<double> first = default, second = default;
        var i = 0;
        for (; i <= x.Length - 2 * width; i += 2 * width)
        {
            first += new Vector<double>(x[i..]) * new Vector<double>(y[i..]);
            second += new Vector<double>(x[(i + width)..]) * new Vector<double>(y[(i + width)..]);
        }

        var sum = Vector.Sum(first + second);
        for (; i < x.Length; i++)
            sum += x[i] * y[i];
        return sum;
    }

    /// <summary>The sum of squared differences.</summary>
    internal static double SquaredDistance(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        var width = Vector<double>.Count;
        Vector<double> total = default;
        var i = 0;
        for (; i <= x.Length - width; i += width)
        {
            var difference = new Vector<double>(x[i..]) - new Vector<double>(y[i..]);
            total += difference * difference;
        }

        var sum = Vector.Sum(total);
        for (; i < x.Length; i++)
            sum += (x[i] - y[i]) * (x[i] - y[i]);
        return sum;
    }

    /// <summary>Adds a multiple of the first entries of a column to a column that may be shorter.</summary>
    internal static void AddScaled(Span<double> sum, double factor, ReadOnlySpan<double> column)
    {
        var width = Vector<double>.Count;
        var i = 0;
        for (; i <= sum.Length - width; i += width)
            (new Vector<double>(sum[i..]) + factor * new Vector<double>(column[i..])).CopyTo(sum[i..]);
        for (; i < sum.Length; i++)
            sum[i] += factor * column[i];
    }
}
