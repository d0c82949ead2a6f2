using System.Diagnostics;
using PriorNas.Randomness;
using PriorNas.SearchSpaces;
using PriorNas.Torch.Data;
using PriorNas.Torch.Evaluation;
using PriorNas.Torch.Supernet;
using static TorchSharp.torch;

namespace PriorNas.Torch.Training;

/// <summary>
/// Trains a supernet by a recipe: loads batches, runs <see cref="SupernetStep"/>, validates each epoch, saves checkpoints. A trainer that
/// starts from a checkpoint goes on exactly as the one that wrote it would have.
/// </summary>
public sealed class SupernetTrainer : IDisposable
{
    private readonly Recipe recipe;
    private readonly string checkpointPath;
    private readonly ElasticResNet supernet;
    private readonly SupernetOptimizer optimizer;
    private readonly SupernetStep supernetStep;
    private readonly BatchLoader loader;
    private readonly SupernetEvaluator evaluator;
    private readonly long steps;
    private long step;

    /// <summary>Prepares a run from its beginning.</summary>
    /// <param name="recipe">Checked by <see cref="RecipeFile"/>.</param>
    /// <param name="space">The recipe's space.</param>
    /// <param name="data">Training and validation images, with the space's number of classes.</param>
    /// <param name="checkpointPath">Where checkpoints are written.</param>
    /// <exception cref="Files.InputException">The data does not fit the recipe.</exception>
    public SupernetTrainer(Recipe recipe, SearchSpace space, ImageData data, string checkpointPath)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(data);
        this.recipe = recipe;
        this.checkpointPath = checkpointPath;
        var random = new RandomStream(recipe.Seed);
        loader = new BatchLoader(data.Train, recipe.Data.TrainingTransform(space.ImageSize), recipe.Data.BatchSize, random.Split("data"), recipe.Data.Workers);
        steps = (long)recipe.Epochs * loader.BatchesPerEpoch;
        supernet = new ElasticResNet(space, recipe.Network, random.Split("weights"));
        optimizer = new SupernetOptimizer(supernet, recipe.Optimizer);
        supernetStep = new SupernetStep(supernet, recipe, random.Split("architectures"), steps);
        evaluator = SupernetEvaluator.Create(supernet, data, recipe.Data, recipe.Evaluation, random);
    }

    /// <summary>Steps done so far.</summary>
    public long Step => step;

    /// <summary>Takes weights, momentum and step from the checkpoint.</summary>
    /// <exception cref="Files.InputException">The checkpoint is missing, damaged, of another network, or from beyond the recipe's last step.</exception>
    public void Resume()
    {
        var saved = Checkpoint.Load(checkpointPath, supernet, optimizer);
        if (saved > steps)
            throw new Files.InputException($"checkpoint '{checkpointPath}' is of step {saved}, but the recipe has {steps} steps; restore the run's recipe and images, or its checkpoint.");
        step = saved;
    }

    /// <summary>Trains to the end of the recipe, or until cancelled.</summary>
    /// <returns>False if cancelled; the checkpoint then holds the last finished step.</returns>
    /// <exception cref="TrainingException">A loss is not finite.</exception>
    public bool Run(TrainingObserver observer, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(observer);
        observer.OnStart(new TrainingPlan(step, steps, loader.BatchesPerEpoch, recipe.Data.BatchSize));
        var sinceCheckpoint = Stopwatch.StartNew();
        if (step < steps)
            loader.Start(step);
        while (step < steps && !cancellation.IsCancellationRequested)
        {
            observer.OnStep(TakeStep());
            var epochEnds = step % loader.BatchesPerEpoch == 0;
            if (epochEnds)
                observer.OnEpoch(Validate());
            if (epochEnds || (recipe.Checkpoint.Seconds > 0 && sinceCheckpoint.Elapsed.TotalSeconds > recipe.Checkpoint.Seconds))
            {
                Save();
                sinceCheckpoint.Restart();
            }
        }

        // The last step of a run ends an epoch, so this is where an interruption is saved.
        if (step < steps)
            Save();
        return step == steps;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        loader.Dispose();
        evaluator.Dispose();
        optimizer.Dispose();
        supernet.Dispose();
    }

    private StepReport TakeStep()
    {
        var started = Stopwatch.GetTimestamp();
        using var scope = NewDisposeScope();
        using var batch = loader.Next();
        var losses = supernetStep.Accumulate(batch.Images, batch.Labels, step);
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
        return LearningRate.At(peak, warmUp, at, steps);
    }

    private EpochReport Validate() => new(
        (int)(step / loader.BatchesPerEpoch), step, evaluator.Evaluate(supernet.Space.Largest), evaluator.Evaluate(supernet.Space.Smallest));

    private void Save() => Checkpoint.Save(checkpointPath, supernet, optimizer, step);
}

/// <summary>Training cannot go on, though its input was valid.</summary>
public sealed class TrainingException : Exception
{
    /// <summary>Creates the error without a message.</summary>
    public TrainingException()
    {
    }

    /// <summary>Creates the error with what the user is shown.</summary>
    public TrainingException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the error with what the user is shown and what caused it.</summary>
    public TrainingException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
