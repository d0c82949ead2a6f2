using System.Diagnostics;
using PriorNas.Randomness;
using PriorNas.Torch.Data;
using PriorNas.Torch.Evaluation;
using PriorNas.Torch.Supernet;
using static TorchSharp.torch;

namespace PriorNas.Torch.Training;

/// <summary>
/// Trains a network by a recipe: loads batches, takes steps, validates each epoch, saves checkpoints. A trainer that starts from a checkpoint
/// goes on exactly as the one that wrote it would have.
/// </summary>
public abstract class Trainer : IDisposable
{
    private readonly Recipe recipe;
    private readonly string checkpointPath;
    private readonly KeptCheckpoints keptCheckpoints;
    private readonly SupernetOptimizer optimizer;
    private readonly BatchLoader loader;
    private long step;

    /// <summary>Takes ownership of the network.</summary>
    /// <exception cref="Files.InputException">The data does not fit the recipe.</exception>
    private protected Trainer(Recipe recipe, ElasticResNet network, ImageData data, EvaluationOptions evaluation, string checkpointPath)
    {
        this.recipe = recipe;
        this.checkpointPath = checkpointPath;
        keptCheckpoints = new KeptCheckpoints(Path.GetDirectoryName(Path.GetFullPath(checkpointPath))!, recipe.Checkpoint);
        var random = new RandomStream(recipe.Seed);
        Network = network;
        loader = new BatchLoader(data.Train, recipe.Data.TrainingTransform(network.Space.ImageSize), recipe.Data.BatchSize, random.Split("data"), recipe.Data.Workers);
        Steps = (long)recipe.Epochs * loader.BatchesPerEpoch;
        optimizer = new SupernetOptimizer(network, recipe.Optimizer);
        Evaluator = SupernetEvaluator.Create(network, data, recipe.Data, evaluation, random);
    }

    /// <summary>Steps done so far.</summary>
    public long Step => step;

    /// <summary>Steps of the whole run.</summary>
    public long Steps { get; }

    /// <summary>Bytes of one checkpoint's file, a little high.</summary>
    public long CheckpointBytes => Checkpoint.BytesOf(Network, hasMomentum: recipe.Optimizer.Momentum > 0);

    private protected ElasticResNet Network { get; }

    private protected SupernetEvaluator Evaluator { get; }

    /// <summary>Takes weights, momentum and step from the checkpoint.</summary>
    /// <exception cref="Files.InputException">The checkpoint is missing, damaged, of another network, or from beyond the recipe's last step.</exception>
    public void Resume()
    {
        var saved = Checkpoint.Load(checkpointPath, Network, optimizer);
        if (saved > Steps)
            throw new Files.InputException($"checkpoint '{checkpointPath}' is of step {saved}, but the recipe has {Steps} steps; restore the run's recipe and images, or its checkpoint.");
        step = saved;
    }

    /// <summary>Trains to the end of the recipe, or until cancelled.</summary>
    /// <returns>False if cancelled; the checkpoint then holds the last finished step.</returns>
    /// <exception cref="TrainingException">A loss is not finite.</exception>
    public bool Run(TrainingObserver observer, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(observer);
        observer.OnStart(new TrainingPlan(step, Steps, loader.BatchesPerEpoch, recipe.Data.BatchSize));
        var sinceCheckpoint = Stopwatch.StartNew();
        if (step < Steps)
            loader.Start(step);
        while (step < Steps && !cancellation.IsCancellationRequested)
        {
            observer.OnStep(TakeStep());
            var epochEnds = step % loader.BatchesPerEpoch == 0;
            if (epochEnds)
                FinishEpoch((int)(step / loader.BatchesPerEpoch), observer);
            else if (recipe.Checkpoint.Seconds > 0 && sinceCheckpoint.Elapsed.TotalSeconds > recipe.Checkpoint.Seconds)
                SaveTo(checkpointPath);
            else
                continue;
            sinceCheckpoint.Restart();
        }

        // The last step of a run ends an epoch, so this is where an interruption is saved.
        if (step < Steps)
            SaveTo(checkpointPath);
        return step == Steps;
    }

    /// <summary>Writes the present state.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    internal void SaveTo(string path) => Checkpoint.Save(path, Network, optimizer, step);

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
        Network.Dispose();
    }

    /// <summary>Adds up the gradient of one step.</summary>
    /// <param name="images">[N, 3, H, W] float32.</param>
    /// <param name="labels">[N] int64.</param>
    /// <param name="step">0-based; all random choices depend on it alone.</param>
    private protected abstract StepLosses Accumulate(Tensor images, Tensor labels, long step);

    /// <summary>Measures at the end of an epoch.</summary>
    private protected abstract EpochReport Validate(int epoch);

    private StepReport TakeStep()
    {
        var started = Stopwatch.GetTimestamp();
        using var scope = NewDisposeScope();
        using var batch = loader.Next();
        var losses = Accumulate(batch.Images, batch.Labels, step);
        if (!losses.AreFinite)
            throw new TrainingException($"a loss of step {step + 1} is not a finite number; the checkpoint in '{checkpointPath}' is from before. Lower optimizer.learningRate or rank.weight, or set optimizer.gradientClip, and start a new run.");
        var rate = LearningRateAt(step);
        optimizer.Step(rate);
        step++;
        return new StepReport(step, losses, rate, Stopwatch.GetElapsedTime(started).TotalSeconds);
    }

    private double LearningRateAt(long at)
    {
        var options = recipe.Optimizer;
        var peak = options.LearningRate * recipe.Data.BatchSize / options.ReferenceBatchSize;
        var warmUp = options.WarmUpSteps > 0 ? options.WarmUpSteps : (long)Math.Round(options.WarmUpEpochs * loader.BatchesPerEpoch);
        return LearningRate.At(peak, warmUp, at, Steps);
    }

    /// <summary>
    /// Validates and saves. The kept checkpoint comes first: a process killed between the two repeats the end of the epoch and writes both
    /// again. What is too old goes when both are on the disk.
    /// </summary>
    private void FinishEpoch(int epoch, TrainingObserver observer)
    {
        observer.OnEpoch(Validate(epoch));
        var kept = keptCheckpoints.PathOf(epoch);
        if (kept is not null)
            SaveTo(kept);
        SaveTo(checkpointPath);
        if (kept is not null)
            keptCheckpoints.DeleteOlderThan(epoch);
    }
}
