using PriorNas.SearchSpaces;
using PriorNas.Torch.Supernet;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace PriorNas.Torch.Evaluation.Fused;

/// <summary>
/// A convolution of a supernet in the form that is fastest for the size of its feature maps: on small feature maps by products
/// (<see cref="FeatureMapTransforms"/>), whose transformed weights are made once for all subnets and sliced without a copy. Feature maps up to the size that the
/// <see cref="FusedForm"/> names are kept positions first, [H * W, N, C] in memory, all others are channels last, [N, C, H, W].
/// </summary>
internal sealed class FusedConvolution : IDisposable
{
    private const int RowPadding = 16;

    private readonly ConvolutionShape shape;
    private readonly int placesFirstUpTo;
    private readonly bool readsImages;
    private readonly Tensor weight; // [out, in, k, k]; of products [products, in, out]
    private readonly (SquareTransform Input, SquareTransform Output)? products;

    /// <param name="convolution">Its weights are copied.</param>
    /// <param name="shape">With the size of the feature maps that enter.</param>
    /// <param name="form">The network's.</param>
    /// <param name="readsImages">Whether images enter, whose channels are not padded, and which are channels last whatever their size.</param>
    internal FusedConvolution(ElasticConv2d convolution, ConvolutionShape shape, FusedForm form, bool readsImages = false)
    {
        (this.shape, placesFirstUpTo, this.readsImages) = (shape, form.PositionsFirstUpTo, readsImages);
        using var scope = NewDisposeScope();
        var padded = zeros(FusedNorm.Padded(shape.OutputChannels), readsImages ? shape.InputChannels : FusedNorm.Padded(shape.InputChannels), shape.Kernel, shape.Kernel);
        padded.narrow(0, 0, shape.OutputChannels).narrow(1, 0, shape.InputChannels).copy_(convolution.Weight);
        if (TakesPositionsFirst && shape.Kernel == 3)
        {
            var side = FeatureMapTransforms.Of(shape.InputSize, shape.Stride, form.IsRough);
            var bySides = shape.InputSize > FeatureMapTransforms.SmallSize;
            products = (new SquareTransform(side.Input, form.Precision, bySides), new SquareTransform(side.Output, form.Precision, bySides));
            var taps = padded.to(ScalarType.Float64).permute(2, 3, 1, 0).reshape(9, -1); // [9, in * out]
            padded = matmul(SquareTransform.Square(side.Weight), taps).view(side.Count * side.Count, padded.size(1), padded.size(0));

            // Rows that lie a power of two apart fall into the same few lines of a cache.
            padded = functional.pad(padded.to(form.Precision), [0, RowPadding]).narrow(2, 0, padded.size(2));
        }

        weight = padded.to(form.Precision).DetachFromDisposeScope();
    }

    /// <summary>Whether the feature maps that leave are kept positions first.</summary>
    internal bool GivesPositionsFirst => shape.OutputSize <= placesFirstUpTo;

    private bool TakesPositionsFirst => !readsImages && shape.InputSize <= placesFirstUpTo;

    /// <param name="maps">Of as many channels as all padded.</param>
    /// <param name="outputs">Padded.</param>
    internal Tensor Apply(Tensor maps, int outputs)
    {
        using var scope = NewDisposeScope();
        var result = products is { } transforms ? Multiply(maps, transforms, outputs) : Convolve(maps, outputs);
        return result.MoveToOuterDisposeScope();
    }

    /// <summary>[N, C, H, W] channels last to [H * W, N, C].</summary>
    internal static Tensor PositionsFirst(Tensor maps)
    {
        using var scope = NewDisposeScope();
        return maps.permute(2, 3, 0, 1).contiguous().view(maps.size(2) * maps.size(3), maps.size(0), maps.size(1)).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        weight.Dispose();
        products?.Input.Dispose();
        products?.Output.Dispose();
    }

    /// <summary>What is not needed any more is freed at once: its memory, still in the cache, takes what comes next.</summary>
    private Tensor Multiply(Tensor maps, (SquareTransform Input, SquareTransform Output) transforms, int outputs)
    {
        using var slice = weight.narrow(1, 0, maps.size(2)).narrow(2, 0, outputs);
        Tensor terms; // [products, N, out]
        using (var factors = transforms.Input.Apply(maps.alias()))
            terms = bmm(factors, slice);
        return transforms.Output.Apply(terms);
    }

    private Tensor Convolve(Tensor maps, int outputs)
    {
        if (!TakesPositionsFirst)
        {
            var result = ElasticConv2d.Convolve(maps, weight.narrow(0, 0, outputs).narrow(1, 0, maps.size(1)), shape.Stride);
            return GivesPositionsFirst ? PositionsFirst(result) : result;
        }

        if (shape.Kernel > 1)
            throw new InvalidOperationException($"A {shape.Kernel}x{shape.Kernel} convolution has no products; 3x3 convolutions have.");
        var positions = shape.Stride == 1 ? maps : Subsample(maps);
        return functional.linear(positions, weight.narrow(0, 0, outputs).narrow(1, 0, maps.size(2)).flatten(1));
    }

    /// <summary>The positions that the stride leaves: [H' * W', N, in].</summary>
    private Tensor Subsample(Tensor maps)
    {
        var (size, images, inputs) = (shape.InputSize, maps.size(1), maps.size(2));
        return maps.view(size, size, images, inputs).slice(0, 0, size, shape.Stride).slice(1, 0, size, shape.Stride).reshape(-1, images, inputs);
    }
}
