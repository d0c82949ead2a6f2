namespace PriorNas.Torch.Evaluation.Fused;

/// <summary>
/// A 3-tap convolution of same padding along one side of a small feature map, as products: y = A ((G w) ⊙ (B x)), with fewer products than taps, and
/// none for the zeros of the padding. By Winograd's minimal filtering (Winograd 1980; Lavin and Gray 2016 for networks); what needs no more
/// than sums and differences is preferred for its rounding.
/// </summary>
/// <param name="Input">B [products, size].</param>
/// <param name="Weight">G [products, 3].</param>
/// <param name="Output">A [ceil(size / stride), products].</param>
internal sealed record FeatureMapTransforms(double[,] Input, double[,] Weight, double[,] Output)
{
    /// <summary>The largest side that products are known for.</summary>
    internal const int MaxSize = 8;

    /// <summary>The largest side for which products of few digits are known, and for which they pay in every network.</summary>
    internal const int SmallSize = 4;

    private const int Taps = 3;

    /// <summary>Number of products for one side.</summary>
    internal int Count => Input.GetLength(0);

    /// <summary>The products for a side of a map.</summary>
    /// <param name="size">Positions along the side, 1 to <see cref="MaxSize"/>, of few digits to <see cref="SmallSize"/>.</param>
    /// <param name="stride">1 or 2.</param>
    /// <param name="isRough">Whether values have so few digits (bfloat16) that no more than one sum may stand before a product.</param>
    internal static FeatureMapTransforms Of(int size, int stride, bool isRough) => (size, stride) switch
    {
        (1, 1) or ( <= SmallSize, 2) => UsefulTaps(size, stride),
        (2, 1) => TwoPositions,
        ( <= SmallSize, 1) => Tiles(size, isRough ? 2 : size),
        ( <= MaxSize, 1) when !isRough => Tiles(size, (size + 1) / 2),
        ( <= MaxSize, 2) when !isRough => Phases(size),
        _ => throw new ArgumentOutOfRangeException(
            nameof(size), $"A feature map's side of {size} positions at stride {stride} has no products; sides up to {(isRough ? SmallSize : MaxSize)} at strides 1 and 2 have."),
    };

    /// <summary>y0 = w1 x0 + w2 x1, y1 = w0 x0 + w1 x1 by three products instead of four.</summary>
    private static FeatureMapTransforms TwoPositions => new(
        new double[,] { { 1, 1 }, { 0, 1 }, { 1, 0 } },
        new double[,] { { 0, 1, 0 }, { 0, -1, 1 }, { 1, -1, 0 } },
        new double[,] { { 1, 1, 0 }, { 1, 0, 1 } });

    /// <summary>One product for each tap that does not meet the padding.</summary>
    private static FeatureMapTransforms UsefulTaps(int size, int stride) => Of(
        size,
        stride,
        from output in Enumerable.Range(0, (size - 1) / stride + 1)
        from tap in Enumerable.Range(0, Taps)
        select new Piece(WinogradTransforms.Of(1, 1), _ => output, _ => output * stride + tap - 1, _ => tap));

    /// <summary>Outputs in tiles, each by a minimal filter.</summary>
    private static FeatureMapTransforms Tiles(int size, int tile) => Of(
        size,
        1,
        from first in Enumerable.Range(0, (size + tile - 1) / tile).Select(i => i * tile)
        select new Piece(WinogradTransforms.Of(tile, Taps), i => first + i, i => first + i - 1, t => t));

    /// <summary>With stride 2 the outer taps meet the odd positions, which is a filter of two taps, and the middle tap the even ones.</summary>
    private static FeatureMapTransforms Phases(int size)
    {
        var outputs = (size + 1) / 2;
        return Of(
            size,
            2,
            Enumerable.Range(0, outputs).Select(output => new Piece(WinogradTransforms.Of(1, 1), _ => output, _ => 2 * output, _ => 1))
                .Prepend(new Piece(WinogradTransforms.Of(outputs, 2), i => i, i => 2 * i - 1, t => 2 * t)));
    }

    /// <summary>The sum of pieces, without the products that meet the padding alone or serve no output.</summary>
    private static FeatureMapTransforms Of(int size, int stride, IEnumerable<Piece> pieces)
    {
        var outputs = (size - 1) / stride + 1;
        var products = (from piece in pieces
                        from product in Enumerable.Range(0, piece.Filter.Count)
                        let input = Spread(piece.Filter.Input.GetLength(1), j => piece.Filter.Input[product, j], piece.InputPosition, size)
                        let weight = Spread(piece.Filter.Weight.GetLength(1), t => piece.Filter.Weight[product, t], piece.Tap, Taps)
                        let output = Spread(piece.Filter.Output.GetLength(0), i => piece.Filter.Output[i, product], piece.OutputPosition, outputs)
                        where input.Any(value => value != 0) && output.Any(value => value != 0)
                        select (Input: input, Weight: weight, Output: output)).ToArray();
        var result = new FeatureMapTransforms(new double[products.Length, size], new double[products.Length, Taps], new double[outputs, products.Length]);
        foreach (var (p, product) in products.Index())
        {
            for (var i = 0; i < size; i++)
                result.Input[p, i] = product.Input[i];
            for (var t = 0; t < Taps; t++)
                result.Weight[p, t] = product.Weight[t];
            for (var o = 0; o < outputs; o++)
                result.Output[o, p] = product.Output[o];
        }

        return result;
    }

    /// <summary>Values at their positions of a side; what falls beyond it is left out.</summary>
    private static double[] Spread(int count, Func<int, double> value, Func<int, int> position, int size)
    {
        var result = new double[size];
        for (var i = 0; i < count; i++)
        {
            if (position(i) >= 0 && position(i) < size)
                result[position(i)] = value(i);
        }

        return result;
    }

    /// <summary>A filter that computes some of the outputs from some of the inputs and taps.</summary>
    private sealed record Piece(WinogradTransforms Filter, Func<int, int> OutputPosition, Func<int, int> InputPosition, Func<int, int> Tap);
}
