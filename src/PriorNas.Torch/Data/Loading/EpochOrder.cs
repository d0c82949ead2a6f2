using PriorNas.Randomness;

namespace PriorNas.Torch.Data.Loading;

/// <summary>The order of the images in each epoch. Remembers the two epochs asked for last: prefetching runs into the next one.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class EpochOrder(RandomStream stream, int count)
{
    private readonly Lock gate = new();
    private readonly (long Epoch, int[] Order)[] recent = [(-1, []), (-1, [])];

    /// <summary>A permutation of 0 .. count-1, the same at every call.</summary>
    public int[] Of(long epoch)
    {
        lock (gate)
        {
            ref var slot = ref recent[epoch % recent.Length];
            if (slot.Epoch != epoch)
                slot = (epoch, stream.Split("order", epoch).Permutation(count));
            return slot.Order;
        }
    }
}
