using System.Runtime.InteropServices;
using PriorNas.Torch.Native;
using PriorNas.Torch.Supernet;

namespace PriorNas.Cli.Diagnosis;

/// <summary>The native libraries: whether they load, and whether they compute what they should.</summary>
internal static class LibraryFindings
{
    private const string Area = "libraries";

    internal static IEnumerable<Finding> Of(TensorLibrary tensors)
    {
        yield return tensors.Fault is { } fault
            ? new Finding(Area, "tensors (libtorch)", $"does not start: {fault}", FindingState.Missing, NativeFault.Remedy(LoaderMessage() ?? fault))
            : new Finding(Area, "tensors (libtorch)", "loads");
        yield return Try("images (SkiaSharp)", NativeLibraries.DecodeImage);
        yield return Try("results (SQLite)", NativeLibraries.QueryDatabase);
        var openMp = LoadedLibraries.Named("libgomp", "libiomp", "libomp").ToArray();
        if (openMp.Length > 0)
            yield return OpenMp(openMp);
        yield return tensors.Machine is null
            ? new Finding(Area, "convolutions", "not tried, since the tensor library does not start")
            : Convolutions(ConvolutionCheck.Run());
    }

    internal static Finding Convolutions(ConvolutionAgreement agreement) => agreement.Wrong.Count == 0
        ? new Finding(Area, "convolutions", FormattableString.Invariant($"{agreement.Convolutions} right, forward and backward, to {agreement.LargestError:0.0e+0} of double precision"))
        : new Finding(
            Area,
            "convolutions",
            $"{agreement.Wrong.Count} of {agreement.Convolutions} wrong: {string.Join("; ", agreement.Wrong)}",
            FindingState.Missing,
            "do not train here: results would be wrong; try ONEDNN_MAX_CPU_ISA=SSE41, and report the processor and this output");

    internal static Finding OpenMp(IReadOnlyList<string> libraries) => libraries.Count == 1
        ? new Finding(Area, "OpenMP", Path.GetFileName(libraries[0]))
        : new Finding(Area, "OpenMP", string.Join(", ", libraries.Select(p => Path.GetFileName(p))), FindingState.Note, "two OpenMP libraries in one process start twice the threads; remove the one that LD_PRELOAD or LD_LIBRARY_PATH brings");

    private static Finding Try(string name, Func<string> use)
    {
        try
        {
            return new Finding(Area, name, use());
        }
        catch (Exception e) when (e is TypeInitializationException or DllNotFoundException or EntryPointNotFoundException or BadImageFormatException)
        {
            var message = e.GetBaseException().Message.ReplaceLineEndings(" ");
            return new Finding(Area, name, $"does not load: {message}", FindingState.Missing, NativeFault.Remedy(message));
        }
    }

    /// <summary>The loader's own words about the tensor library, which the binding's message leaves out; null where the file is missing or loads.</summary>
    private static string? LoaderMessage()
    {
        if (NativeLibraries.FindTensorLibrary() is not { } file)
            return null;
        try
        {
            NativeLibrary.Load(file);
            return null;
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            return e.Message;
        }
    }
}
