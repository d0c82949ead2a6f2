using PriorNas.SearchSpaces;

namespace PriorNas.Priors;

/// <summary>How much of a kernel falls inside the feature map, the padding left out.</summary>
/// <param name="Sum">Sum over the taps of p, the fraction of output positions at which the tap lies inside; kernel x kernel without padding.</param>
/// <param name="SumOfSquares">Sum over the taps of p x p.</param>
internal readonly record struct ZenTaps(double Sum, double SumOfSquares)
{
    /// <summary>The taps of a convolution, exactly; a square kernel's fractions are products of those of its rows and columns.</summary>
    internal static ZenTaps Of(ConvolutionShape convolution)
    {
        if (convolution.Kernel == 1)
            return new ZenTaps(1, 1);
        double positions = convolution.OutputSize;
        double sum = 0, squares = 0;
        for (var offset = -(convolution.Kernel / 2); offset <= convolution.Kernel / 2; offset++)
        {
            var inside = PlacesInside(convolution, offset) / positions;
            sum += inside;
            squares += inside * inside;
        }

        return new ZenTaps(sum * sum, squares * squares);
    }

    /// <summary>Number of output positions i, along one side, with 0 &lt;= i x stride + offset &lt; size of the input.</summary>
    private static int PlacesInside(ConvolutionShape convolution, int offset)
    {
        var stride = convolution.Stride;
        var first = offset < 0 ? (stride - 1 - offset) / stride : 0;
        var reach = convolution.InputSize - 1 - offset;
        var last = reach < 0 ? -1 : Math.Min(convolution.OutputSize - 1, reach / stride);
        return Math.Max(0, last - first + 1);
    }
}
