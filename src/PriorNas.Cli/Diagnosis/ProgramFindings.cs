using System.Runtime.InteropServices;

namespace PriorNas.Cli.Diagnosis;

/// <summary>Versions of the program and of what it runs on.</summary>
internal static class ProgramFindings
{
    private const string Area = "versions";

    internal static IEnumerable<Finding> Versions(TensorLibrary tensors)
    {
        yield return new Finding(Area, "priornas", CommandLine.ProgramVersion);
        yield return new Finding(Area, ".NET", RuntimeInformation.FrameworkDescription);
        yield return new Finding(Area, "TorchSharp", tensors.Machine?.TorchSharp ?? "not started");
        yield return new Finding(Area, "libtorch", tensors.Machine?.LibTorch ?? "not started");
        yield return new Finding(Area, "operating system", $"{RuntimeInformation.OSDescription} ({RuntimeInformation.RuntimeIdentifier})");
    }
}
