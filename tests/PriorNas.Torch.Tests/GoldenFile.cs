using System.Runtime.CompilerServices;

namespace PriorNas.Torch.Tests;

/// <summary>Text kept in a file beside the tests. With PRIORNAS_UPDATE_GOLDEN=1 the files are rewritten instead of compared.</summary>
internal static class GoldenFile
{
    internal static void AssertEqual(string name, string actual, [CallerFilePath] string testFile = "")
    {
        var path = Path.Combine(ProjectFolder(testFile), "Golden", name);
        if (Environment.GetEnvironmentVariable("PRIORNAS_UPDATE_GOLDEN") == "1")
            File.WriteAllText(path, actual);
        Assert.Equal(File.ReadAllText(path), actual, ignoreLineEndingDifferences: true);
    }

    /// <summary>The text of a golden file that another program made: it is never rewritten here.</summary>
    internal static string Read(string name, [CallerFilePath] string testFile = "") =>
        File.ReadAllText(Path.Combine(ProjectFolder(testFile), "Golden", name)).ReplaceLineEndings("\n");

    private static string ProjectFolder(string testFile)
    {
        var folder = Path.GetDirectoryName(testFile)!;
        while (Directory.GetFiles(folder, "*.csproj").Length == 0)
            folder = Path.GetDirectoryName(folder)!;
        return folder;
    }
}
