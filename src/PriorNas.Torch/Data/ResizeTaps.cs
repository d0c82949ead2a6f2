namespace PriorNas.Torch.Data;

/// <summary>
/// Along one axis, the source positions and weights that make up each output position: a triangle filter, widened by the scale where
/// the image shrinks (antialiasing), as Pillow and torchvision resize. The weights of one output position sum to 1.
/// </summary>
internal sealed class ResizeTaps
{
    private readonly int[] first;
    private readonly int[] counts;
    private readonly float[] weights;
    private readonly int stride;

    /// <summary>Creates the taps of a window of a resized axis.</summary>
    /// <param name="start">Where the resized part of the source begins; nothing outside it is read.</param>
    /// <param name="length">The length of that part, at least 1.</param>
    /// <param name="outputLength">The length it is resized to.</param>
    /// <param name="windowStart">The first wanted position of the resized axis.</param>
    /// <param name="windowLength">The number of wanted positions.</param>
    /// <param name="mirrored">Whether the wanted positions come in reverse order.</param>
    public ResizeTaps(int start, int length, int outputLength, int windowStart, int windowLength, bool mirrored = false)
    {
        var scale = (double)length / outputLength;
        var support = Math.Max(1, scale);
        stride = 2 * (int)Math.Ceiling(support) + 1;
        first = new int[windowLength];
        counts = new int[windowLength];
        weights = new float[windowLength * stride];
        for (var i = 0; i < windowLength; i++)
        {
            var center = (windowStart + (mirrored ? windowLength - 1 - i : i) + 0.5) * scale;
            var low = Math.Max(0, (int)(center - support + 0.5));
            var high = Math.Min(length, (int)(center + support + 0.5));
            first[i] = start + low;
            counts[i] = high - low;
            SetWeights(weights.AsSpan(i * stride, high - low), low - center + 0.5, support);
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

    /// <summary>The weights of the source positions from <see cref="First"/> on.</summary>
    public ReadOnlySpan<float> Weights(int output) => weights.AsSpan(output * stride, counts[output]);

    private static void SetWeights(Span<float> weights, double distance, double support)
    {
        double total = 0;
        for (var j = 0; j < weights.Length; j++)
            total += Math.Max(0, 1 - Math.Abs((distance + j) / support));
        for (var j = 0; j < weights.Length; j++)
            weights[j] = (float)(Math.Max(0, 1 - Math.Abs((distance + j) / support)) / total);
    }
}
