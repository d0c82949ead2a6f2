using System.Diagnostics;
using PriorNas.Files;
using PriorNas.SearchSpaces;
using PriorNas.Torch.Checkpoints;
using PriorNas.Torch.Rankings;
using PriorNas.Torch.Runs;
using PriorNas.Torch.Training;

namespace PriorNas.Torch.Ablations;

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
    private readonly AblationData images = new(dataFolder);
    private string? warmStartHash;

    /// <summary>The checkpoint or network that each training starts with; null where the first weights are random.</summary>
    public string? WarmStart { get; init; }

    /// <summary>Whether trainings may continue, and outcomes count, although machine, library, data or teacher differ from the present ones.</summary>
    public bool AcceptsDifferences { get; init; }

    /// <summary>The trainings: for each seed all recipes, so that a table of fewer seeds is whole first.</summary>
    /// <param name="seeds">How many, from the recipe's own upwards.</param>
    public IReadOnlyList<AblationRun> Runs(int seeds) =>
        [.. Enumerable.Range(0, seeds).SelectMany(i => grid.Arms.Select(arm => new AblationRun(arm, grid.FirstSeed + (ulong)i)))];

    /// <summary>Finds out by every recipe and by every training that is there what does not fit, and whether the disk has room, before anything is trained.</summary>
    /// <exception cref="InputException">A recipe does not fit the images or the architectures, a training cannot be used, or there is too little room.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public void RequireUsable(IReadOnlyCollection<AblationRun> runs, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(runs);
        long bytes = 0;

        // What needs no images first.
        foreach (var file in runs.Where(run => !FolderOf(run).Exists).GroupBy(run => run.Arm).Select(group => grid.RecipeOf(group.Key, group.First().Seed)))
        {
            file.Recipe.Pretrained.RequireFit(WarmStart);
            ExternalTeacher.Require(file.Recipe.Distillation, file.Space);
        }

        foreach (var group in runs.GroupBy(run => run.Arm))
        {
            var folders = group.Select(FolderOf).ToArray();
            foreach (var begun in folders.Where(folder => folder.Exists))
            {
                if (Known(begun, cancellation) is not null)
                    continue;
                RequireSame(begun, cancellation);
                begun.RequireResumable();
            }

            if (folders.Where(folder => !folder.Exists).ToArray() is { Length: > 0 } missing)
                bytes += missing.Length * BytesOf(missing[0], cancellation);
        }

        DiskSpace.OfMachine.RequireForRuns(folder, runs.Count, bytes);
    }

    /// <summary>The outcomes that are there; nothing is trained, and another process may work on the ablation.</summary>
    /// <param name="runs">Of <see cref="Runs"/>.</param>
    /// <param name="cancellation">Ends the reading of images early, which tells whether they are the same.</param>
    /// <exception cref="InputException">A training was made with another machine, library or images, or by another recipe.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public IReadOnlyDictionary<AblationRun, AblationOutcome> Outcomes(IEnumerable<AblationRun> runs, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(runs);
        var outcomes = new Dictionary<AblationRun, AblationOutcome>();
        foreach (var run in runs)
        {
            if (Known(FolderOf(run), cancellation) is { } known)
                outcomes.Add(run, known);
        }

        return outcomes;
    }

    /// <summary>Trains and ranks what has no outcome yet.</summary>
    /// <param name="runs">Of <see cref="Runs"/>.</param>
    /// <param name="observer">Is told how it goes.</param>
    /// <param name="cancellation">Stops after the steps in work; what is done is kept.</param>
    /// <returns>An outcome for each training, or null if cancelled.</returns>
    /// <exception cref="InputException">A run folder cannot be used, or images cannot be read.</exception>
    public IReadOnlyDictionary<AblationRun, AblationOutcome>? Train(IReadOnlyCollection<AblationRun> runs, AblationObserver observer, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(runs);
        ArgumentNullException.ThrowIfNull(observer);
        try
        {
            var outcomes = new Dictionary<AblationRun, AblationOutcome>(Outcomes(runs, cancellation));
            TrainMissing(runs, outcomes, observer, cancellation);
            return outcomes.Count == runs.Count ? outcomes : null;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>Waits until no other process writes the ablation's reports.</summary>
    /// <param name="folder">Of the ablation.</param>
    /// <param name="waiting">Is told once, where another does.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <returns>To be disposed when they are written.</returns>
    /// <exception cref="InputException">The folder cannot be written.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static IDisposable TakeTurn(string folder, Action waiting, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(waiting);
        return FileLock.Take(Path.Combine(folder, "reports.lock"), waiting, cancellation);
    }

    private void TrainMissing(IReadOnlyCollection<AblationRun> runs, Dictionary<AblationRun, AblationOutcome> outcomes, AblationObserver observer, CancellationToken cancellation)
    {
        var (clock, measured, isWaiting) = (Stopwatch.StartNew(), 0, false);
        while (outcomes.Count < runs.Count)
        {
            var before = outcomes.Count;
            foreach (var run in runs.Where(run => !outcomes.ContainsKey(run)))
            {
                cancellation.ThrowIfCancellationRequested();
                var ofRun = FolderOf(run);
                using var claim = ofRun.Claim();
                if (claim is null)
                    continue;

                // Another process may have ended it since.
                if (Known(ofRun, cancellation) is { } known)
                {
                    outcomes.Add(run, known);
                    continue;
                }

                outcomes.Add(run, Train(ofRun, observer.OnTraining(run), cancellation));
                observer.OnEnded(new AblationProgress(outcomes.Count, runs.Count, run, outcomes[run], ++measured, clock.Elapsed.TotalSeconds));
            }

            if (outcomes.Count == before)
            {
                if (!isWaiting)
                    observer.OnWaiting([.. runs.Where(run => !outcomes.ContainsKey(run))]);
                cancellation.WaitHandle.WaitOne(Wait);
            }

            isWaiting = outcomes.Count == before;
        }
    }

    /// <exception cref="OperationCanceledException">It was cancelled; what is done is kept.</exception>
    private AblationOutcome Train(AblationFolder ofRun, TrainingObserver observer, CancellationToken cancellation)
    {
        var data = images.Of(ofRun.File, cancellation);
        var architectures = list(ofRun.File.Space);
        var ended = new AblationOutcome { ListSha256 = HashOf(architectures), Accuracies = [], DataFingerprint = data.Fingerprint, Machine = Machine.Current };
        try
        {
            using var run = Open(ofRun, data, cancellation);
            if (!run.Train(observer, cancellation))
                throw new OperationCanceledException(cancellation);
            using var ranking = new SupernetRanking(run.Folder, data, run.Folder.Recipe.Evaluation, cancellation: cancellation);
            var results = ranking.Run(architectures, _ => { }, cancellation) ?? throw new OperationCanceledException(cancellation);
            return ofRun.Keep(ended with
            {
                Accuracies = [.. results.Select(result => result.Top1)],
                Losses = [.. results.Select(result => result.Loss)],
                Margins = [.. results.Select(result => result.Margin)],
            });
        }
        catch (TrainingException e)
        {
            return ofRun.Keep(ended with { Diverged = e.Message });
        }
    }

    private SupernetRun Open(AblationFolder ofRun, RunData data, CancellationToken cancellation)
    {
        if (!ofRun.Exists)
            return SupernetRun.Start(ofRun.Location, ofRun.File, data, WarmStart, cancellation);
        RequireSame(ofRun, cancellation);
        return SupernetRun.Resume(RunFolder.Open(ofRun.Location), data, cancellation);
    }

    /// <summary>What the disk must hold for a training that has not started; finds out by its trainer what does not fit.</summary>
    private long BytesOf(AblationFolder missing, CancellationToken cancellation)
    {
        list(missing.File.Space);
        using var trainer = SupernetRun.NewTrainer(missing.Location, missing.File, images.Of(missing.File, cancellation), WarmStart, cancellation);
        return DiskSpace.BytesOfTraining(missing.File.Recipe, trainer);
    }

    /// <summary>The outcome that is there, unless it is of another list, or of an earlier version and lacks losses and margins.</summary>
    private AblationOutcome? Known(AblationFolder ofRun, CancellationToken cancellation)
    {
        if (ofRun.Outcome() is not { } outcome)
            return null;
        RequireSame(ofRun, cancellation);
        return outcome.IsComplete && outcome.ListSha256 == HashOf(list(ofRun.File.Space)) ? outcome : null;
    }

    private void RequireSame(AblationFolder ofRun, CancellationToken cancellation)
    {
        if (WarmStart is not null)
            warmStartHash ??= WarmStartSource.Open(WarmStart).Sha256;
        ofRun.RequireSameStart(WarmStart, warmStartHash);
        if (!AcceptsDifferences)
            ofRun.RequireSame(Machine.Current, images.FingerprintOf(ofRun.File, cancellation));
    }

    private AblationFolder FolderOf(AblationRun run) =>
        new(Path.Combine(folder, run.Arm.FolderName, FormattableString.Invariant($"seed{run.Seed}")), grid.RecipeOf(run.Arm, run.Seed));

    private static string HashOf(IReadOnlyList<ListedArchitecture> list) =>
        Sha256Text.Of(string.Join('\n', list.Select(entry => $"{entry.Name} {entry.Code}")));
}
