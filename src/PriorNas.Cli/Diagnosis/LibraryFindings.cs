using PriorNas.Torch.Native;
using PriorNas.Torch.Supernet;

namespace PriorNas.Cli.Diagnosis;

/// <summary>The native libraries: whether they load, and whether they compute what they should.</summary>
internal static class LibraryFindings
{
    private const string Area = "libraries";

    internal static IEnumerable<Finding> Of(TensorLibrary tensors)
    {
        yield return tensors.Fault is { } fault ? Missing("tensors (libtorch)", fault) : new Finding(Area, "tensors (libtorch)", "starts");
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
        ? new Finding(Area, "convolutions", FormattableString.Invariant($"{agreement.Convolutions} are right, forward and backward (largest relative deviation from double precision: {agreement.MaxError:0.#e+0})"))
        : new Finding(
            Area,
            "convolutions",
            $"{agreement.Wrong.Count} of {agreement.Convolutions} are wrong: {string.Join("; ", agreement.Wrong)}",
            FindingState.Missing,
            "do not train on this machine: results would be wrong; report the processor and this output");

    internal static Finding OpenMp(IReadOnlyList<string> libraries) => libraries.Count == 1
        ? new Finding(Area, "OpenMP", Path.GetFileName(libraries[0]))
        : new Finding(
            Area,
            "OpenMP",
            string.Join(", ", libraries.Select(p => Path.GetFileName(p))),
            FindingState.Note,
            "two OpenMP libraries in one process start twice the threads; remove the one that LD_PRELOAD or LD_LIBRARY_PATH brings");

    private static Finding Try(string name, Func<string> use)
    {
        try
        {
            return new Finding(Area, name, use());
        }
        catch (Exception e) when (NativeFault.IsOne(e))
        {
            return Missing(name, NativeFault.Of(e.GetBaseException().Message));
        }
    }

    private static Finding Missing(string name, NativeFault fault) => new(Area, name, $"does not load: {fault.Reason}", FindingState.Missing, fault.Remedy);
}
