using System.Diagnostics;
using PriorNas.Files;
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
    /// <summary>Leaves room for seed and endings in the 255 bytes that file systems allow a name.</summary>
    private const int MaxCodeLength = 128;

    /// <summary>Names its files in the run folder: code and seed, of a long code its SHA-256.</summary>
    public string Name => FormattableString.Invariant($"{ShortCode}-seed{Seed}");

    private string ShortCode => Architecture.Code.Length <= MaxCodeLength
        ? Architecture.Code
        : Sha256Text.Of(Architecture.Code);
}

/// <summary>A network that has just been trained.</summary>
/// <param name="Done">Networks with a result, earlier ones included.</param>
/// <param name="Total">Networks that are asked for.</param>
/// <param name="Network">Which one.</param>
/// <param name="Result">Its accuracy.</param>
/// <param name="Measured">Networks trained by this process.</param>
/// <param name="Seconds">Since this process started.</param>
public sealed record StandAloneProgress(int Done, int Total, StandAloneNetwork Network, EvaluationResult Result, int Measured, double Seconds);

/// <summary>
/// Trains architectures alone, each with several seeds, by the recipe of one run folder: the true accuracies that rankings are compared with.
/// Results go to the folder's database as they come; networks in work have a checkpoint each. A network that has a result is not trained
/// again, unless its weights are to be kept and are not there.
/// </summary>
public sealed class StandAloneTraining : IDisposable
{
    private readonly RunFolder run;
    private readonly RunData data;
    private readonly ResultStore store;
    private readonly Lock storing = new();
    private readonly string ofData;
    private readonly StandAloneValidation validation;

    /// <summary>Opens the results.</summary>
    /// <param name="run">A folder of this kind; stays the caller's.</param>
    /// <param name="data">The run's images.</param>
    /// <param name="validation">Of the run's recipe and images; stays the caller's.</param>
    public StandAloneTraining(RunFolder run, RunData data, StandAloneValidation validation)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(validation);
        this.validation = validation;
        this.run = run;
        this.data = data;
        ofData = data.Fingerprint == run.Manifest.DataFingerprint ? "" : "-data" + Sha256Text.Of(data.Fingerprint)[..16];
        store = ResultStore.Open(run.ResultsPath);
    }

    /// <summary>Keep the weights of each network, as plain ones, in the folder <c>networks</c>.</summary>
    public bool KeepsWeights { get; init; }

    /// <summary>Networks that are trained at the same time, at least 1; it decides nothing but the speed.</summary>
    public int Jobs { get; init; } = 1;

    /// <summary>Where the weights of a finished network are kept.</summary>
    public string WeightsPath(StandAloneNetwork network) => Path.Combine(run.Location, "networks", FileOf(network));

    /// <summary>Those that have no result yet, or no weights where these are kept.</summary>
    public IReadOnlyList<StandAloneNetwork> Missing(IReadOnlyCollection<StandAloneNetwork> networks)
    {
        ArgumentNullException.ThrowIfNull(networks);
        var known = Known(networks);
        return [.. networks.Where(network => !known.ContainsKey(network))];
    }

    /// <summary>Trains what has no result yet. A network that cannot be trained does not keep the others from theirs.</summary>
    /// <param name="networks">Each once.</param>
    /// <param name="observer">An observer of one network's training; called on its thread.</param>
    /// <param name="progress">Is told after each network, by one thread at a time.</param>
    /// <param name="cancellation">Stops after the steps in work; what is done is kept.</param>
    /// <returns>A result for each network, or null if cancelled.</returns>
    /// <exception cref="TrainingException">Losses or weights of some networks are not finite; all others have a result. The message names the first of them.</exception>
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
        var missing = networks.Where(network => !results.ContainsKey(network)).ToArray();
        var clock = Stopwatch.StartNew();
        var measured = 0;
        var failed = new List<(StandAloneNetwork Network, TrainingException Fault)>();
        WorkerThreads.ForEach(Jobs, missing, (network, stop) =>
        {
            try
            {
                if (Train(network, observer(network), stop) is not { } result)
                    return;
                lock (storing)
                {
                    store.Add(Evaluation(network.Seed), [(network.Architecture.Code, result)]);
                    results.Add(network, result);
                    progress(new StandAloneProgress(results.Count, networks.Count, network, result, ++measured, clock.Elapsed.TotalSeconds));
                }

                File.Delete(CheckpointPath(network));
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                // Before its first step, so that there is nothing to keep.
            }
            catch (TrainingException e)
            {
                lock (storing)
                    failed.Add((network, e));
            }
        }, cancellation);
        if (failed.Count > 0 && results.Count + failed.Count == networks.Count)
            throw Failure(failed, results.Count);
        return results.Count == networks.Count ? results : null;
    }

    /// <inheritdoc/>
    public void Dispose() => store.Dispose();

    private static TrainingException Failure(List<(StandAloneNetwork Network, TrainingException Fault)> failed, int done)
    {
        const int Shown = 3;
        var first = failed.OrderBy(f => f.Network.Name, StringComparer.Ordinal).Take(Shown).ToArray();
        var more = failed.Count > Shown ? $" And {failed.Count - Shown} more." : "";
        return new TrainingException(
            FormattableString.Invariant($"{failed.Count} of {failed.Count + done} networks could not be trained; the others have their results. ")
            + string.Join(' ', first.Select(f => $"{f.Network.Name}: {f.Fault.Message}")) + more,
            first[0].Fault);
    }

    private EvaluationResult? Train(StandAloneNetwork network, TrainingObserver observer, CancellationToken cancellation)
    {
        var checkpoint = CheckpointPath(network);
        using var trainer = new StandAloneTrainer(
            run.Recipe with { Seed = network.Seed }, network.Architecture, data.Images, checkpoint, validation.Of(network.Seed, cancellation), cancellation);
        if (File.Exists(checkpoint))
            trainer.Resume();
        if (!trainer.Run(observer, cancellation))
            return null;
        if (KeepsWeights)
        {
            Directory.CreateDirectory(Path.Combine(run.Location, "networks"));
            trainer.WriteNetwork(WeightsPath(network));
        }

        return trainer.Result;
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

    /// <summary>
    /// The folder holds one recipe, so that seed and images say the rest; images other than the run's own, which the user has accepted, have
    /// results and files of their own. Another machine, once accepted, continues with what the first has done.
    /// </summary>
    private string Evaluation(ulong seed) => FormattableString.Invariant($"alone, seed {seed}{ofData}");

    private string CheckpointPath(StandAloneNetwork network) => Path.Combine(run.Location, "checkpoint", FileOf(network));

    private string FileOf(StandAloneNetwork network) => network.Name + ofData + ".safetensors";
}
