using PriorNas.Files;
using PriorNas.SearchSpaces;
using PriorNas.Torch.Recipes;
using PriorNas.Torch.Training;

namespace PriorNas.Torch.Runs;

/// <summary>
/// The folder of one run: <c>recipe.json</c> (every value), <c>space.json</c>, <c>manifest.json</c>, <c>checkpoint/last.safetensors</c> and
/// kept epochs beside it, <c>events/</c> (TensorBoard), <c>consistency.csv</c>, <c>results.sqlite</c>. One process at a time uses it.
/// </summary>
public sealed class RunFolder : IDisposable
{
    /// <summary>The name of the checkpoint that training resumes from.</summary>
    public const string LastCheckpoint = "last";

    internal const string CheckpointFolder = "checkpoint";
    private const string CheckpointSuffix = ".safetensors";
    internal const string SpaceFile = "space.json";
    internal const string RecipeName = "recipe.json";
    internal const string ManifestName = "manifest.json";
    internal const string LockName = "lock";

    private readonly FileStream exclusive;

    private RunFolder(string path, FileStream exclusive)
    {
        Location = path;
        this.exclusive = exclusive;
        Recipe = StrictJson.ReadFile<Recipe>(At(RecipeName), "recipe");
        Space = SearchSpace.Read(StrictJson.ReadText(At(SpaceFile), "search space"), $"search space '{At(SpaceFile)}'");
        RecipeValidation.Check(Recipe, Space, $"recipe '{At(RecipeName)}'");
        Manifest = StrictJson.ReadFile<RunManifest>(At(ManifestName), "manifest");
    }

    /// <summary>The folder.</summary>
    public string Location { get; }

    /// <summary>The run's recipe with every value.</summary>
    public Recipe Recipe { get; }

    /// <summary>The run's search space, at the recipe's image size and classes.</summary>
    public SearchSpace Space { get; }

    /// <summary>What the run was made with.</summary>
    public RunManifest Manifest { get; private set; }

    /// <summary>Weights and state of training.</summary>
    public string CheckpointPath => CheckpointPathIn(Location);

    /// <summary>Folder of the TensorBoard events.</summary>
    public string EventsFolder => At("events");

    /// <summary>How far the supernet agreed with stand-alone accuracies after its epochs, where its training was compared with some.</summary>
    public string ConsistencyPath => At("consistency.csv");

    /// <summary>Where the landmarks of a run, and their accuracies, are listed.</summary>
    public static string LandmarksPathIn(string path) => Path.Combine(path, "landmarks.json");

    /// <summary>Where it is kept how the landmarks of a run weigh priors.</summary>
    public static string WeighingPathIn(string path) => Path.Combine(path, "weighing.json");

    /// <summary>Where it is kept how the landmarks of a run weigh priors beside the scores of a supernet.</summary>
    public static string JoiningPathIn(string path) => Path.Combine(path, "joining.json");

    /// <summary>Where it is kept what the landmarks of a run have cost so far.</summary>
    public static string CostPathIn(string path) => Path.Combine(path, "cost.json");

    /// <summary>Accuracies of ranked architectures.</summary>
    public string ResultsPath => At("results.sqlite");

    /// <summary>Where a run in a folder, which need not exist yet, keeps its checkpoint.</summary>
    public static string CheckpointPathIn(string path) => Path.Combine(path, CheckpointFolder, LastCheckpoint + CheckpointSuffix);

    /// <summary>The checkpoint to start a run with.</summary>
    /// <param name="source">The folder of a run, whose last checkpoint it is, or a checkpoint's file.</param>
    /// <exception cref="InputException">There is neither.</exception>
    public static string CheckpointOf(string source)
    {
        var path = Directory.Exists(source) ? CheckpointPathIn(source) : source;
        return File.Exists(path) ? path : throw new InputException(
            $"--warm-start '{source}': there is no file '{path}'; give the folder of a trained run, a checkpoint, or a network as safetensors or .pdparams.");
    }

    /// <summary>Makes the folder of a new run; it appears whole or not at all, and of several processes that make it at once one gets it.</summary>
    /// <exception cref="InputException">The folder exists already, another process makes it, it cannot be made, or what stands under its temporary name is no left-over.</exception>
    /// <param name="path">The folder.</param>
    /// <param name="recipe">The run's recipe.</param>
    /// <param name="data">The run's images.</param>
    /// <param name="kind">What it will hold.</param>
    /// <param name="trainer">The run's trainer. If it has weights of another run, they become the first checkpoint, so that the run never needs the other again.</param>
    public static RunFolder Create(string path, RecipeFile recipe, RunData data, RunKind kind = RunKind.Supernet, SupernetTrainer? trainer = null)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(data);
        RequireAbsent(path);
        var teacher = kind == RunKind.Supernet ? ExternalTeacher.HashOf(recipe.Recipe.Distillation) : null;
        var manifest = RunManifest.Of(data, kind) with { WarmStart = trainer?.WarmStart, TeacherSha256 = teacher, Truth = trainer?.Truth };
        var exclusive = RunFolderCreation.Create(path, recipe, manifest, trainer);
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

