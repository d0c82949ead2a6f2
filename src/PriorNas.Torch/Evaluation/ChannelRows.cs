using PriorNas.Torch.Native;
using static TorchSharp.torch;

namespace PriorNas.Torch.Evaluation;

/// <summary>Where the values of a feature map lie in memory, as rows of adjacent channels: [outer, images, inner, channels].</summary>
internal sealed unsafe class ChannelRows
{
    /// <summary>Channels are a multiple of this many, and vectors of as many go through a row.</summary>
    internal const int ChannelsOfVector = 8;

    /// <summary>Values that are worth another thread.</summary>
    private const int ValuesOfThread = 1 << 15;

    /// <param name="maps">Adjacent in memory in the order above, float32 or bfloat16. Must outlive the rows.</param>
    /// <param name="outer">Places before the images: 1, or of maps kept places first their number.</param>
    /// <param name="images">Number of images.</param>
    internal ChannelRows(Tensor maps, long outer, long images)
    {
        (Outer, Images, Channels) = ((int)outer, (int)images, (int)maps.size(-1));
        if (!maps.is_contiguous() || Channels % ChannelsOfVector != 0)
            throw new ArgumentException($"Maps of {Channels} channels are not rows of a multiple of {ChannelsOfVector} adjacent channels.", nameof(maps));
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

    /// <summary>The channels of a first place and image.</summary>
    /// <param name="outer">Place before the images.</param>
    /// <param name="image">Image.</param>
    internal byte* At(int outer, int image) => Start + ((long)outer * Images + image) * Inner * Channels * (IsRough ? sizeof(ushort) : sizeof(float));

    /// <summary>Goes through blocks, by as many threads as the tensor library has and the work is worth.</summary>
    /// <param name="blocks">Number of blocks, which must not depend on each other.</param>
    /// <param name="values">Number of values in all of them.</param>
    /// <param name="block">What to do with a block.</param>
    internal static void ForEach(int blocks, long values, Action<int> block)
    {
        var threads = (int)Math.Min(TorchThreads.Count, values / ValuesOfThread);
        if (threads <= 1)
        {
            for (var i = 0; i < blocks; i++)
                block(i);
            return;
        }

        Parallel.For(0, blocks, new ParallelOptions { MaxDegreeOfParallelism = threads }, block);
    }
}
