using PriorNas.SearchSpaces;
using PriorNas.Torch.Native;
using PriorNas.Torch.Supernet;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace PriorNas.Torch.Evaluation;

/// <summary>
/// A convolution of a supernet in the form that is fastest for the size of its maps: on small maps by products
/// (<see cref="MapProducts"/>), whose transformed weights are made once for all subnets and sliced without a copy. Maps that products
/// compute are kept places first, [H * W, N, C] in memory, all others are channels last, [N, C, H, W].
/// </summary>
internal sealed class FusedConvolution : IDisposable
{
    private const int SpaceBetweenRows = 16;

    private readonly ConvolutionShape shape;
    private readonly bool isRough;
    private readonly Tensor weight; // [out, in, k, k]; of products [products, out, in]
    private readonly (Tensor Input, Tensor Output)? products; // [products, H * W] and [H' * W', products]

    /// <param name="convolution">Its weights are copied.</param>
    /// <param name="shape">With the size of the maps that enter.</param>
    /// <param name="precision">float32 or bfloat16.</param>
    /// <param name="readsImages">Whether images enter, whose channels are not padded.</param>
    internal FusedConvolution(ElasticConv2d convolution, ConvolutionShape shape, ScalarType precision, bool readsImages = false)
    {
        this.shape = shape;
        isRough = precision == ScalarType.BFloat16;
        using var scope = NewDisposeScope();
        var padded = zeros(FusedNorm.Padded(shape.OutputChannels), readsImages ? shape.InputChannels : FusedNorm.Padded(shape.InputChannels), shape.Kernel, shape.Kernel);
        padded.narrow(0, 0, shape.OutputChannels).narrow(1, 0, shape.InputChannels).copy_(convolution.Weight);
        if (TakesPlacesFirst && GivesPlacesFirst && shape.Kernel == 3 && MapProducts.Of(shape.InputSize, shape.Stride, isRough) is { } side)
        {
            products = (Square(side.Input).to(precision).DetachFromDisposeScope(), Square(side.Output).to(precision).DetachFromDisposeScope());
            var taps = padded.to(ScalarType.Float64).permute(2, 3, 0, 1).reshape(9, -1); // [9, out * in]
            padded = matmul(Square(side.Weight), taps).view(side.Count * side.Count, padded.size(0), padded.size(1));

            // Rows that lie a power of two apart fall into the same few lines of a cache.
            padded = functional.pad(padded, [0, SpaceBetweenRows]).to(precision).narrow(2, 0, padded.size(2));
        }

        weight = padded.to(precision).DetachFromDisposeScope();
    }

    /// <summary>Whether the maps that leave are kept places first.</summary>
    internal bool GivesPlacesFirst => MapProducts.Covers(shape.OutputSize, isRough);

    private bool TakesPlacesFirst => MapProducts.Covers(shape.InputSize, isRough);

    /// <param name="maps">Of as many channels as all padded.</param>
    /// <param name="outputs">Padded.</param>
    internal Tensor Apply(Tensor maps, int outputs)
    {
        using var scope = NewDisposeScope();
        var result = products is { } form ? Multiply(maps, form, outputs) : Convolve(maps, outputs);
        return result.MoveToOuterDisposeScope();
    }

    /// <summary>[N, C, H, W] channels last to [H * W, N, C].</summary>
    internal static Tensor PlacesFirst(Tensor maps)
    {
        using var scope = NewDisposeScope();
        return maps.permute(2, 3, 0, 1).contiguous().view(maps.size(2) * maps.size(3), maps.size(0), maps.size(1)).MoveToOuterDisposeScope();
    }

    /// <summary>[H * W, N, C] of square maps to [N, C, H, W] channels last.</summary>
    internal static Tensor ImagesFirst(Tensor maps)
    {
        using var scope = NewDisposeScope();
        var size = (long)Math.Sqrt(maps.size(0));
        return ChannelsLast.From(maps.view(size, size, maps.size(1), maps.size(2)).permute(2, 3, 0, 1)).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        weight.Dispose();
        products?.Input.Dispose();
        products?.Output.Dispose();
    }

    /// <summary>What is not needed any more is freed at once: its memory, still in the cache, takes what comes next.</summary>
    private Tensor Multiply(Tensor maps, (Tensor Input, Tensor Output) form, int outputs)
    {
        var (images, inputs) = (maps.size(1), maps.size(2));
        var count = form.Input.size(0);
        using var places = maps.view(maps.size(0), images * inputs);
        using var slice = weight.narrow(1, 0, outputs).narrow(2, 0, inputs).transpose(1, 2);
        Tensor terms; // [products, N, out]
        using (var transformed = matmul(form.Input, places))
        using (var factors = transformed.view(count, images, inputs))
            terms = bmm(factors, slice);
        using (terms)
        using (var rows = terms.view(count, images * outputs))
            return matmul(form.Output, rows).view(form.Output.size(0), images, outputs);
    }

    private Tensor Convolve(Tensor maps, int outputs)
    {
        if (!TakesPlacesFirst)
        {
            var result = ElasticConv2d.Convolve(maps, weight.narrow(0, 0, outputs).narrow(1, 0, maps.size(1)), shape.Stride);
            return GivesPlacesFirst ? PlacesFirst(result) : result;
        }

        if (shape.Kernel > 1)
            throw new InvalidOperationException($"A {shape.Kernel}x{shape.Kernel} convolution of maps of {shape.InputSize} pixels has no products.");
        var places = shape.Stride == 1 ? maps : Subsample(maps);
        return functional.linear(places, weight.narrow(0, 0, outputs).narrow(1, 0, maps.size(2)).flatten(1));
    }

    /// <summary>The places that the stride leaves: [H' * W', N, in].</summary>
    private Tensor Subsample(Tensor maps)
    {
        var (size, images, inputs) = (shape.InputSize, maps.size(1), maps.size(2));
        return maps.view(size, size, images, inputs).slice(0, 0, size, shape.Stride).slice(1, 0, size, shape.Stride).reshape(-1, images, inputs);
    }

    /// <summary>The Kronecker product of a matrix with itself, float64: one side's transform becomes the map's.</summary>
    private static Tensor Square(double[,] side)
    {
        using var scope = NewDisposeScope();
        var matrix = tensor(side, dtype: ScalarType.Float64);
        return kron(matrix, matrix).MoveToOuterDisposeScope();
    }
}
