using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using static TorchSharp.torch;

namespace PriorNas.Torch.Runs;

/// <summary>What decides whether a computation gives the same bytes again: thread count, library and processor kind.</summary>
/// <param name="Threads">Threads of the tensor library.</param>
/// <param name="Processor">Model name and the widest vector instructions.</param>
/// <param name="LibTorch">Version of the native tensor library.</param>
/// <param name="TorchSharp">Version of the binding.</param>
public sealed record Machine(int Threads, string Processor, string LibTorch, string TorchSharp)
{
    /// <summary>This machine, with the tensor library's present thread count.</summary>
    public static Machine Current => new(
        get_num_threads(),
        $"{ProcessorName()} ({RuntimeInformation.ProcessArchitecture}, {VectorInstructions()})",
        __version__,
        typeof(TorchSharp.torch).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "unknown");

    /// <summary>The differences to another machine, in words; empty where results are comparable byte by byte.</summary>
    public IEnumerable<string> DifferencesTo(Machine other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (Threads != other.Threads)
            yield return $"threads {Threads}, now {other.Threads}";
        if (Processor != other.Processor)
            yield return $"processor {Processor}, now {other.Processor}";
        if (LibTorch != other.LibTorch)
            yield return $"libtorch {LibTorch}, now {other.LibTorch}";
        if (TorchSharp != other.TorchSharp)
            yield return $"TorchSharp {TorchSharp}, now {other.TorchSharp}";
    }

    private static string ProcessorName()
    {
        const string Source = "/proc/cpuinfo";
        var line = File.Exists(Source) ? File.ReadLines(Source).FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal)) : null;
        return line is null ? Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER") ?? "unknown processor" : line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
    }

    private static string VectorInstructions() => Avx512F.IsSupported ? "AVX-512" : Avx2.IsSupported ? "AVX2" : Sse42.IsSupported ? "SSE4.2" : "baseline";
}