    /// <summary>Refuses a folder that exists, before anything expensive is done for a new run.</summary>
    /// <exception cref="InputException">The folder exists already, or its name is empty.</exception>
    public static void RequireAbsent(string path)
    {
        if (string.IsNullOrWhiteSpace(path))
            throw new InputException($"run folder '{path}' has no name; give --run DIR.");
        if (Directory.Exists(path) || File.Exists(path))
            throw new InputException($"run folder '{path}' exists already{ResumeAdvice(path)}give another --run.");
    }

    /// <summary>Opens the folder of a run.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="kind">What it must hold.</param>
    /// <exception cref="InputException">There is no run of this kind in it, a file of it is damaged, or another process uses it.</exception>
    public static RunFolder Open(string path, RunKind kind = RunKind.Supernet)
    {
        ArgumentNullException.ThrowIfNull(path);
        RequireManifest(path, kind);
        var exclusive = Lock(path);
        try
        {
            var folder = new RunFolder(path, exclusive);
            RequireKind(path, folder.Manifest, kind);
            return folder;
        }
        catch
        {
            exclusive.Dispose();
            throw;
        }
    }

    /// <summary>Opens the folder of a run that was made by the same recipe.</summary>
    /// <exception cref="InputException">As for the other <see cref="Open(string, RunKind)"/>, or the folder has another recipe.</exception>
    public static RunFolder Open(string path, RunKind kind, RecipeFile recipe)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        var folder = Open(path, kind);
        try
        {
            RequireRecipe(path, recipe);
            return folder;
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    /// <summary>The manifest of a run; another process may work in its folder.</summary>
    /// <exception cref="InputException">It is missing or damaged, or of another kind.</exception>
    internal static RunManifest ManifestOf(string path, RunKind kind = RunKind.Supernet)
    {
        RequireManifest(path, kind);
        var manifest = StrictJson.ReadFile<RunManifest>(Path.Combine(path, ManifestName), "manifest");
        RequireKind(path, manifest, kind);
        return manifest;
    }

    /// <summary>Makes sure that a run was made by a recipe; another process may work in its folder.</summary>
    /// <exception cref="InputException">It was made by another recipe, or a file of it is damaged.</exception>
    internal static void RequireRecipe(string path, RecipeFile recipe)
    {
        var space = Path.Combine(path, SpaceFile);
        var hash = SearchSpace.Read(StrictJson.ReadText(space, "search space"), $"search space '{space}'").Hash;
        if (hash != recipe.Space.Hash || StrictJson.Write(StrictJson.ReadFile<Recipe>(Path.Combine(path, RecipeName), "recipe")) != StrictJson.Write(OfRun(recipe.Recipe)))
            throw new InputException($"run folder '{path}' was made by another recipe (see its recipe.json); continue with the same recipe and settings, or give another --run.");
    }

    /// <summary>The checkpoint of a name: <c>last</c>, or one of a kept epoch such as <c>epoch-0003</c>; the file's ending may stand.</summary>
    /// <exception cref="InputException">The run has none of this name; the message lists those that it has.</exception>
    public string FindCheckpoint(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var stem = name.EndsWith(CheckpointSuffix, StringComparison.Ordinal) ? name[..^CheckpointSuffix.Length] : name;
        var folder = At(CheckpointFolder);
        var files = Directory.Exists(folder) ? Directory.GetFiles(folder, "*" + CheckpointSuffix) : [];
        var names = files.Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal).ToArray();
        if (names.Length == 0)
            throw new InputException($"run '{Location}' has no checkpoint yet; train it first by 'train --resume {Location}'.");
        return names.Contains(stem)
            ? Path.Combine(folder, stem + CheckpointSuffix)
            : throw new InputException($"run '{Location}' has no checkpoint '{name}'; it has {string.Join(", ", names)}. The recipe's checkpoint.keep says how many epochs are kept.");
    }

    /// <summary>Whether training continues from a checkpoint, or starts at random.</summary>
    /// <exception cref="InputException">It started with weights of another run, and the checkpoint that holds them is gone.</exception>
    public bool HasCheckpoint() => HasCheckpoint(Location, Manifest);

