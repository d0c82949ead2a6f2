namespace PriorNas.Cli.Tests.Golden;

/// <summary>Texts that the terminal shows, kept in files beside this one. PRIORNAS_UPDATE_GOLDEN=1 rewrites them.</summary>
internal static class GoldenFile
{
    internal static void Matches(string name, string text)
    {
        var path = Path.Combine(CommandRun.RepositoryRoot, "tests", "PriorNas.Cli.Tests", "Golden", name + ".txt");
        var shown = text.ReplaceLineEndings("\n");
        if (Environment.GetEnvironmentVariable("PRIORNAS_UPDATE_GOLDEN") == "1")
            File.WriteAllText(path, shown);
        Assert.True(File.Exists(path), $"'{path}' does not exist; PRIORNAS_UPDATE_GOLDEN=1 makes it.");
        Assert.Equal(File.ReadAllText(path), shown);
    }
}
