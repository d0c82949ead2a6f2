using PriorNas.Randomness;
using PriorNas.Sampling;
using PriorNas.SearchSpaces;

namespace PriorNas.Cli.Tests;

/// <summary>A temporary folder for a run that takes a second: the demo's recipe on few images, and a list of architectures.</summary>
internal sealed class SmallRun : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("priornas-");

    internal static string[] Settings { get; } =
    [
        "--set", "epochs=3", "--set", "data.syntheticTrainImages=96", "--set", "data.syntheticValidationImages=32", "--set", "data.batchSize=32",
        "--set", "evaluation.calibrationImages=32",
    ];

    /// <summary>Half the work of a step, where what is trained does not matter.</summary>
    internal static string[] Light { get; } = ["--set", "sampling.nets=2", "--set", "rank.pairs=1", "--threads", "1"];

    internal string Folder => folder.FullName;

    internal string Run => At("run");

    internal static string DemoRecipe => Path.Combine(CommandRun.RepositoryRoot, "recipes", "demo.json");

    internal string At(string name) => Path.Combine(Folder, name);

    internal string Write(string name, string text)
    {
        File.WriteAllText(At(name), text);
        return At(name);
    }

    internal string WriteList(int count)
    {
        var random = new RandomStream(2);
        var space = SearchSpace.Open("tiny");
        return Write("list.json", "{" + string.Join(",", Enumerable.Range(1, count).Select(i => $"\"arch{i}\": {{ \"acc\": 0.0, \"arch\": \"{UniformSampler.Draw(space, random).Code}\" }}")) + "}");
    }

    internal static string[] TrainArguments(string run) => ["train", DemoRecipe, "--run", run, .. Settings];

    /// <summary>Every file with its length: what must not change when input is refused.</summary>
    internal string Listing() => string.Join("\n", folder.EnumerateFiles("*", SearchOption.AllDirectories).Select(f => $"{f.FullName} {f.Length}").Order(StringComparer.Ordinal));

    public void Dispose() => folder.Delete(recursive: true);
}