    /// <summary>As <see cref="HasCheckpoint()"/>; another process may work in the folder.</summary>
    internal static bool HasCheckpoint(string path, RunManifest manifest)
    {
        var checkpoint = CheckpointPathIn(path);
        if (!File.Exists(checkpoint) && manifest.WarmStart is { } start)
            throw new InputException($"run '{path}' started with the weights of '{start.Source}', but its checkpoint '{checkpoint}' is gone; restore it, or start a new run with --warm-start.");
        return File.Exists(checkpoint);
    }

    /// <summary>Refuses to continue where the results would differ from those of an uninterrupted run.</summary>
    /// <exception cref="InputException">Machine, library, data or teacher are others; the message names them.</exception>
    public void RequireSame(Machine machine, RunData data)
    {
        ArgumentNullException.ThrowIfNull(machine);
        ArgumentNullException.ThrowIfNull(data);
        string[] differences = [.. Manifest.DifferencesTo(machine, data.Fingerprint, Recipe.Distillation)];
        if (differences.Length > 0)
            throw new InputException($"run '{Location}' was made with {string.Join("; ", differences)}. It would not end with the same weights; restore what differs, or give --accept-differences.");
    }

    /// <summary>Refuses stand-alone accuracies that are not those that the run has been compared with.</summary>
    /// <exception cref="InputException">They are of another file's content, or under another key.</exception>
    public void RequireTruth(TruthSource truth)
    {
        ArgumentNullException.ThrowIfNull(truth);
        if (Manifest.Truth is { } known && (known.Sha256 != truth.Sha256 || known.Key != truth.Key))
        {
            throw new InputException(
                $"run '{Location}' has been compared with '{known.File}' ({known.Key}, SHA-256 {known.Sha256[..12]}), not with '{truth.File}' ({truth.Key}, {truth.Sha256[..12]}); give the same --truth, or none.");
        }
    }

    /// <summary>Records with which stand-alone accuracies the run is compared from now on.</summary>
    /// <exception cref="InputException">It has been compared with others.</exception>
    /// <exception cref="IOException">The manifest cannot be written; it is as it was.</exception>
    internal void RecordTruth(TruthSource truth)
    {
        RequireTruth(truth);
        if (Manifest.Truth is not null)
            return;
        var manifest = Manifest with { Truth = truth };
        WholeFile.WriteText(At(ManifestName), StrictJson.Write(manifest));
        Manifest = manifest;
    }

    /// <inheritdoc/>
    public void Dispose() => exclusive.Dispose();

    /// <summary>A space file's location may change; the run's copy stays beside the recipe, so that this can be trained by again.</summary>
    internal static Recipe OfRun(Recipe recipe) => SearchSpace.EmbeddedNames.Contains(recipe.Space) ? recipe : recipe with { Space = SpaceFile };

    private static void RequireManifest(string path, RunKind kind)
    {
        if (!File.Exists(Path.Combine(path, ManifestName)))
            throw new InputException($"'{path}' is not a run folder: it has no manifest.json. Give the folder of a run; '{CommandOf(kind)} RECIPE --run DIR' makes one where there is no DIR yet.");
    }

    private static void RequireKind(string path, RunManifest manifest, RunKind kind)
    {
        if (manifest.Kind != kind)
            throw new InputException($"run folder '{path}' holds {Describe(manifest.Kind)}, not {Describe(kind)}; give another folder.");
    }

    private static string Describe(RunKind kind) => kind == RunKind.Supernet ? "a supernet" : "networks trained alone";

    private static string CommandOf(RunKind kind) => kind == RunKind.Supernet ? "train" : "train-alone";

    /// <summary>How to continue with what exists, as the middle of a sentence.</summary>
    private static string ResumeAdvice(string path)
    {
        var manifest = Path.Combine(path, ManifestName);
        if (!File.Exists(manifest))
            return " and is no run: it has no manifest.json; ";
        try
        {
            return StrictJson.ReadFile<RunManifest>(manifest, "manifest").Kind == RunKind.Supernet
                ? $"; continue with it by 'train --resume {path}', or "
                : "; continue with it by the 'train-alone' command that made it, or ";
        }
        catch (InputException)
        {
            return ", but its manifest.json is damaged; restore that, or ";
        }
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

    /// <summary>Takes the lock of a folder; it is held until the stream is disposed.</summary>
    /// <exception cref="IOException">Another process holds it, or the folder cannot be written.</exception>
    internal static FileStream Hold(string path) => new(Path.Combine(path, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);

    private string At(string file) => Path.Combine(Location, file);
}
