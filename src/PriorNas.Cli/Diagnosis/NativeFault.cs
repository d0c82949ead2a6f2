using System.Text.RegularExpressions;

namespace PriorNas.Cli.Diagnosis;

/// <summary>What the system's loader says about a library that it cannot load, and how to mend it on Debian.</summary>
internal static partial class NativeFault
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

    /// <summary>The remedy for a message of the loader.</summary>
    internal static string Remedy(string message)
    {
        if (Missing().Match(message) is { Success: true } missing)
        {
            var library = missing.Groups["library"].Value;
            return DebianPackages.TryGetValue(library, out var package)
                ? $"install {library}: apt-get install {package}"
                : $"{library} is missing; if it belongs to the program, {Restore}";
        }

        if (Version().Match(message) is { Success: true } version)
            return $"the system's C or C++ library is older than {version.Groups["version"].Value}; use a newer system (Debian 12, Ubuntu 22.04 or later)";
        return Restore;
    }

    [GeneratedRegex(@"(?<library>[^\s/:]+\.so[.\d]*): cannot open shared object file")]
    private static partial Regex Missing();

    [GeneratedRegex(@"version `(?<version>[^']+)' not found")]
    private static partial Regex Version();
}
