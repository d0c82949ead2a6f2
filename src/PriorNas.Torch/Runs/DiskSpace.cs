using PriorNas.Files;
using PriorNas.Priors;
using PriorNas.SearchSpaces;
using PriorNas.Torch.Checkpoints;
using PriorNas.Torch.Evaluation;
using PriorNas.Torch.Recipes;
using PriorNas.Torch.Training;

namespace PriorNas.Torch.Runs;

/// <summary>
/// Whether a disk has room for what a command will write, asked before it starts: a training that finds the disk full after a day has lost
/// at least the time since its last checkpoint.
/// </summary>
public sealed class DiskSpace
{
    private const long KiB = 1024;

    /// <summary>Small files, folders, journals, and what the file system itself takes.</summary>
    private const long Margin = 16 * KiB * KiB;

    /// <summary>Nine values of at most 70 bytes each ten steps.</summary>
    private const long EventBytesOfStep = 64;

    private readonly Func<string, long?> freeBytes;

    /// <param name="freeBytes">Bytes that are free in an existing folder; null where that cannot be known.</param>
    internal DiskSpace(Func<string, long?> freeBytes) => this.freeBytes = freeBytes;

    /// <summary>The disks of this machine. Where the system does not tell what is free, nothing is refused.</summary>
    public static DiskSpace OfMachine { get; } = new(Measure);

