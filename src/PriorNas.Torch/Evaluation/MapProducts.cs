namespace PriorNas.Torch.Evaluation;

/// <summary>
/// A 3-tap convolution of same padding along one side of a small map, as products: y = A ((G w) ⊙ (B x)), with fewer products than taps, and
/// none for the zeros of the padding. By Winograd's minimal filtering (Winograd 1980; Lavin and Gray 2016 for networks); what needs no more
/// than sums and differences is preferred for its rounding.
/// </summary>
/// <param name="Input">B [products, size].</param>
/// <param name="Weight">G [products, 3].</param>
/// <param name="Output">A [ceil(size / stride), products].</param>
internal sealed record MapProducts(double[,] Input, double[,] Weight, double[,] Output)
{
    private const int Taps = 3;

    /// <summary>Number of products for one side.</summary>
    internal int Count => Input.GetLength(0);

    /// <summary>The products for a side of a map; null where a plain convolution does as well.</summary>
    /// <param name="size">Places along the side.</param>
    /// <param name="stride">1 or 2.</param>
    /// <param name="isRough">Whether values have so few digits (bfloat16) that no more than one sum may stand before a product.</param>
    internal static MapProducts? Of(int size, int stride, bool isRough) => (size, stride) switch
    {
        (1, _) => UsefulTaps(size, stride),
        (2, 1) => TwoPlaces,
        (2, 2) => UsefulTaps(size, stride),
        (3 or 4, 2) when !isRough => UsefulTaps(size, stride),
        (3 or 4, 1) when !isRough => MinimalFiltering(size),
        _ => null,
    };

    /// <summary>Whether maps of this size are computed by products wherever they can be.</summary>
    internal static bool Covers(int size, bool isRough) => Of(size, 1, isRough) is not null;

    /// <summary>y0 = w1 x0 + w2 x1, y1 = w0 x0 + w1 x1 by three products instead of four.</summary>
    private static MapProducts TwoPlaces => new(
        new double[,] { { 1, 1 }, { 0, 1 }, { 1, 0 } },
        new double[,] { { 0, 1, 0 }, { 0, -1, 1 }, { 1, -1, 0 } },
        new double[,] { { 1, 1, 0 }, { 1, 0, 1 } });

    /// <summary>One product for each tap that does not meet the padding.</summary>
    private static MapProducts UsefulTaps(int size, int stride)
    {
        var outputs = (size - 1) / stride + 1;
        var products = (from output in Enumerable.Range(0, outputs)
                        from tap in Enumerable.Range(0, Taps)
                        let input = output * stride + tap - 1
                        where input >= 0 && input < size
                        select (output, tap, input)).ToArray();
        var result = new MapProducts(new double[products.Length, size], new double[products.Length, Taps], new double[outputs, products.Length]);
        foreach (var (i, (output, tap, input)) in products.Index())
        {
            result.Input[i, input] = 1;
            result.Weight[i, tap] = 1;
            result.Output[output, i] = 1;
        }

        return result;
    }

    /// <summary>
    /// Winograd's F(size, 3): the outputs are coefficients of a product of polynomials, which is known from its values at size + 1 points
    /// and at infinity. By transposition the values are taken of the outputs and the interpolation of the inputs.
    /// </summary>
    private static MapProducts MinimalFiltering(int size)
    {
        double[] points = [.. ((double[])[0, 1, -1, 2, -2]).Take(size + 1)];
        var count = size + 2;
        var result = new MapProducts(new double[count, size], new double[count, Taps], new double[size, count]);
        for (var product = 0; product < count; product++)
        {
            var finite = product < points.Length;
            var others = points.Where((_, i) => i != product).ToArray();
            var polynomial = Polynomial(others); // Of the other points; behind the last point, of all.

            // The first and last of the size + 2 inputs are padding, so their coefficients fall away.
            for (var input = 0; input < size; input++)
                result.Input[product, input] = input + 1 < polynomial.Length ? polynomial[input + 1] : 0;
            for (var tap = 0; tap < Taps; tap++)
                result.Weight[product, tap] = finite ? Math.Pow(points[product], tap) / others.Aggregate(1.0, (a, p) => a * (points[product] - p)) : tap == Taps - 1 ? 1 : 0;
            for (var output = 0; output < size; output++)
                result.Output[output, product] = finite ? Math.Pow(points[product], output) : output == size - 1 ? 1 : 0;
        }

        return result;
    }

    /// <summary>Coefficients of the product of (t - root), the constant first.</summary>
    private static double[] Polynomial(double[] roots)
    {
        double[] coefficients = [1];
        foreach (var root in roots)
        {
            var next = new double[coefficients.Length + 1];
            for (var i = 0; i < coefficients.Length; i++)
            {
                next[i + 1] += coefficients[i];
                next[i] -= root * coefficients[i];
            }

            coefficients = next;
        }

        return coefficients;
    }
}
