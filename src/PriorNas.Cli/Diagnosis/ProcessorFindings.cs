using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace PriorNas.Cli.Diagnosis;

/// <summary>Processors, threads and vector instructions.</summary>
internal static class ProcessorFindings
{
    private static readonly string[] ShownFlags = ["sse4_2", "avx2", "fma", "avx512f", "avx512_vnni", "avx512_bf16", "amx_tile", "amx_bf16", "asimd", "sve", "bf16"];
    private static readonly string[] ShownVariables = ["OMP_NUM_THREADS", "OMP_WAIT_POLICY", "GOMP_SPINCOUNT", "MKL_NUM_THREADS", "MKL_CBWR", "ATEN_CPU_CAPABILITY", "ONEDNN_MAX_CPU_ISA"];

    internal static IEnumerable<Finding> Threads(TensorLibrary tensors, ContainerLimits limits)
    {
        const string Area = "threads";
        yield return new Finding(Area, "processor", tensors.Machine?.Processor ?? $"{RuntimeInformation.ProcessArchitecture}");
        yield return new Finding(Area, "processors to use", $"{Environment.ProcessorCount}");
        if (limits.Processors is { } most)
        {
            yield return tensors.Threads > Math.Ceiling(most)
                ? new Finding(Area, "container limit", FormattableString.Invariant($"{most:0.##} processors"), FindingState.Note, FormattableString.Invariant($"give --threads {Math.Max(1, Math.Floor(most)):0}: more threads than the container may run only wait for each other"))
                : new Finding(Area, "container limit", FormattableString.Invariant($"{most:0.##} processors"));
        }

        if (tensors.Machine is not null)
            yield return new Finding(Area, "tensor library", $"{tensors.Threads} threads; --threads sets them");
        foreach (var name in ShownVariables)
        {
            if (Environment.GetEnvironmentVariable(name) is { } value)
                yield return new Finding(Area, name, value);
        }
    }

    internal static IEnumerable<Finding> Instructions()
    {
        var flags = Flags();
        var present = ShownFlags.Where(flags.Contains).ToArray();
        yield return RuntimeInformation.ProcessArchitecture == Architecture.X64 && !Avx2.IsSupported
            ? new Finding("instructions", "vectors", present.Length > 0 ? string.Join(' ', present) : "no AVX2", FindingState.Note, "convolutions are several times slower than with AVX2; use another machine where time matters")
            : new Finding("instructions", "vectors", string.Join(' ', present));
        yield return new Finding("instructions", "bfloat16", flags.Overlaps(["avx512_bf16", "amx_bf16", "bf16"]) ? "in hardware" : "not in hardware");
    }

    /// <summary>The processor's features under the names that Linux gives them.</summary>
    private static HashSet<string> Flags()
    {
        const string Source = "/proc/cpuinfo";
        if (File.Exists(Source) && File.ReadLines(Source).FirstOrDefault(l => l.StartsWith("flags", StringComparison.Ordinal) || l.StartsWith("Features", StringComparison.Ordinal)) is { } line)
            return [.. line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries)];
        (string Name, bool Present)[] known = [("sse4_2", Sse42.IsSupported), ("avx2", Avx2.IsSupported), ("fma", Fma.IsSupported), ("avx512f", Avx512F.IsSupported), ("asimd", AdvSimd.IsSupported)];
        return [.. known.Where(k => k.Present).Select(k => k.Name)];
    }
}
