using System.Reflection;
using System.Runtime.InteropServices;
using PriorNas.Files;
using PriorNas.SearchSpaces;
using PriorNas.Torch.Training;

namespace PriorNas.Torch.Runs;

/// <summary>
/// The folder of one run: <c>recipe.json</c> (every value), <c>space.json</c>, <c>manifest.json</c>, <c>checkpoint/last.safetensors</c>,
/// <c>events/</c> (TensorBoard), <c>results.sqlite</c>. One process at a time uses it.
/// </summary>
public sealed class RunFolder : IDisposable
{
    private const string LockName = "lock";

    private readonly FileStream exclusive;

    private RunFolder(string path, FileStream exclusive)
    {
        Location = path;
        this.exclusive = exclusive;
        Recipe = StrictJson.ReadFile<Recipe>(At("recipe.json"), "recipe");
        Space = SearchSpace.Read(StrictJson.ReadText(At("space.json"), "search space"), $"search space '{At("space.json")}'");
        RecipeValidation.Check(Recipe, Space, $"recipe '{At("recipe.json")}'");
        Manifest = StrictJson.ReadFile<RunManifest>(At("manifest.json"), "manifest");
    }

    /// <summary>The folder.</summary>
    public string Location { get; }

    /// <summary>The run's recipe with every value.</summary>
    public Recipe Recipe { get; }

    /// <summary>The run's search space, at the recipe's image size and classes.</summary>
    public SearchSpace Space { get; }

    /// <summary>What the run was made with.</summary>
    public RunManifest Manifest { get; }

    /// <summary>Weights and state of training.</summary>
    public string CheckpointPath => CheckpointPathIn(Location);

    /// <summary>Folder of the TensorBoard events.</summary>
    public string EventsFolder => At("events");

    /// <summary>Accuracies of ranked architectures.</summary>
    public string ResultsPath => At("results.sqlite");

    /// <summary>Where a run in a folder, which need not exist yet, keeps its checkpoint.</summary>
    public static string CheckpointPathIn(string path) => Path.Combine(path, "checkpoint", "last.safetensors");

    /// <summary>Makes the folder of a new run; it appears whole or not at all, and of several processes that make it at once one gets it.</summary>
    /// <exception cref="InputException">The folder exists already, another process makes it, or it cannot be made.</exception>
    public static RunFolder Create(string path, RecipeFile recipe, RunData data)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(data);
        RequireAbsent(path);
        var whole = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        var partial = whole + WholeFile.TemporarySuffix;
        try
        {
            Directory.CreateDirectory(partial);
            var exclusive = Hold(partial);
            try
            {
                Fill(partial, recipe, data);
                return new RunFolder(path, Move(partial, whole, exclusive));
            }
            catch
            {
                exclusive.Dispose();
                if (Directory.Exists(partial))
                    Directory.Delete(partial, recursive: true);
                throw;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"run folder '{path}' cannot be made: {e.Message}", e);
        }
    }

    /// <summary>Refuses a folder that exists, before anything expensive is done for a new run.</summary>
    /// <exception cref="InputException">The folder exists already, or its name is empty.</exception>
    public static void RequireAbsent(string path)
    {
        if (string.IsNullOrWhiteSpace(path))
            throw new InputException($"run folder '{path}' has no name; give --run DIR.");
        if (Directory.Exists(path) || File.Exists(path))
            throw new InputException($"run folder '{path}' exists already; go on with it by 'train --resume {path}', or give another --run.");
    }

    /// <summary>Opens the folder of a run.</summary>
    /// <exception cref="InputException">There is no run in it, a file of it is damaged, or another process uses it.</exception>
    public static RunFolder Open(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (!File.Exists(Path.Combine(path, "manifest.json")))
            throw new InputException($"'{path}' is not a run folder: it has no manifest.json. 'train RECIPE --run {path}' makes one.");
        var exclusive = Lock(path);
        try
        {
            return new RunFolder(path, exclusive);
        }
        catch
        {
            exclusive.Dispose();
            throw;
        }
    }

    /// <summary>Refuses to go on where the results would differ from those of an uninterrupted run.</summary>
    /// <exception cref="InputException">Machine, library or data are others; the message names them.</exception>
    public void RequireSame(Machine machine, RunData data)
    {
        ArgumentNullException.ThrowIfNull(machine);
        ArgumentNullException.ThrowIfNull(data);
        var differences = Manifest.Machine.DifferencesTo(machine).ToList();
        if (Manifest.DataFingerprint != data.Fingerprint)
            differences.Add($"data {Manifest.DataFingerprint}, now {data.Fingerprint}");
        if (differences.Count > 0)
            throw new InputException($"run '{Location}' was made with {string.Join("; ", differences)}. It would not end with the same weights; restore what differs, or give --accept-differences.");
    }

    /// <inheritdoc/>
    public void Dispose() => exclusive.Dispose();

    private static RunManifest NewManifest(RunData data) => new()
    {
        Version = typeof(RunFolder).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion,
        Created = DateTimeOffset.UtcNow,
        Runtime = RuntimeInformation.FrameworkDescription,
        OperatingSystem = RuntimeInformation.OSDescription,
        Machine = Machine.Current,
        DataFolder = data.Folder,
        DataFingerprint = data.Fingerprint,
    };

    /// <summary>Writes a new run's files; what a killed process left in the folder is deleted.</summary>
    private static void Fill(string folder, RecipeFile recipe, RunData data)
    {
        foreach (var left in new DirectoryInfo(folder).GetFileSystemInfos().Where(entry => entry.Name != LockName))
        {
            if (left is DirectoryInfo directory)
                directory.Delete(recursive: true);
            else
                left.Delete();
        }

        Directory.CreateDirectory(Path.Combine(folder, "checkpoint"));
        WholeFile.WriteText(Path.Combine(folder, "recipe.json"), StrictJson.Write(recipe.Recipe));
        WholeFile.WriteText(Path.Combine(folder, "space.json"), recipe.Space.Declaration);
        WholeFile.WriteText(Path.Combine(folder, "manifest.json"), StrictJson.Write(NewManifest(data)));
    }

    /// <summary>Gives a finished folder its name. On Unix the lock moves along; Windows moves no folder in which a file is open.</summary>
    private static FileStream Move(string partial, string whole, FileStream exclusive)
    {
        if (!OperatingSystem.IsWindows())
        {
            Directory.Move(partial, whole);
            return exclusive;
        }

        exclusive.Dispose();
        Directory.Move(partial, whole);
        return Hold(whole);
    }

    private static FileStream Lock(string path)
    {
        try
        {
            return Hold(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"run folder '{path}' cannot be used: another process works in it, or it is read-only ({e.Message}).", e);
        }
    }

    private static FileStream Hold(string path) => new(Path.Combine(path, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);

    private string At(string file) => Path.Combine(Location, file);
}
