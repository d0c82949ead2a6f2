using PriorNas.Torch.Native;
using PriorNas.Torch.Runs;

namespace PriorNas.Cli.Diagnosis;

/// <summary>Whether the native tensor library could be started.</summary>
/// <param name="Machine">What it says of itself, or null where it could not be started.</param>
/// <param name="Threads">How many threads it uses; 0 where it could not be started.</param>
/// <param name="Fault">Why it could not be started, or null.</param>
internal sealed record TensorLibrary(Machine? Machine, int Threads, string? Fault)
{
    internal static TensorLibrary Start()
    {
        try
        {
            return new TensorLibrary(Machine.Current, TorchThreads.Count, null);
        }
        catch (Exception e) when (e is TypeInitializationException or DllNotFoundException or EntryPointNotFoundException or BadImageFormatException or NotSupportedException or FileNotFoundException)
        {
            var cause = e.GetBaseException();
            return new TensorLibrary(null, 0, cause.Message.ReplaceLineEndings(" "));
        }
    }
}
