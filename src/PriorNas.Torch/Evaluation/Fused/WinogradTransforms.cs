namespace PriorNas.Torch.Evaluation.Fused;

/// <summary>
/// Winograd's F(outputs, taps): y_i = sum over t of w_t x_(i + t), by outputs + taps - 1 products. A product of polynomials is known from its
/// values at as many points, the last of them infinity; by transposition the values are taken of the outputs and the interpolation of the inputs.
/// </summary>
/// <param name="Input">[products, outputs + taps - 1].</param>
/// <param name="Weight">[products, taps].</param>
/// <param name="Output">[outputs, products].</param>
internal sealed record WinogradTransforms(double[,] Input, double[,] Weight, double[,] Output)
{
    /// <summary>In the order of the rounding that they cost.</summary>
    private static readonly double[] Points = [0, 1, -1, 2, -2];

    /// <summary>Number of products.</summary>
    internal int Count => Input.GetLength(0);

    /// <param name="outputs">At least 1.</param>
    /// <param name="taps">At least 1; with the outputs at most 7.</param>
    internal static WinogradTransforms Of(int outputs, int taps)
    {
        var count = outputs + taps - 1;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Points.Length + 1, nameof(outputs));
        var points = Points[..(count - 1)];
        var result = new WinogradTransforms(new double[count, count], new double[count, taps], new double[outputs, count]);
        for (var product = 0; product < count; product++)
        {
            var finite = product < points.Length;
            var others = points.Where((_, i) => i != product).ToArray();
            var polynomial = Polynomial(others); // Of the other points; behind the last point, of all.
            for (var input = 0; input < polynomial.Length; input++)
                result.Input[product, input] = polynomial[input];
            for (var tap = 0; tap < taps; tap++)
                result.Weight[product, tap] = finite ? Math.Pow(points[product], tap) / others.Aggregate(1.0, (a, p) => a * (points[product] - p)) : tap == taps - 1 ? 1 : 0;
            for (var output = 0; output < outputs; output++)
                result.Output[output, product] = finite ? Math.Pow(points[product], output) : output == outputs - 1 ? 1 : 0;
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
