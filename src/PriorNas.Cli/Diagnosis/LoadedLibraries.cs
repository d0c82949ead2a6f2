namespace PriorNas.Cli.Diagnosis;

/// <summary>The shared libraries in this process's memory.</summary>
internal static class LoadedLibraries
{
    /// <summary>Their paths, each once; empty where the system does not show them.</summary>
    internal static IReadOnlyList<string> Paths { get; } = Read();

    /// <summary>Those whose file name begins with one of the words.</summary>
    internal static IEnumerable<string> Named(params string[] beginnings) =>
        Paths.Where(path => beginnings.Any(b => Path.GetFileName(path).StartsWith(b, StringComparison.Ordinal)));

    private static string[] Read()
    {
        const string Source = "/proc/self/maps";
        return File.Exists(Source)
            ? [.. File.ReadLines(Source).Select(l => l.IndexOf('/', StringComparison.Ordinal) is >= 0 and var at ? l[at..] : "").Where(p => p.Contains(".so", StringComparison.Ordinal)).Distinct()]
            : [];
    }
}
