using PriorNas.Files;
using PriorNas.Torch.Recipes;
using PriorNas.Torch.Training;

namespace PriorNas.Torch.Runs;

/// <summary>A supernet in training: its run folder, its images and its trainer.</summary>
public sealed class SupernetRun : IDisposable
{
    private readonly ConsistencyFile? consistency;

    private SupernetRun(RunFolder folder, RunData data, SupernetTrainer trainer, ConsistencyFile? consistency)
    {
        Folder = folder;
        Data = data;
        Trainer = trainer;
        this.consistency = consistency;
    }

    /// <summary>The run's folder, which is held.</summary>
    public RunFolder Folder { get; }

    /// <summary>The run's images.</summary>
    public RunData Data { get; }

    /// <summary>The run's trainer.</summary>
    public SupernetTrainer Trainer { get; }

    /// <summary>Starts a new run. The trainer finds out what does not fit together before there is a folder.</summary>
    /// <param name="path">The folder, which must not exist.</param>
    /// <param name="file">The recipe.</param>
    /// <param name="data">The recipe's images.</param>
    /// <param name="weights">The checkpoint or network to start with; null for random weights.</param>
    /// <param name="cancellation">Ends the reading of the validation images early.</param>
    /// <param name="truth">Stand-alone accuracies to compare the supernet with after epochs; null for none.</param>
    /// <exception cref="InputException">Something does not fit, the disk has no room, or the folder cannot be made.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static SupernetRun Start(string path, RecipeFile file, RunData data, string? weights, CancellationToken cancellation, TruthWatch? truth = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        var trainer = NewTrainer(path, file, data, weights, cancellation);
        try
        {
            if (truth is not null)
                trainer.Watch(truth, [], cancellation);
            DiskSpace.OfMachine.RequireForTraining(path, file.Recipe, trainer);
            var folder = RunFolder.Create(path, file, data, trainer: trainer);
            return new SupernetRun(folder, data, trainer, truth is null ? null : ConsistencyFile.Open(folder.ConsistencyPath));
        }
        catch
        {
            trainer.Dispose();
            throw;
        }
    }

    /// <summary>Continues with a run, from its checkpoint where it has one.</summary>
    /// <param name="folder">Its folder; disposed with the run, and where this fails.</param>
    /// <param name="data">Its images.</param>
    /// <param name="cancellation">Ends the reading of the validation images early.</param>
    /// <param name="truth">
    /// Stand-alone accuracies to compare the supernet with after epochs, those of before where there were some; null for none. Epochs that
    /// have been compared are not again.
    /// </param>
    /// <exception cref="InputException">The checkpoint cannot be used, or the disk has no room.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static SupernetRun Resume(RunFolder folder, RunData data, CancellationToken cancellation, TruthWatch? truth = null)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(data);
        SupernetTrainer? trainer = null;
        try
        {
            var hasCheckpoint = folder.HasCheckpoint();
            if (truth is not null)
                folder.RequireTruth(truth.Source);
            var consistency = truth is null ? null : ConsistencyFile.Open(folder.ConsistencyPath);
            trainer = new SupernetTrainer(folder.Recipe, folder.Space, data.Images, folder.CheckpointPath, cancellation);
            if (hasCheckpoint)
                trainer.Resume();
            if (truth is not null)
                trainer.Watch(truth, consistency!.Epochs, cancellation);
            DiskSpace.OfMachine.RequireForTraining(folder.Location, folder.Recipe, trainer);
            if (truth is not null)
                folder.RecordTruth(truth.Source);
            return new SupernetRun(folder, data, trainer, consistency);
        }
        catch
        {
            trainer?.Dispose();
            folder.Dispose();
            throw;
        }
    }

    /// <summary>Trains to the end of the recipe, or until cancelled; events and comparisons with stand-alone accuracies go to the run's folder.</summary>
    /// <param name="observer">Is told of steps and epochs.</param>
    /// <param name="cancellation">Ends the training; finished steps are saved.</param>
    /// <returns>False if cancelled before the last epoch was reported.</returns>
    /// <exception cref="InputException">An image cannot be read; finished steps are saved.</exception>
    /// <exception cref="TrainingException">A loss, a weight or a statistic is not finite; the checkpoint is left as it was.</exception>
    public bool Train(TrainingObserver observer, CancellationToken cancellation)
    {
        // The table last: a comparison that is not in it is repeated.
        TrainingObserver[] observers = [observer, new TensorBoardObserver(Folder.EventsFolder)];
        return Trainer.Run(new CompositeObserver(consistency is null ? observers : [.. observers, consistency]), cancellation);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Trainer.Dispose();
        Folder.Dispose();
    }

    /// <summary>The trainer of a run that is to start.</summary>
    internal static SupernetTrainer NewTrainer(string path, RecipeFile file, RunData data, string? weights, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(file);
        var trainer = new SupernetTrainer(file.Recipe, file.Space, data.Images, RunFolder.CheckpointPathIn(path), cancellation);
        try
        {
            if (weights is not null)
                trainer.StartFrom(weights);
            return trainer;
        }
        catch
        {
            trainer.Dispose();
            throw;
        }
    }
}
