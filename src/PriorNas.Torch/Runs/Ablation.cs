using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using PriorNas.Files;
using PriorNas.SearchSpaces;
using PriorNas.Torch.Training;

namespace PriorNas.Torch.Runs;

/// <summary>One training of an ablation.</summary>
/// <param name="Arm">Its recipe.</param>
/// <param name="Seed">Its seed.</param>
public sealed record AblationRun(AblationArm Arm, ulong Seed)
{
    /// <summary>As it is shown.</summary>
    public override string ToString() => FormattableString.Invariant($"{Arm.Name}, seed {Seed}");
}

/// <summary>A training of an ablation that has just ended, ranked.</summary>
/// <param name="Done">Trainings that have ended, earlier ones included.</param>
/// <param name="Total">All trainings.</param>
/// <param name="Run">Which one.</param>
/// <param name="Outcome">What came of it.</param>
/// <param name="Measured">Trainings ended by this process.</param>
/// <param name="Seconds">Since this process began.</param>
public sealed record AblationProgress(int Done, int Total, AblationRun Run, AblationOutcome Outcome, int Measured, double Seconds);

/// <summary>
/// Trains a supernet by each recipe of a grid, with several seeds, and ranks the same architectures by each. Every training has a run folder of
/// its own under the ablation's, <c>ARM/seedN</c>, like any other run; beside what a run has it holds <c>outcome.json</c> when it is done. A
/// training that diverges is an outcome, too, and does not keep the others from theirs. Several processes may work on one ablation: each takes the
/// next training that none works on.
/// </summary>
/// <param name="folder">Of the ablation; made where it is missing.</param>
/// <param name="grid">The recipes.</param>
/// <param name="list">Reads the architectures that all are ranked by, for the space of a recipe.</param>
/// <param name="dataFolder">The images, or null for the embedded ones.</param>
public sealed class Ablation(string folder, AblationGrid grid, Func<SearchSpace, IReadOnlyList<ListedArchitecture>> list, string? dataFolder)
{
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(1);
    private readonly Dictionary<string, RunData> opened = [];

    /// <summary>The checkpoint or network that each training begins with; null where the first weights are random.</summary>
    public string? WarmStart { get; init; }

    /// <summary>Whether a training may go on although machine, library or data differ from those it began with.</summary>
    public bool AcceptsDifferences { get; init; }

    /// <summary>The trainings: for each seed all recipes, so that a table of fewer seeds is whole first.</summary>
    /// <param name="seeds">How many, from the recipe's own upwards.</param>
    public IReadOnlyList<AblationRun> Runs(int seeds) =>
        [.. Enumerable.Range(0, seeds).SelectMany(i => grid.Arms.Select(arm => new AblationRun(arm, grid.FirstSeed + (ulong)i)))];

    /// <summary>Finds out by every recipe what does not fit, and whether the disk has room, before anything is trained.</summary>
    /// <exception cref="InputException">A recipe does not fit the images or the architectures, or there is too little room.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public void RequireUsable(IReadOnlyCollection<AblationRun> runs, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(runs);
        long bytes = 0;
        var missing = runs.Where(run => !Directory.Exists(PathOf(run))).GroupBy(run => run.Arm).Select(group => (Group: group, File: grid.RecipeOf(group.Key, group.First().Seed))).ToArray();

        // What needs no images first.
        foreach (var (_, file) in missing)
        {
            list(file.Space);
            file.Recipe.Pretrained.RequireFit(WarmStart);
            file.Recipe.Distillation.RequireTeacher(file.Space);
        }

        foreach (var (group, file) in missing)
        {
            using var trainer = new SupernetTrainer(file.Recipe, file.Space, DataOf(file, cancellation).Images, RunFolder.CheckpointPathIn(PathOf(group.First())), cancellation);
            if (WarmStart is not null)
                trainer.StartFrom(WarmStart);
            bytes += group.Count() * DiskSpace.BytesOfTraining(file.Recipe, trainer);
        }

