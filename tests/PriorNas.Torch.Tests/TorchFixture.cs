using System.Runtime.CompilerServices;
using PriorNas.Torch.Native;
using Xunit.Sdk;
using Xunit.v3;

// TorchSharp's thread count and statistics are process-wide: one test at a time.
[assembly: Parallelization(Mode = ParallelMode.None)]

namespace PriorNas.Torch.Tests;

internal static class TorchFixture
{
    /// <summary>A test may call TorchSharp before any code of the library runs; the library's native loading must come first.</summary>
#pragma warning disable CA2255
    [ModuleInitializer]
    internal static void LoadFirst() => TorchNativeLibrary.Initialize();
#pragma warning restore CA2255
}
