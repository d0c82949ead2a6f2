using TorchSharp;

namespace PriorNas.Torch.Tests;

/// <summary>The tensors that are alive, to be compared before and after something.</summary>
internal static class LiveTensors
{
    /// <summary>
    /// Counts them after a collection: what tests before this one left to the collector would else be counted, and be gone at some moment in between.
    /// </summary>
    internal static long CountAfterCollection()
    {
        for (var passes = 0; passes < 2; passes++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        return torch.Tensor.TotalCount;
    }
}