    /// <summary>Checks that a training can be ended: checkpoints, kept ones, one that is being written, and events.</summary>
    /// <param name="run">The run's folder, which need not exist yet.</param>
    /// <param name="recipe">Says how many checkpoints are kept.</param>
    /// <param name="trainer">Knows the size of one, the steps to come, and what they replace, which is not asked for again. If none are left, nothing is asked for.</param>
    /// <exception cref="InputException">There is less room.</exception>
    public void RequireForTraining(string run, Recipe recipe, Trainer trainer)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(trainer);
        var kept = KeptCheckpoints.MaxCount(recipe.Checkpoint, recipe.Epochs);
        if (trainer.Step == trainer.Steps)
            return;
        var needed = Math.Max(0, BytesOfTraining(recipe, trainer) - trainer.ReplacedBytes) + Margin;
        var remedy = kept > 0 ? "lower checkpoint.keep, free some space or use another disk" : "free some space or use another disk";
        Require(run, needed, $"run '{run}'", FormattableString.Invariant($"{kept + 2} checkpoints of {Describe(trainer.CheckpointBytes)}"), remedy);
    }

    /// <summary>Checks that several trainings can be ended, one after another.</summary>
    /// <param name="folder">Holds their run folders; it need not exist yet.</param>
    /// <param name="count">How many.</param>
    /// <param name="bytes">What those that have not started will write, see <see cref="BytesOfTraining"/>.</param>
    /// <exception cref="InputException">There is less room.</exception>
    public void RequireForRuns(string folder, int count, long bytes) =>
        Require(folder, bytes + Margin, $"folder '{folder}'", FormattableString.Invariant($"checkpoints and events of {count} trainings"), "vary less, free some space or use another disk");

    /// <summary>What a training will write: checkpoints, kept ones, one that is being written, and the events of the steps to come.</summary>
    internal static long BytesOfTraining(Recipe recipe, Trainer trainer) =>
        (KeptCheckpoints.MaxCount(recipe.Checkpoint, recipe.Epochs) + 2) * trainer.CheckpointBytes + EventBytesOfStep * (trainer.Steps - trainer.Step);

    /// <summary>Checks that a ranking can be stored.</summary>
    /// <param name="run">Its folder takes the results as they come.</param>
    /// <param name="output">The file that is written at the end.</param>
    /// <param name="list">What is ranked.</param>
    /// <exception cref="InputException">There is less room on one of the disks.</exception>
    public void RequireForRanking(RunFolder run, string output, IReadOnlyList<ListedArchitecture> list)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(list);

        // An entry of a shard, with its groups of images in base64, is longer than one of a table.
        const int BytesOfEntry = 1000;
        var bytes = list.Sum(entry => BytesOfRow(entry.Code) + BytesOfEntry + entry.Code.Length + entry.Name.Length) + Margin;
        foreach (var position in new[] { run.Location, output })
            Require(position, bytes, $"ranking into '{position}'", FormattableString.Invariant($"results of {list.Count} architectures"), "free some space or use another disk");
    }

    /// <summary>Checks that networks can be trained alone: two checkpoints for each in work, results, and the weights that are kept.</summary>
    /// <param name="run">The run's folder, which need not exist yet.</param>
    /// <param name="networks">Those that are still to be trained.</param>
    /// <param name="jobs">So many at a time.</param>
    /// <param name="keepsWeights">Whether the weights of each are kept.</param>
    /// <param name="largest">The trainer of the largest of them.</param>
    /// <exception cref="InputException">There is less room.</exception>
    public void RequireForNetworks(string run, IReadOnlyCollection<StandAloneNetwork> networks, int jobs, bool keepsWeights, StandAloneTrainer largest)
    {
        ArgumentNullException.ThrowIfNull(networks);
        ArgumentNullException.ThrowIfNull(largest);
        var checkpoints = 2 * Math.Min(jobs, networks.Count);
        var needed = checkpoints * largest.CheckpointBytes + networks.Sum(network => BytesOfRow(network.Architecture.Code)) + Margin;
        var parts = FormattableString.Invariant($"{checkpoints} checkpoints of {Describe(largest.CheckpointBytes)}");
        if (keepsWeights)
        {
            // Weights grow with the parameters; what else a file holds, names foremost, does not.
            const long OtherBytes = 64 * KiB;
            var parameters = ShapePrior.Named("params");
            var bytesOfParameter = largest.WeightBytes / parameters.Score(largest.Architecture);
            var kept = networks.Sum(network => (long)(bytesOfParameter * parameters.Score(network.Architecture)) + OtherBytes);
            needed += kept;
            parts += $", kept weights of {Describe(kept)}";
        }

        Require(run, needed, $"run '{run}'", parts, keepsWeights ? "leave out --keep-weights, free some space or use another disk" : "free some space or use another disk");
    }

    /// <summary>
    /// A row of the database holds a key of at most 64 characters, the code and the groups of images; twice for pages that are half full, twice
    /// for the journal.
    /// </summary>
    private static long BytesOfRow(string code) => 4L * (100 + ImageGroups.ByteCount + code.Length);

    private void Require(string position, long needed, string what, string parts, string remedy)
    {
        var folder = ExistingFolderOf(position);
        if (freeBytes(folder) is { } free && free < needed)
            throw new InputException($"{what} needs about {Describe(needed)} ({parts}, and a margin), but only {Describe(free)} are free in '{folder}'; {remedy}.");
    }

    /// <summary>The folder itself or the nearest above it that exists: what is made in it will lie on the same disk.</summary>
    private static string ExistingFolderOf(string position)
    {
        var folder = Path.GetFullPath(position);
        while (!Directory.Exists(folder) && Path.GetDirectoryName(folder) is { } parent)
            folder = parent;
        return folder;
    }

    internal static long? Measure(string folder)
    {
        try
        {
            // A file system without a size, such as /proc, tells nothing.
            var drive = new DriveInfo(folder);
            return drive.TotalSize == 0 ? null : drive.AvailableFreeSpace;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // A network share without a drive letter, for one.
            return null;
        }
    }

    internal static string Describe(long bytes) => bytes switch
    {
        < 10 * KiB * KiB * KiB => FormattableString.Invariant($"{Math.Ceiling(bytes / (double)(KiB * KiB)):F0} MiB"),
        _ => FormattableString.Invariant($"{bytes / (double)(KiB * KiB * KiB):F1} GiB"),
    };
}
