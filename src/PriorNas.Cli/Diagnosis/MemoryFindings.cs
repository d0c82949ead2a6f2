using System.Globalization;
using System.Runtime.InteropServices;

namespace PriorNas.Cli.Diagnosis;

/// <summary>The allocator and its settings, and how much room there is.</summary>
internal static partial class MemoryFindings
{
    /// <summary>With less than this even a small run may end for want of room.</summary>
    private const long LittleBytes = 1L << 30;

    internal static IEnumerable<Finding> Allocator()
    {
        const string Area = "allocator";
        if (!OperatingSystem.IsLinux())
        {
            yield return new Finding(Area, "malloc", "the system's; this program does not tune it");
            yield break;
        }

        var other = LoadedLibraries.Named("libjemalloc", "libtcmalloc", "libmimalloc").FirstOrDefault();
        yield return new Finding(Area, "malloc", other ?? Glibc());
        if (Environment.GetEnvironmentVariable("LD_PRELOAD") is { Length: > 0 } preloaded)
            yield return new Finding(Area, "LD_PRELOAD", preloaded);
        yield return Tuning(other is null && Glibc().StartsWith("glibc", StringComparison.Ordinal), Environment.GetEnvironmentVariable("PRIORNAS_NATIVE_TUNING"));
        var names = Environment.GetEnvironmentVariables().Keys.Cast<string>().Where(n => n.StartsWith("MALLOC_", StringComparison.Ordinal) || n == "GLIBC_TUNABLES");
        foreach (var name in names.Order(StringComparer.Ordinal))
            yield return new Finding(Area, name, Environment.GetEnvironmentVariable(name)!);
    }

    internal static IEnumerable<Finding> Room(ContainerLimits limits)
    {
        const string Area = "room";
        var folder = Directory.GetCurrentDirectory();
        var total = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        if (limits.MemoryBytes is { } most)
            yield return new Finding(Area, "container's memory", Gibibytes(most));
        yield return new Finding(Area, "memory", Gibibytes(total));
        if (AvailableMemory() is { } available)
            yield return OfRoom("memory to use now", available, "close other programs, or use a machine with more memory");
        yield return OfRoom("disk, current folder", new DriveInfo(folder).AvailableFreeSpace, $"make room in '{folder}', or work in another folder: run folders are written there");
    }

    /// <summary>The settings that the program makes at its start where the allocator is glibc's.</summary>
    internal static Finding Tuning(bool isGlibc, string? variable)
    {
        const string Name = "kept buffers";
        const string Why = "freed buffers go back to the system, and fresh pages are slow on virtual machines";
        if (!isGlibc)
            return new Finding("allocator", Name, "the settings are for glibc's malloc, which is not in use");
        return variable == "0"
            ? new Finding("allocator", Name, "off: PRIORNAS_NATIVE_TUNING is 0", FindingState.Note, $"{Why}; unset the variable, or set MALLOC_MMAP_MAX_=0 MALLOC_TRIM_THRESHOLD_=2147483647 MALLOC_TOP_PAD_=67108864")
            : new Finding("allocator", Name, "on: M_MMAP_MAX 0, M_TRIM_THRESHOLD 2147483647, M_TOP_PAD 67108864");
    }

    private static Finding OfRoom(string name, long bytes, string remedy) => bytes < LittleBytes
        ? new Finding("room", name, Gibibytes(bytes), FindingState.Note, remedy)
        : new Finding("room", name, Gibibytes(bytes));

    private static string Gibibytes(long bytes) => FormattableString.Invariant($"{bytes / (double)(1L << 30):0.0} GiB");

    private static long? AvailableMemory()
    {
        const string Source = "/proc/meminfo";
        if (!File.Exists(Source) || File.ReadLines(Source).FirstOrDefault(l => l.StartsWith("MemAvailable:", StringComparison.Ordinal)) is not { } line)
            return null;
        return long.TryParse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], NumberStyles.None, CultureInfo.InvariantCulture, out var kibibytes) ? kibibytes << 10 : null;
    }

    private static string Glibc() => NativeLibrary.TryLoad("libc.so.6", out var libc) && NativeLibrary.TryGetExport(libc, "gnu_get_libc_version", out _)
        ? $"glibc {Marshal.PtrToStringUTF8(gnu_get_libc_version())}"
        : "the C library's own (not glibc)";

    [LibraryImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint gnu_get_libc_version();
}
