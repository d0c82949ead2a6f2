using static TorchSharp.torch;

namespace PriorNas.Torch.Native;

/// <summary>
/// The memory order of every feature map: [N, C, H, W] by index, channels adjacent in memory. The convolutions of libtorch 2.10 read and
/// write outside their buffers in the other order when a channel count is no multiple of 16; see docs/decisions/channels-last.md. It is
/// also the faster order.
/// </summary>
internal static class ChannelsLast
{
    /// <summary>The same values with channels adjacent; the very tensor's alias if they are so already.</summary>
    /// <param name="maps">[N, C, H, W].</param>
    internal static Tensor From(Tensor maps)
    {
        using var adjacent = maps.permute(0, 2, 3, 1); // [N, H, W, C]
        using var copied = adjacent.contiguous();
        return copied.permute(0, 3, 1, 2);
    }
}
