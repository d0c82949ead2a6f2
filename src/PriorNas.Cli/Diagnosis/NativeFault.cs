using System.Text.RegularExpressions;

namespace PriorNas.Cli.Diagnosis;

/// <summary>Why a native library does not load, and how to mend it on Debian.</summary>
/// <param name="Reason">In a few words.</param>
/// <param name="Remedy">What to do.</param>
internal sealed partial record NativeFault(string Reason, string Remedy)
{
    private const string Restore = "restore the packages and build again: dotnet restore --force && dotnet build -c Release";

    private static readonly Dictionary<string, string> DebianPackages = new()
    {
        ["libstdc++.so.6"] = "libstdc++6",
        ["libgcc_s.so.1"] = "libgcc-s1",
        ["libgomp.so.1"] = "libgomp1",
        ["libc.so.6"] = "libc6",
        ["libm.so.6"] = "libc6",
        ["libdl.so.2"] = "libc6",
        ["libpthread.so.0"] = "libc6",
        ["librt.so.1"] = "libc6",
        ["libz.so.1"] = "zlib1g",
        ["libfontconfig.so.1"] = "libfontconfig1",
        ["libfreetype.so.6"] = "libfreetype6",
    };

    /// <summary>Whether an exception is the runtime's way to say that a native library does not load.</summary>
    internal static bool IsOne(Exception e) =>
        e is TypeInitializationException or DllNotFoundException or EntryPointNotFoundException or BadImageFormatException or NotSupportedException;

    /// <summary>A file of the program that is missing.</summary>
    internal static NativeFault NotThere(string file) => new($"{file} is not beside the program", Restore);

    /// <summary>Reads what the system's loader says; the runtime puts lines about all locations that it tried around that.</summary>
    internal static NativeFault Of(string message)
    {
        if (Dependency().Match(message) is { Success: true } dependency)
        {
            var library = dependency.Groups["library"].Value;
            return new NativeFault($"{library} is missing", DebianPackages.TryGetValue(library, out var package) ? $"apt-get install {package}" : Restore);
        }

        if (Version().Match(message) is { Success: true } version)
            return new NativeFault($"the system has no {version.Groups["version"].Value}", "use a newer system: Debian 12, Ubuntu 22.04, RHEL 9 or later");
        if (message.Contains("cannot open shared object file", StringComparison.Ordinal))
            return new NativeFault("its file is not beside the program", Restore);
        return new NativeFault(message.Split('\n', 2)[0].Trim(), Restore);
    }

    /// <summary>A file that the loader looked for by its bare name: one that another library needs.</summary>
    [GeneratedRegex(@"(?<![^\s])(?<library>lib[^\s/:]+\.so[.\d]*): cannot open shared object file")]
    private static partial Regex Dependency();

    [GeneratedRegex(@"version `(?<version>[^']+)' not found")]
    private static partial Regex Version();
}
