using System.Diagnostics;
using PriorNas.Files;
using PriorNas.Randomness;
using PriorNas.SearchSpaces;
using PriorNas.Torch.Evaluation;
using PriorNas.Torch.Supernet;
using PriorNas.Torch.Training;

namespace PriorNas.Torch.Runs;

/// <summary>How far a ranking is.</summary>
/// <param name="Done">Distinct networks with a result, earlier ones included.</param>
/// <param name="Total">Distinct networks of the list, or of the part of it.</param>
/// <param name="Measured">Networks measured by this process.</param>
/// <param name="Share">The share of this process's multiply-adds that is done, from 0 to 1.</param>
/// <param name="Seconds">Time since this process began to measure.</param>
public sealed record RankingProgress(int Done, int Total, int Measured, double Share, double Seconds);

/// <summary>A ranking that has ended.</summary>
/// <param name="Results">For each entry of the list; null for those outside the part that was ranked.</param>
/// <param name="Measured">Distinct networks that this process measured; the others had results.</param>
/// <param name="MultiplyAdds">What measuring them took, calibration images included.</param>
/// <param name="Saving">The share of multiply-adds that sharing prefixes saved, from 0 to 1.</param>
/// <param name="CloseCalls">See <see cref="PrefixSharingEvaluator.CloseCalls"/>.</param>
/// <param name="Seconds">What it took.</param>
public sealed record RankingOutcome(
    IReadOnlyList<EvaluationResult?> Results, int Measured, double MultiplyAdds, double Saving, long CloseCalls, double Seconds);

/// <summary>
/// Ranks a list of architectures by their accuracy inside a run's supernet. Results go to the run's database as they come; what is there
/// already, for the same weights, settings, images and machine, is not measured again.
/// </summary>
public sealed class SupernetRanking : IDisposable
{
    /// <summary>Results are stored at least this often, so a killed process loses little.</summary>
    private static readonly TimeSpan StoreEvery = TimeSpan.FromSeconds(2);

    private readonly ElasticResNet supernet;
    private readonly SupernetEvaluator evaluator;
    private readonly EvaluationPrecision precision;
    private readonly ResultStore store;

    /// <summary>Loads weights and images.</summary>
    /// <param name="run">Must hold a checkpoint.</param>
    /// <param name="data">The run's images.</param>
    /// <param name="options">How to measure.</param>
    /// <param name="checkpoint">By which checkpoint of the run, see <see cref="RunFolder.FindCheckpoint"/>.</param>
    /// <param name="precision">With which arithmetic.</param>
    /// <param name="cancellation">Ends the reading of images early.</param>
    /// <exception cref="InputException">The checkpoint is missing or damaged, or the options do not fit the data.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public SupernetRanking(RunFolder run, RunData data, EvaluationOptions options, string checkpoint = "last", EvaluationPrecision precision = EvaluationPrecision.Float32, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(data);
        this.precision = precision;
        var weights = run.FindCheckpoint(checkpoint);
        var random = new RandomStream(run.Recipe.Seed);
        supernet = new ElasticResNet(run.Space, run.Recipe.Network, random.Split("weights"));
        try
        {
            Step = Checkpoint.LoadWeights(weights, supernet);
            evaluator = SupernetEvaluator.Create(supernet, data.Images, run.Recipe.Data, options, random, cancellation: cancellation);
            Provenance = RankingProvenance.Of(run, weights, data, options, precision);
            store = ResultStore.Open(run.ResultsPath);
        }
        catch
        {
            evaluator?.Dispose();
            supernet.Dispose();
            throw;
        }
    }

    /// <summary>Steps after which the weights were saved.</summary>
    public long Step { get; }

    /// <summary>All that a result depends on beside the architecture.</summary>
    public RankingProvenance Provenance { get; }

    /// <summary>Ranks a list whole.</summary>
    /// <returns>A result for each entry; null if cancelled.</returns>
    public IReadOnlyList<EvaluationResult>? Run(IReadOnlyList<ListedArchitecture> list, Action<RankingProgress> progress, CancellationToken cancellation) =>
        Run(list, part: null, progress, cancellation) is { } outcome ? [.. outcome.Results.Select(result => result!.Value)] : null;

    /// <summary>Measures what has no result yet.</summary>
    /// <param name="list">The architectures; codes that name the same network are measured once.</param>
    /// <param name="part">Which part of the list, by the order of its prefixes; null for all of it.</param>
    /// <param name="progress">Is told after each network.</param>
    /// <param name="cancellation">Stops at the next layer; what is done is kept.</param>
    /// <returns>Null if cancelled.</returns>
    public RankingOutcome? Run(IReadOnlyList<ListedArchitecture> list, ListPart? part, Action<RankingProgress> progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(list);
        ArgumentNullException.ThrowIfNull(progress);
        var canonical = list.Select(entry => entry.Architecture.Canonical()).ToArray();
        var all = PrefixOrder.Of(canonical);
        var wanted = part is { } chosen ? all.Part(chosen.Index, chosen.Count) : all;
        var results = new Dictionary<string, EvaluationResult>(store.Read(Provenance.Key));
        var missing = PrefixOrder.Of(wanted.Architectures.Where(a => !results.ContainsKey(a.Code)));
        var earlier = wanted.Architectures.Length - missing.Architectures.Length;
        var pending = new List<(string Code, EvaluationResult Result)>();
        var (clock, stored, computed) = (Stopwatch.StartNew(), Stopwatch.StartNew(), 0L);
        using var sharing = evaluator.Sharing(precision);
        var images = evaluator.Images;
        try
        {
            sharing.Evaluate(
                missing,
                (index, result) =>
                {
                    var code = missing.Architectures[index].Code;
                    results[code] = result;
                    pending.Add((code, result));
                    if (stored.Elapsed > StoreEvery)
                        Store(pending, stored);
                    computed += missing.Cost(index);
                    progress(new RankingProgress(earlier + index + 1, wanted.Architectures.Length, index + 1, (double)computed / missing.MultiplyAdds, clock.Elapsed.TotalSeconds));
                },
                cancellation);
        }
        catch (OperationCanceledException)
        {
            Store(pending, stored);
            return null;
        }

        Store(pending, stored);
        var ranked = wanted.Architectures.Select(a => a.Code).ToHashSet(StringComparer.Ordinal);
        return new RankingOutcome(
            [.. canonical.Select(a => ranked.Contains(a.Code) ? results[a.Code] : (EvaluationResult?)null)],
            missing.Architectures.Length,
            (double)missing.MultiplyAdds * images,
            missing.Saving,
            sharing.CloseCalls,
            clock.Elapsed.TotalSeconds);
    }

    /// <summary>The network of one architecture alone, as it is measured here: recalibrated, or with the supernet's running statistics.</summary>
    /// <param name="architecture">Of the run's space.</param>
    /// <returns>A network that is the caller's to dispose, and its accuracy.</returns>
    public (ElasticResNet Network, EvaluationResult Result) Extract(Architecture architecture) => evaluator.Extract(architecture);

    /// <inheritdoc/>
    public void Dispose()
    {
        store.Dispose();
        evaluator.Dispose();
        supernet.Dispose();
    }

    private void Store(List<(string Code, EvaluationResult Result)> pending, Stopwatch stored)
    {
        if (pending.Count > 0)
            store.Add(Provenance.Key, pending);
        pending.Clear();
        stored.Restart();
    }
}
