using System.Diagnostics;
using PriorNas.SearchSpaces;
using PriorNas.Torch.Evaluation;
using PriorNas.Torch.Native;
using PriorNas.Torch.Training;

namespace PriorNas.Torch.Runs;

/// <summary>One network to train alone.</summary>
/// <param name="Architecture">In canonical form.</param>
/// <param name="Seed">Of weights, order of images and augmentation.</param>
public readonly record struct StandAloneNetwork(Architecture Architecture, ulong Seed)
{
    /// <summary>Names its files in the run folder.</summary>
    public string Name => FormattableString.Invariant($"{Architecture.Code}-seed{Seed}");
}

/// <summary>A network that has just been trained.</summary>
/// <param name="Done">Networks with a result, earlier ones included.</param>
/// <param name="Total">Networks that are asked for.</param>
/// <param name="Network">Which one.</param>
/// <param name="Result">Its accuracy.</param>
/// <param name="Measured">Networks trained by this process.</param>
/// <param name="Seconds">Since this process began.</param>
public sealed record StandAloneProgress(int Done, int Total, StandAloneNetwork Network, EvaluationResult Result, int Measured, double Seconds);

/// <summary>
/// Trains architectures alone, each with several seeds, by the recipe of one run folder: the true accuracies that rankings are compared with.
/// Results go to the folder's database as they come; networks in work have a checkpoint each. Nothing is trained twice.
/// </summary>
public sealed class StandAloneTraining : IDisposable
{
    private readonly RunFolder run;
    private readonly RunData data;
    private readonly ResultStore store;
    private readonly Lock storing = new();

    /// <summary>Opens the results.</summary>
    /// <param name="run">A folder of this kind; stays the caller's.</param>
    /// <param name="data">The run's images.</param>
    public StandAloneTraining(RunFolder run, RunData data)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(data);
        this.run = run;
        this.data = data;
        store = ResultStore.Open(run.ResultsPath);
    }

    /// <summary>Keep the weights of each network, as plain ones, in the folder <c>networks</c>.</summary>
    public bool KeepsWeights { get; init; }

    /// <summary>Networks that are trained at the same time, at least 1; it decides nothing but the speed.</summary>
    public int Jobs { get; init; } = 1;

    /// <summary>Where the weights of a finished network are kept.</summary>
    public string WeightsPath(StandAloneNetwork network) => Path.Combine(run.Location, "networks", network.Name + ".safetensors");

    /// <summary>Trains what has no result yet.</summary>
    /// <param name="networks">Each once.</param>
    /// <param name="observer">An observer of one network's training; called on its thread.</param>
    /// <param name="progress">Is told after each network, by one thread at a time.</param>
    /// <param name="cancellation">Stops after the steps in work; what is done is kept.</param>
    /// <returns>A result for each network, or null if cancelled.</returns>
    /// <exception cref="TrainingException">A loss is not finite.</exception>
    public IReadOnlyDictionary<StandAloneNetwork, EvaluationResult>? Run(
        IReadOnlyCollection<StandAloneNetwork> networks,
        Func<StandAloneNetwork, TrainingObserver> observer,
        Action<StandAloneProgress> progress,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(networks);
        ArgumentNullException.ThrowIfNull(observer);
        ArgumentNullException.ThrowIfNull(progress);
        var results = Known(networks);
        var missing = networks.Where(n => !results.ContainsKey(n)).ToArray();
        var clock = Stopwatch.StartNew();
        var measured = 0;
        WorkerThreads.ForEach(Jobs, missing, network =>
        {
            if (Train(network, observer(network), cancellation) is not { } result)
                return;
            lock (storing)
            {
                store.Add(Evaluation(network.Seed), [(network.Architecture.Code, result)]);
                results.Add(network, result);
                progress(new StandAloneProgress(results.Count, networks.Count, network, result, ++measured, clock.Elapsed.TotalSeconds));
            }

            File.Delete(CheckpointPath(network));
        }, cancellation);
        return results.Count == networks.Count ? results : null;
    }

    /// <inheritdoc/>
    public void Dispose() => store.Dispose();

    private EvaluationResult? Train(StandAloneNetwork network, TrainingObserver observer, CancellationToken cancellation)
    {
        var checkpoint = CheckpointPath(network);
        using var trainer = new StandAloneTrainer(run.Recipe with { Seed = network.Seed }, network.Architecture, data.Images, checkpoint);
        if (File.Exists(checkpoint))
            trainer.Resume();
        if (!trainer.Run(observer, cancellation))
            return null;
        if (KeepsWeights)
        {
            Directory.CreateDirectory(Path.Combine(run.Location, "networks"));
            trainer.WriteNetwork(WeightsPath(network));
        }

        return trainer.Evaluate();
    }

    private Dictionary<StandAloneNetwork, EvaluationResult> Known(IReadOnlyCollection<StandAloneNetwork> networks)
    {
        var known = new Dictionary<StandAloneNetwork, EvaluationResult>();
        foreach (var group in networks.GroupBy(n => n.Seed))
        {
            var stored = store.Read(Evaluation(group.Key));
            foreach (var network in group)
            {
                if (!stored.TryGetValue(network.Architecture.Code, out var result) || (KeepsWeights && !File.Exists(WeightsPath(network))))
                    continue;
                known.Add(network, result);

                // A process that was killed right after storing the result leaves it.
                File.Delete(CheckpointPath(network));
            }
        }

        return known;
    }

    /// <summary>The folder holds one recipe, one set of images and one machine, so that the seed says the rest.</summary>
    private static string Evaluation(ulong seed) => FormattableString.Invariant($"alone, seed {seed}");

    private string CheckpointPath(StandAloneNetwork network) => Path.Combine(run.Location, "checkpoint", network.Name + ".safetensors");
}
