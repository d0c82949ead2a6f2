using PriorNas.Torch.Native;
using static TorchSharp.torch;

namespace PriorNas.Torch.Evaluation.Fused;

/// <summary>Where the values of a feature map lie in memory, as rows of adjacent channels: [outer, images, inner, channels].</summary>
internal sealed unsafe class ChannelRows
{
    /// <summary>Channels are a multiple of this many, and vectors of as many go through a row.</summary>
    internal const int ChannelsOfVector = 8;

    private const int RowsOfBlock = 256;

    /// <summary>Values that are worth another thread.</summary>
    private const int ValuesOfThread = 1 << 15;

    /// <param name="maps">Adjacent in memory in the order above, float32 or bfloat16. Must outlive the rows.</param>
    /// <param name="outer">Positions before the images: 1, or of feature maps kept positions first their number.</param>
    /// <param name="images">Number of images.</param>
    internal ChannelRows(Tensor maps, long outer, long images)
    {
        (Outer, Images, Channels) = ((int)outer, (int)images, (int)maps.size(-1));
        if (!maps.is_contiguous() || Channels % ChannelsOfVector != 0)
            throw new ArgumentException($"Feature maps of {Channels} channels are not rows of a multiple of {ChannelsOfVector} adjacent channels.", nameof(maps));
        IsRough = maps.dtype == ScalarType.BFloat16;
        Inner = maps.numel() / (outer * images * Channels);
        using var flat = maps.view(-1);
        using var first = flat.narrow(0, 0, 1);
        fixed (byte* values = first.bytes) // Stays after the block: the memory is the tensor library's, which moves nothing.
            Start = values;
    }

    internal byte* Start { get; }

    /// <summary>Whether values are bfloat16.</summary>
    internal bool IsRough { get; }

    internal int Channels { get; }

    internal int Outer { get; }

    internal int Images { get; }

    internal long Inner { get; }

    private int Bytes => IsRough ? sizeof(ushort) : sizeof(float);

    /// <summary>Whether other values lie in the same shape and order.</summary>
    internal bool IsLike(ChannelRows other) =>
        (Outer, Images, Inner, Channels, IsRough) == (other.Outer, other.Images, other.Inner, other.Channels, other.IsRough);

    /// <summary>Number of blocks of <see cref="ForEachBlock"/>.</summary>
    internal int Blocks(int count) => Outer * BlocksOfPlace(count);

    /// <summary>
    /// Goes through some images in blocks of rows that fit a cache, by as many threads as the tensor library has and the work is worth. Blocks do
    /// not depend on the number of threads.
    /// </summary>
    /// <param name="first">First image.</param>
    /// <param name="count">Number of images.</param>
    /// <param name="visit">What to do with a block.</param>
    internal void ForEachBlock(int first, int count, BlockVisitor visit)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(first + count, Images, nameof(count));
        var (rows, blocksOfPlace) = (count * Inner, BlocksOfPlace(count));
        var threads = (int)Math.Min(TorchThreads.Count, Outer * rows * Channels / ValuesOfThread);
        if (threads <= 1)
        {
            for (var block = 0; block < Outer * blocksOfPlace; block++)
                Visit(block);
            return;
        }

        Parallel.For(0, Outer * blocksOfPlace, new ParallelOptions { MaxDegreeOfParallelism = threads }, Visit);

        void Visit(int block)
        {
            var (position, part) = Math.DivRem(block, blocksOfPlace);
            var start = (long)part * RowsOfBlock;
            visit(block, (((long)position * Images + first) * Inner + start) * Channels * Bytes, (int)Math.Min(RowsOfBlock, rows - start));
        }
    }

    private int BlocksOfPlace(int count) => (int)((count * Inner + RowsOfBlock - 1) / RowsOfBlock);

    /// <summary>Is given a block of adjacent rows.</summary>
    /// <param name="block">Which one, from 0.</param>
    /// <param name="offset">Its first byte, from <see cref="Start"/>.</param>
    /// <param name="rows">Its rows.</param>
    internal delegate void BlockVisitor(int block, long offset, int rows);
}
