using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace PriorNas.Torch.Native;

/// <summary>
/// Makes TorchSharp's native library load on systems whose libstdc++ is older than GCC 13 (Debian 12, Ubuntu 22.04, RHEL 9), and
/// tunes the allocator and OpenMP before it does. Compiled into every assembly that calls TorchSharp, and run by the runtime before
/// the first of its code.
/// </summary>
/// <remarks>
/// libLibTorchSharp.so of TorchSharp 0.107 asks for symbol version GLIBCXX_3.4.32, although no relocation uses a symbol of it. Where
/// that version is missing, a copy with the request marked weak is loaded from memory; the files on disk stay as they are.
/// </remarks>
internal static partial class TorchNativeLibrary
{
    private const string FileName = "libLibTorchSharp.so";
    private const string MissingVersion = "GLIBCXX_3.4.32";

    private const string BriefSpin = "2000";
    private const string SameProductsAnywhere = "AUTO,STRICT";

    // mallopt parameters of glibc's malloc.h.
    private const int TrimThreshold = -1;
    private const int TopPad = -2;
    private const int MmapMax = -4;

#pragma warning disable CA2255 // The tuning must precede the first TorchSharp call of the process, wherever that stands.
    [ModuleInitializer]
    internal static void Initialize()
#pragma warning restore CA2255
    {
        // Each assembly has a copy of this class; the first one does the work for the process.
        if (!OperatingSystem.IsLinux() || AppContext.GetData(typeof(TorchNativeLibrary).FullName!) is not null)
            return;
        AppContext.SetData(typeof(TorchNativeLibrary).FullName!, true);
        TuneMemoryAndThreads();
        Load();
    }

    /// <summary>Sets the weak flag on one needed symbol version of a 64-bit little-endian ELF image.</summary>
    /// <returns>False where the image is of another kind or does not need that version.</returns>
    internal static bool WeakenVersion(Span<byte> image, string version)
    {
        const uint VersionNeededSection = 0x6ffffffe; // SHT_GNU_verneed
        const byte WeakFlag = 2; // VER_FLG_WEAK
        if (image.Length < 64 || UInt32(image, 0) != 0x464c457f || image[4] != 2 || image[5] != 1)
            return false;
        var sections = (long)UInt64(image, 0x28);
        int sectionSize = UInt16(image, 0x3A), sectionCount = UInt16(image, 0x3C);
        var wanted = Encoding.ASCII.GetBytes(version + "\0");
        for (var i = 0; i < sectionCount; i++)
        {
            var section = sections + (long)i * sectionSize;
            if (UInt32(image, section + 4) != VersionNeededSection)
                continue;
            var strings = (long)UInt64(image, sections + UInt32(image, section + 0x28) * sectionSize + 0x18);
            for (var library = (long)UInt64(image, section + 0x18); ; library += UInt32(image, library + 12))
            {
                var entry = library + UInt32(image, library + 8);
                for (int left = UInt16(image, library + 2); left > 0; left--, entry += UInt32(image, entry + 12))
                {
                    if (image[(int)(strings + UInt32(image, entry + 8))..].StartsWith(wanted))
                    {
                        image[(int)entry + 4] |= WeakFlag;
                        return true;
                    }
                }

                if (UInt32(image, library + 12) == 0)
                    break;
            }
        }

        return false;
    }

    /// <summary>
    /// Freed buffers are kept instead of unmapped (fresh pages are slow on virtual machines: convolutions run several times faster),
    /// and OpenMP spins on a core only for some tens of microseconds, which bridges the gap between two operations (small feature maps are measured
    /// 1.1 to 1.3 times as fast as without) and soon leaves the core to others. The matrix library gives the same bits wherever its operands
    /// lie in memory (conditional numerical reproducibility), which it does not by itself. PRIORNAS_NATIVE_TUNING=0 leaves all three alone.
    /// </summary>
    private static void TuneMemoryAndThreads()
    {
        if (Environment.GetEnvironmentVariable("PRIORNAS_NATIVE_TUNING") == "0")
            return;
        _ = setenv("OMP_WAIT_POLICY", "PASSIVE", overwrite: 0);
        _ = setenv("GOMP_SPINCOUNT", BriefSpin, overwrite: 0);
        _ = setenv("MKL_CBWR", SameProductsAnywhere, overwrite: 0);
        if (NativeLibrary.TryLoad("libc.so.6", out var libc) && NativeLibrary.TryGetExport(libc, "mallopt", out _))
        {
            _ = mallopt(MmapMax, 0);
            _ = mallopt(TrimThreshold, int.MaxValue);
            _ = mallopt(TopPad, 64 << 20);
        }
    }

    /// <summary>Where anything is missing this returns, and TorchSharp reports it at its first call.</summary>
    private static void Load()
    {
        if (Find(FileName) is not { } file)
            return;
        foreach (var dependency in (ReadOnlySpan<string>)["libtorch_cpu.so", "libtorch.so"])
        {
            if (Find(dependency) is { } path && !NativeLibrary.TryLoad(path, out _))
                return;
        }

        if (NativeLibrary.TryLoad(file, out _))
            return;
        var image = File.ReadAllBytes(file);
        if (WeakenVersion(image, MissingVersion) && !LoadFromMemory(image))
            LoadFromTemporaryFile(image);
    }

    /// <summary>Loads the image under its own name, so that every later request for that name finds it.</summary>
    private static bool LoadFromMemory(byte[] image)
    {
        var descriptor = memfd_create(FileName, 0);
        if (descriptor < 0)
            return false;
        using (var handle = new SafeFileHandle(descriptor, ownsHandle: false))
        using (var stream = new FileStream(handle, FileAccess.Write))
            stream.Write(image);
        return NativeLibrary.TryLoad($"/proc/self/fd/{descriptor}", out _);
    }

    /// <summary>For kernels that refuse to execute memory files (vm.memfd_noexec).</summary>
    private static void LoadFromTemporaryFile(byte[] image)
    {
        var folder = Directory.CreateTempSubdirectory("priornas");
        var copy = Path.Combine(folder.FullName, FileName);
        File.WriteAllBytes(copy, image);
        NativeLibrary.TryLoad(copy, out _);
        folder.Delete(recursive: true);
    }

    /// <summary>Where a native library of the program lies, or null where it is missing.</summary>
    internal static string? Find(string name)
    {
        var searched = ((string?)AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries);
        return searched.Append(AppContext.BaseDirectory).Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
    }

    private static ulong UInt64(ReadOnlySpan<byte> image, long at) => BinaryPrimitives.ReadUInt64LittleEndian(image[(int)at..]);

    private static uint UInt32(ReadOnlySpan<byte> image, long at) => BinaryPrimitives.ReadUInt32LittleEndian(image[(int)at..]);

    private static ushort UInt16(ReadOnlySpan<byte> image, long at) => BinaryPrimitives.ReadUInt16LittleEndian(image[(int)at..]);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int memfd_create(string name, uint flags);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int setenv(string name, string value, int overwrite);

    [LibraryImport("libc")]
    private static partial int mallopt(int parameter, int value);
}