        DiskSpace.OfMachine.RequireForRuns(folder, runs.Count, bytes);
    }

    /// <summary>Trains and ranks what has no outcome yet.</summary>
    /// <param name="runs">Of <see cref="Runs"/>.</param>
    /// <param name="observer">An observer of one training, beside the one that writes its events; called on the caller's thread.</param>
    /// <param name="progress">Is told after each training, on the caller's thread.</param>
    /// <param name="cancellation">Stops after the steps in work; what is done is kept.</param>
    /// <returns>An outcome for each training, or null if cancelled.</returns>
    /// <exception cref="InputException">A run folder cannot be used, or images cannot be read.</exception>
    public IReadOnlyDictionary<AblationRun, AblationOutcome>? Train(
        IReadOnlyCollection<AblationRun> runs, Func<AblationRun, TrainingObserver> observer, Action<AblationProgress> progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(runs);
        ArgumentNullException.ThrowIfNull(observer);
        ArgumentNullException.ThrowIfNull(progress);
        var outcomes = runs.Select(run => (Run: run, Outcome: Known(run))).Where(known => known.Outcome is not null).ToDictionary(known => known.Run, known => known.Outcome!);
        var (clock, measured) = (Stopwatch.StartNew(), 0);
        while (outcomes.Count < runs.Count && !cancellation.IsCancellationRequested)
        {
            var before = outcomes.Count;
            foreach (var run in runs.Where(run => !outcomes.ContainsKey(run)))
            {
                // Another process works on it, or has ended it since.
                using var claim = Claim(run);
                if (claim is null || cancellation.IsCancellationRequested)
                    continue;
                if (Known(run) is { } known)
                {
                    outcomes.Add(run, known);
                    continue;
                }

                if (Train(run, observer(run), cancellation) is not { } outcome)
                    return null;
                outcomes.Add(run, outcome);
                progress(new AblationProgress(outcomes.Count, runs.Count, run, outcome, ++measured, clock.Elapsed.TotalSeconds));
            }

            if (outcomes.Count == before)
                cancellation.WaitHandle.WaitOne(Wait);
        }

        return outcomes.Count == runs.Count ? outcomes : null;
    }

    /// <summary>The run folder of a training.</summary>
    public string PathOf(AblationRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        return Path.Combine(folder, run.Arm.FolderName, FormattableString.Invariant($"seed{run.Seed}"));
    }

    private AblationOutcome? Train(AblationRun run, TrainingObserver observer, CancellationToken cancellation)
    {
        var file = grid.RecipeOf(run.Arm, run.Seed);
        var architectures = list(file.Space);
        try
        {
            var data = DataOf(file, cancellation);
            using var opened = Directory.Exists(PathOf(run)) ? Reopen(run, file, data) : null;
            using var trainer = new SupernetTrainer(file.Recipe, file.Space, data.Images, RunFolder.CheckpointPathIn(PathOf(run)), cancellation);
            if (opened is null && WarmStart is not null)
                trainer.StartFrom(WarmStart);
            using var created = opened is null ? RunFolder.Create(PathOf(run), file, data, trainer: trainer) : null;
            var runFolder = opened ?? created!;
            if (runFolder.HasCheckpoint())
                trainer.Resume();
            if (!trainer.Run(new CompositeObserver(observer, new TensorBoardObserver(runFolder.EventsFolder)), cancellation))
                return null;
            using var ranking = new SupernetRanking(runFolder, data, file.Recipe.Evaluation, cancellation: cancellation);
            return ranking.Run(architectures, _ => { }, cancellation) is { } results
                ? Keep(run, new AblationOutcome { ListSha256 = HashOf(architectures), Accuracies = [.. results.Select(result => result.Top1)] })
                : null;
        }
        catch (TrainingException e)
        {
            return Keep(run, new AblationOutcome { ListSha256 = HashOf(architectures), Accuracies = [], Diverged = e.Message });
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return null;
        }
    }

    private RunFolder Reopen(AblationRun run, RecipeFile file, RunData data)
    {
        var runFolder = RunFolder.Open(PathOf(run), RunKind.Supernet, file);
        try
        {
            RequireSameStart(run);
            if (!AcceptsDifferences)
                runFolder.RequireSame(Machine.Current, data);
            return runFolder;
        }
        catch
        {
            runFolder.Dispose();
            throw;
        }
    }

    /// <summary>Waits until no other process writes the ablation's reports.</summary>
    /// <param name="folder">Of the ablation.</param>
    /// <returns>To be disposed when they are written.</returns>
    public static IDisposable TakeTurn(string folder)
    {
        var path = Path.Combine(folder, "reports.lock");
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (File.Exists(path))
            {
                Thread.Sleep(Wait);
            }
        }
    }

    /// <summary>The right to work on a training; the system takes it back from a process that ends. Null while another process has it.</summary>
    private FileStream? Claim(AblationRun run)
    {
        var path = PathOf(run) + ".lock";
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException) when (File.Exists(path))
        {
            return null;
        }
    }

    private AblationOutcome? Known(AblationRun run)
    {
        var path = OutcomePath(run);
        if (!File.Exists(path))
            return null;
        var file = grid.RecipeOf(run.Arm, run.Seed);
        RunFolder.RequireRecipe(PathOf(run), file);
        RequireSameStart(run);
        var outcome = StrictJson.ReadFile<AblationOutcome>(path, "outcome");
        return outcome.ListSha256 == HashOf(list(file.Space)) ? outcome : null;
    }

    /// <summary>A table must not mix trainings that began with different weights.</summary>
    private void RequireSameStart(AblationRun run)
    {
        var began = RunFolder.ManifestOf(PathOf(run)).WarmStart?.Source;
        var wanted = WarmStart is null ? null : Path.GetFullPath(WarmStart);
        if (began != wanted)
            throw new InputException($"training '{PathOf(run)}' began with {Describe(began)}, not with {Describe(wanted)}; give the same --warm-start, or another --run.");

        static string Describe(string? source) => source is null ? "random weights" : $"'{source}'";
    }

    private AblationOutcome Keep(AblationRun run, AblationOutcome outcome)
    {
        WholeFile.WriteText(OutcomePath(run), StrictJson.Write(outcome));
        return outcome;
    }

    private string OutcomePath(AblationRun run) => Path.Combine(PathOf(run), "outcome.json");

    /// <summary>Recipes that ask for the same images share them.</summary>
    private RunData DataOf(RecipeFile file, CancellationToken cancellation)
    {
        var key = StrictJson.Write(file.Recipe.Data with { Workers = 1 }) + FormattableString.Invariant($"{file.Space.ImageSize} {file.Space.Classes}");
        if (opened.TryGetValue(key, out var known))
            return known;
        var data = RunData.Open(file.Recipe, file.Space, dataFolder, cancellation);
        data.DecodeTraining(cancellation);
        opened.Add(key, data);
        return data;
    }

    private static string HashOf(IReadOnlyList<ListedArchitecture> list) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', list.Select(entry => $"{entry.Name} {entry.Code}")))));
}
