namespace PriorNas.Torch.Data.Transforms;

/// <summary>
/// Along one axis, the source positions and weights that make up each output position: a triangle filter, widened by the scale where
/// the image shrinks (antialiasing). The weights are those of Pillow's <c>Image.resize(..., BILINEAR)</c> for 8-bit images: computed in
/// double precision, normalised to sum 1, then rounded to whole multiples of 2^-22.
/// </summary>
internal sealed class ResizeTaps
{
    /// <summary>Bits after the binary point of a weight: 32 less 8 of the pixel and 2 for what exceeds it.</summary>
    public const int FractionBits = 22;

    private readonly int[] first;
    private readonly int[] counts;
    private readonly int[] weights;
    private readonly int stride;

    /// <summary>Creates the taps of a window of a resized axis.</summary>
    /// <param name="start">Where the resized part of the source starts; nothing outside it is read, as after a crop.</param>
    /// <param name="length">The length of that part, at least 1.</param>
    /// <param name="outputLength">The length it is resized to.</param>
    /// <param name="windowStart">The first wanted position of the resized axis.</param>
    /// <param name="windowLength">The number of wanted positions.</param>
    public ResizeTaps(int start, int length, int outputLength, int windowStart, int windowLength)
    {
        var scale = (double)length / outputLength;
        var support = Math.Max(1, scale);
        stride = 2 * (int)Math.Ceiling(support) + 1;
        first = new int[windowLength];
        counts = new int[windowLength];
        weights = new int[windowLength * stride];
        for (var i = 0; i < windowLength; i++)
        {
            var center = (windowStart + i + 0.5) * scale;
            var low = Math.Max(0, (int)(center - support + 0.5));
            var high = Math.Min(length, (int)(center + support + 0.5));
            first[i] = start + low;
            counts[i] = high - low;
            SetWeights(weights.AsSpan(i * stride, high - low), low, center, 1 / support);
        }

        SourceStart = first.Min();
        SourceEnd = first.Zip(counts, (position, count) => position + count).Max();
    }

    /// <summary>The number of output positions.</summary>
    public int Count => first.Length;

    /// <summary>The first source position that is read.</summary>
    public int SourceStart { get; }

    /// <summary>The source position after the last that is read.</summary>
    public int SourceEnd { get; }

    /// <summary>The first source position of an output position.</summary>
    public int First(int output) => first[output];

    /// <summary>The weights of the source positions from <see cref="First"/> on, in units of 2^-<see cref="FractionBits"/>.</summary>
    public ReadOnlySpan<int> Weights(int output) => weights.AsSpan(output * stride, counts[output]);

    /// <summary>The order of the operations decides the last bit of a double, and so now and then a weight.</summary>
    private static void SetWeights(Span<int> weights, int low, double center, double inverseSupport)
    {
        double total = 0;
        for (var j = 0; j < weights.Length; j++)
            total += Triangle((low + j - center + 0.5) * inverseSupport);
        for (var j = 0; j < weights.Length; j++)
            weights[j] = (int)(Triangle((low + j - center + 0.5) * inverseSupport) / total * (1 << FractionBits) + 0.5);
    }

    private static double Triangle(double distance) => Math.Max(0, 1 - Math.Abs(distance));
}
