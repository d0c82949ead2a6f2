namespace PriorNas.Cli.Diagnosis;

/// <summary>Fonts, which no command needs so far: there are no charts yet.</summary>
internal static class FontFindings
{
    private static readonly string[] Folders = ["/usr/share/fonts", "/usr/local/share/fonts", "/System/Library/Fonts", "/Library/Fonts"];
    private static readonly string[] Endings = [".ttf", ".otf", ".ttc"];

    internal static IEnumerable<Finding> Of()
    {
        var folders = Folders.Append(Environment.GetFolderPath(Environment.SpecialFolder.Fonts)).Where(Directory.Exists).Distinct();
        var options = new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true };
        var count = folders.SelectMany(f => Directory.EnumerateFiles(f, "*", options)).Count(f => Endings.Contains(Path.GetExtension(f), StringComparer.OrdinalIgnoreCase));
        yield return new Finding("fonts", "font files", count > 0 ? $"{count}; no command needs them yet" : "none; no command needs them yet (Debian: fonts-dejavu-core)");
    }
}
