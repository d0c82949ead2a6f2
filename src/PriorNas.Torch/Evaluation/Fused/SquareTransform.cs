using static TorchSharp.torch;

namespace PriorNas.Torch.Evaluation.Fused;

/// <summary>A linear transform along both sides of square feature maps of values, positions first: [size * size, anything] to [result * result, anything].</summary>
internal sealed class SquareTransform : IDisposable
{
    private readonly Tensor side; // [result, size]
    private readonly Tensor? whole; // [result * result, size * size]

    /// <param name="matrix">Of one side, [result, size].</param>
    /// <param name="precision">Of the maps.</param>
    /// <param name="bySides">One side after the other, which takes fewer operations; of small feature maps one product with all is faster.</param>
    internal SquareTransform(double[,] matrix, ScalarType precision, bool bySides)
    {
        using var scope = NewDisposeScope();
        side = tensor(matrix, dtype: ScalarType.Float64).to(precision).DetachFromDisposeScope();
        whole = bySides ? null : Square(matrix).to(precision).DetachFromDisposeScope();
    }

    /// <summary>The Kronecker product of a matrix with itself, float64: one side's transform becomes the feature map's.</summary>
    internal static Tensor Square(double[,] matrix)
    {
        using var one = tensor(matrix, dtype: ScalarType.Float64);
        return kron(one, one);
    }

    /// <param name="maps">[size * size, images, channels], disposed: its memory, still in the cache, takes what comes next.</param>
    internal Tensor Apply(Tensor maps)
    {
        var (images, channels) = (maps.size(1), maps.size(2));
        var (result, size) = (side.size(0), side.size(1));
        if (whole is not null)
        {
            using var positions = Taken(maps, size * size, images * channels);
            using var product = matmul(whole, positions);
            return product.view(result * result, images, channels);
        }

        Tensor rows;
        using (var positions = Taken(maps, size, size * images * channels))
            rows = matmul(side, positions);
        using var columns = Taken(rows, result, size, images * channels);
        using var repeated = side.unsqueeze(0);
        using var each = repeated.expand(result, result, size);
        using var both = bmm(each, columns);
        return both.view(result * result, images, channels);
    }

    public void Dispose()
    {
        side.Dispose();
        whole?.Dispose();
    }

    private static Tensor Taken(Tensor tensor, params long[] shape)
    {
        using (tensor)
            return tensor.view(shape);
    }
}
