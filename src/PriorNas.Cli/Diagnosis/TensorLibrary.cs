using System.Runtime.InteropServices;
using PriorNas.Torch.Native;
using PriorNas.Torch.Runs;

namespace PriorNas.Cli.Diagnosis;

/// <summary>Whether the native tensor library could be started.</summary>
/// <param name="Machine">What it says of itself, or null where it could not be started.</param>
/// <param name="Threads">How many threads it uses; 0 where it could not be started.</param>
/// <param name="Fault">Why it could not be started, or null.</param>
internal sealed record TensorLibrary(Machine? Machine, int Threads, NativeFault? Fault)
{
    internal static TensorLibrary Start()
    {
        // Asked first: the binding would copy hundreds of megabytes from the package cache in search of what is missing.
        if (OperatingSystem.IsLinux() && FaultOfFiles() is { } fault)
            return new TensorLibrary(null, 0, fault);
        try
        {
            return new TensorLibrary(Machine.Current, TorchThreads.Count, null);
        }
        catch (Exception e) when (NativeFault.IsOne(e))
        {
            return new TensorLibrary(null, 0, NativeFault.Of(e.GetBaseException().Message));
        }
    }

    private static NativeFault? FaultOfFiles()
    {
        foreach (var name in NativeLibraries.TensorLibraryFiles)
        {
            if (NativeLibraries.Find(name) is not { } path)
                return NativeFault.NotThere(name);
            try
            {
                // By its bare name, a library that is loaded already is found, also the copy that TorchNativeLibrary makes of the binding.
                if (!NativeLibrary.TryLoad(name, out _))
                    NativeLibrary.Load(path);
            }
            catch (Exception e) when (NativeFault.IsOne(e))
            {
                return NativeFault.Of(e.Message);
            }
        }

        return null;
    }
}
