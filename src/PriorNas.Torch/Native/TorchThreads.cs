using static TorchSharp.torch;

namespace PriorNas.Torch.Native;

/// <summary>The thread count of the tensor library, which is the whole process's.</summary>
public static class TorchThreads
{
    /// <summary>Threads that one tensor operation uses.</summary>
    public static int Count => get_num_threads();

    /// <summary>Sets the thread count; results may differ in the last bits from those of another count.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The count is not positive.</exception>
    public static void Use(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        set_num_threads(count);
    }
}
