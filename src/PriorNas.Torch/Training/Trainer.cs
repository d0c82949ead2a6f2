using System.Diagnostics;
using PriorNas.Randomness;
using PriorNas.Torch.Checkpoints;
using PriorNas.Torch.Data;
using PriorNas.Torch.Data.Loading;
using PriorNas.Torch.Evaluation;
using PriorNas.Torch.Recipes;
using PriorNas.Torch.Supernet;
using static TorchSharp.torch;

namespace PriorNas.Torch.Training;

/// <summary>
/// Trains a network by a recipe: loads batches, takes steps, validates each epoch, saves checkpoints. A trainer that starts from a checkpoint
/// continues exactly as the one that wrote it would have.
/// </summary>
public abstract class Trainer : IDisposable
{
    private readonly Recipe recipe;
    private readonly string checkpointPath;
    private readonly KeptCheckpoints keptCheckpoints;
    private readonly SupernetOptimizer optimizer;
    private readonly WeightAverage? average;
    private readonly BatchLoader loader;
    private long step;
    private long savedStep = -1;

    /// <summary>False while a step is under way, whose weights and running statistics belong to no step, and after a save that failed.</summary>
    private bool canSave = true;

    /// <summary>Takes ownership of the network.</summary>
    /// <exception cref="Files.InputException">The data does not fit the recipe; the network is disposed.</exception>
    private protected Trainer(
        Recipe recipe, ElasticResNet network, ImageData data, EvaluationOptions evaluation, string checkpointPath, FixedBatches? validation, CancellationToken cancellation)
    {
        this.recipe = recipe;
        this.checkpointPath = checkpointPath;
        Network = network;
        try
        {
            keptCheckpoints = new KeptCheckpoints(Path.GetDirectoryName(Path.GetFullPath(checkpointPath))!, recipe.Checkpoint);
            var random = new RandomStream(recipe.Seed);
            loader = new BatchLoader(data.Train, recipe.Data.TrainingTransforms(network.Space.ImageSize), recipe.Data.BatchSize, random.Split("data"), recipe.Data.Workers);
            Steps = (long)recipe.Epochs * loader.BatchesPerEpoch;
            optimizer = new SupernetOptimizer(network, recipe.Optimizer);
            average = recipe.Optimizer.WeightAveraging > 0 ? new WeightAverage(network, recipe.Optimizer.WeightAveraging) : null;
            Evaluator = SupernetEvaluator.Create(network, data, recipe.Data, evaluation, random, validation, cancellation: cancellation);
        }
        catch
        {
            // Loader and optimiser hold nothing before the first step.
            average?.Dispose();
            network.Dispose();
            throw;
        }
    }

    /// <summary>Steps done so far.</summary>
    public long Step => step;

    /// <summary>Steps of the whole run.</summary>
    public long Steps { get; }

    /// <summary>Bytes of one checkpoint's file, a little high.</summary>
    public long CheckpointBytes => Checkpoint.BytesOf(Network, hasMomentum: recipe.Optimizer.Momentum > 0, hasAverage: average is not null);

    /// <summary>Bytes of the network's weights and statistics alone, a little high.</summary>
    internal long WeightBytes => Checkpoint.BytesOf(Network, hasMomentum: false, hasAverage: false);

    /// <summary>Bytes of the checkpoints that are there and that this training will replace or delete.</summary>
    internal long ReplacedBytes
    {
        get
        {
            string[] last = [checkpointPath, checkpointPath + Files.WholeFile.TemporarySuffix];
            var kept = recipe.Checkpoint.Keep > 0 && Directory.Exists(Path.GetDirectoryName(checkpointPath)) ? keptCheckpoints.UpTo((int)(step / loader.BatchesPerEpoch)) : [];
            return last.Where(File.Exists).Concat(kept).Sum(file => new FileInfo(file).Length);
        }
    }

    private protected ElasticResNet Network { get; }

    private protected SupernetEvaluator Evaluator { get; }

    /// <summary>The last epoch that was measured here; null before the first one.</summary>
    private protected EpochReport? LastReport { get; private set; }

    private bool EndsEpoch => step > 0 && step % loader.BatchesPerEpoch == 0;

    /// <summary>Takes weights, momentum and step from the checkpoint.</summary>
    /// <exception cref="Files.InputException">
    /// The checkpoint is missing, damaged, of another network, from beyond the recipe's last step, or holds numbers that are not finite.
    /// </exception>
    public void Resume()
    {
        var saved = Checkpoint.Load(checkpointPath, Network);
        optimizer.Restore(saved.Momentum);
        average?.Restore(saved.CopyTo);
        if (saved.Step > Steps)
            throw new Files.InputException($"checkpoint '{checkpointPath}' is of step {saved.Step}, but the recipe has {Steps} steps; restore the run's recipe and images, or its checkpoint.");
        if (!IsFinite())
            throw new Files.InputException($"checkpoint '{checkpointPath}' holds weights or statistics that are not finite numbers; put an earlier checkpoint in its position, or start a new run.");
        step = savedStep = saved.Step;
    }

    /// <summary>
    /// Trains to the end of the recipe, or until cancelled. Each epoch is saved, then measured, then reported. A run that continues from the end
    /// of an epoch measures and reports that epoch first, since the process before may have ended in between.
    /// </summary>
    /// <param name="observer">Is told of steps and epochs. What it throws ends the training; finished steps are saved.</param>
    /// <param name="cancellation">Ends the training after the step in work, or the measuring of an epoch after the batch in work.</param>
    /// <returns>False if cancelled before the last epoch was reported; the checkpoint then holds the last finished step.</returns>
    /// <exception cref="Files.InputException">An image cannot be read; finished steps are saved.</exception>
    /// <exception cref="TrainingException">A loss, a weight or a statistic is not finite; the checkpoint is left as it was.</exception>
    public bool Run(TrainingObserver observer, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(observer);
        observer.OnStart(new TrainingPlan(step, Steps, loader.BatchesPerEpoch, recipe.Data.BatchSize));
        if (EndsEpoch)
            ReportEpoch(observer, cancellation);
        try
        {
            TakeSteps(observer, cancellation);
        }
        catch (Exception e) when (canSave && e is not TrainingException)
        {
            TrySave();
            throw;
        }

        if (savedStep != step)
            Save();
        return LastReport?.Step == Steps;
    }

