using Xunit.Sdk;
using Xunit.v3;

// TorchSharp's thread count is process-wide: one test at a time.
[assembly: Parallelization(Mode = ParallelMode.None)]
