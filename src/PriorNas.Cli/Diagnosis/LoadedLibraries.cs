namespace PriorNas.Cli.Diagnosis;

/// <summary>The shared libraries in this process's memory.</summary>
internal static class LoadedLibraries
{
    /// <summary>Paths of those whose file name starts with one of the words, each once; empty where the system does not show them.</summary>
    internal static IEnumerable<string> Named(params string[] beginnings)
    {
        const string Source = "/proc/self/maps";
        return !File.Exists(Source) ? [] : File.ReadLines(Source)
            .Select(line => line.IndexOf('/', StringComparison.Ordinal) is >= 0 and var at ? line[at..] : "")
            .Where(path => path.Contains(".so", StringComparison.Ordinal) && beginnings.Any(b => Path.GetFileName(path).StartsWith(b, StringComparison.Ordinal)))
            .Distinct();
    }
}