    /// <summary>Writes the present state.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="TrainingException">It holds numbers that are not finite; nothing is written.</exception>
    internal void SaveTo(string path)
    {
        if (!IsFinite())
            throw Diverged($"weights or statistics after step {step} are not finite numbers");
        using var averaged = InAverage();
        Checkpoint.Save(path, Network, optimizer.State(), step, average?.Others);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Releases the network and everything beside it.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (!disposing)
            return;
        loader.Dispose();
        Evaluator.Dispose();
        optimizer.Dispose();
        average?.Dispose();
        Network.Dispose();
    }

    /// <summary>Where weights are averaged, puts the average into the network until what is returned is disposed.</summary>
    private protected IDisposable? InAverage() => average?.InNetwork();

    /// <summary>Where weights are averaged, starts with those that the network holds now.</summary>
    private protected void StartAverage() => average?.Start();

    /// <summary>Adds up the gradient of one step.</summary>
    /// <param name="images">[N, 3, H, W] float32.</param>
    /// <param name="labels">[N] int64.</param>
    /// <param name="step">0-based; all random choices depend on it alone.</param>
    private protected abstract StepLosses Accumulate(Tensor images, Tensor labels, long step);

    /// <summary>The learning rate of a step, 0-based.</summary>
    private protected abstract double LearningRateAt(long step);

    /// <summary>Steps of one epoch.</summary>
    private protected int StepsPerEpoch => loader.BatchesPerEpoch;

    /// <summary>Measures at the end of an epoch.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    private protected abstract EpochReport Validate(int epoch, CancellationToken cancellation);

    /// <summary>Compares with what is known beside the images, where that is asked for.</summary>
    /// <returns>Null where nothing was compared.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    private protected virtual ConsistencyReport? MeasureConsistency(int epoch, CancellationToken cancellation) => null;

    private void TakeSteps(TrainingObserver observer, CancellationToken cancellation)
    {
        var sinceCheckpoint = Stopwatch.StartNew();
        if (step < Steps)
            loader.Start(step);
        while (step < Steps && !cancellation.IsCancellationRequested)
        {
            observer.OnStep(TakeStep());
            var isDue = recipe.Checkpoint.Seconds > 0 && sinceCheckpoint.Elapsed.TotalSeconds > recipe.Checkpoint.Seconds;
            if (!EndsEpoch && !isDue)
                continue;
            Save();
            if (EndsEpoch)
                ReportEpoch(observer, cancellation);
            sinceCheckpoint.Restart();
        }
    }

    private StepReport TakeStep()
    {
        var started = Stopwatch.GetTimestamp();
        using var scope = NewDisposeScope();
        using var batch = loader.Next();
        canSave = false;
        var losses = Accumulate(batch.Images, batch.Labels, step);
        if (!losses.AreFinite)
            throw Diverged($"a loss of step {step + 1} is not a finite number");
        var rate = LearningRateAt(step);
        optimizer.Step(rate);
        step++;
        average?.Update(step);
        canSave = true;
        return new StepReport(step, losses, rate, Stopwatch.GetElapsedTime(started).TotalSeconds);
    }

    /// <summary>
    /// Writes the checkpoint, at the end of an epoch also the kept one. That comes first: a process killed between the two repeats the end of
    /// the epoch and writes both again. What is too old goes when both are on the disk.
    /// </summary>
    private void Save()
    {
        // What cannot be written is not tried again by TrySave.
        canSave = false;
        var epoch = (int)(step / loader.BatchesPerEpoch);
        var kept = EndsEpoch ? keptCheckpoints.PathOf(epoch) : null;
        if (kept is not null)
            SaveTo(kept);
        SaveTo(checkpointPath);
        savedStep = step;
        canSave = true;
        if (kept is not null)
            keptCheckpoints.DeleteOlderThan(epoch);
    }

    /// <summary>Saves what is finished, where something else has failed: that is what the user must hear of, not a disk that is full as well.</summary>
    private void TrySave()
    {
        try
        {
            if (savedStep != step)
                Save();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or TrainingException)
        {
            // The checkpoint is the one from before.
        }
    }

    /// <summary>Measures the epoch that has ended and tells of it, unless cancelled.</summary>
    private void ReportEpoch(TrainingObserver observer, CancellationToken cancellation)
    {
        var epoch = (int)(step / loader.BatchesPerEpoch);
        ConsistencyReport? consistency;
        try
        {
            using var averaged = InAverage();
            var report = Validate(epoch, cancellation);
            consistency = MeasureConsistency(epoch, cancellation);
            LastReport = report;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return;
        }

        observer.OnEpoch(LastReport);
        if (consistency is not null)
            observer.OnConsistency(consistency);
    }

    /// <summary>A sum in double precision is finite exactly if each number of a float32 tensor is.</summary>
    private bool IsFinite()
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        return Network.state_dict().Values.All(tensor => double.IsFinite(tensor.sum(ScalarType.Float64).item<double>()));
    }

    private TrainingException Diverged(string fault) => new(
        $"{fault}; the checkpoint in '{checkpointPath}' is from before. Lower optimizer.learningRate or rank.weight, or set optimizer.gradientClip, and start a new run.");
}
