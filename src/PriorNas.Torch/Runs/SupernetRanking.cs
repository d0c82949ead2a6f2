using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using PriorNas.Files;
using PriorNas.Randomness;
using PriorNas.SearchSpaces;
using PriorNas.Torch.Evaluation;
using PriorNas.Torch.Supernet;
using PriorNas.Torch.Training;

namespace PriorNas.Torch.Runs;

/// <summary>How far a ranking is.</summary>
/// <param name="Done">Distinct networks with a result, earlier ones included.</param>
/// <param name="Total">Distinct networks of the list.</param>
/// <param name="Measured">Networks measured by this process.</param>
/// <param name="Seconds">Time since this process began to measure.</param>
public sealed record RankingProgress(int Done, int Total, int Measured, double Seconds);

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
    private readonly ResultStore store;
    private readonly string evaluation;

    /// <summary>Loads weights and images.</summary>
    /// <param name="run">Must hold a checkpoint.</param>
    /// <param name="data">The run's images.</param>
    /// <param name="options">How to measure.</param>
    /// <param name="checkpoint">By which checkpoint of the run, see <see cref="RunFolder.FindCheckpoint"/>.</param>
    /// <param name="cancellation">Ends the reading of images early.</param>
    /// <exception cref="InputException">The checkpoint is missing or damaged, or the options do not fit the data.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public SupernetRanking(RunFolder run, RunData data, EvaluationOptions options, string checkpoint = "last", CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(data);
        var weights = run.FindCheckpoint(checkpoint);
        var random = new RandomStream(run.Recipe.Seed);
        supernet = new ElasticResNet(run.Space, run.Recipe.Network, random.Split("weights"));
        try
        {
            Step = Checkpoint.LoadWeights(weights, supernet);
            evaluator = SupernetEvaluator.Create(supernet, data.Images, run.Recipe.Data, options, random, cancellation: cancellation);
            evaluation = Key(run, weights, data, options);
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

    /// <summary>Measures what has no result yet.</summary>
    /// <param name="list">The architectures; codes that name the same network are measured once.</param>
    /// <param name="progress">Is told after each network.</param>
    /// <param name="cancellation">Stops after the network in work; what is done is kept.</param>
    /// <returns>A result for each entry of the list, or null if cancelled.</returns>
    public IReadOnlyList<EvaluationResult>? Run(IReadOnlyList<ListedArchitecture> list, Action<RankingProgress> progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(list);
        ArgumentNullException.ThrowIfNull(progress);
        var canonical = list.Select(entry => entry.Architecture.Canonical()).ToArray();
        var distinct = canonical.Distinct().ToArray();
        var results = new Dictionary<string, EvaluationResult>(store.Read(evaluation));
        var missing = distinct.Where(a => !results.ContainsKey(a.Code)).ToArray();
        var pending = new List<(string Code, EvaluationResult Result)>();
        var (clock, stored) = (Stopwatch.StartNew(), Stopwatch.StartNew());
        foreach (var (index, architecture) in missing.Index())
        {
            if (cancellation.IsCancellationRequested)
                break;
            var result = evaluator.Evaluate(architecture, CancellationToken.None);
            results[architecture.Code] = result;
            pending.Add((architecture.Code, result));
            if (stored.Elapsed > StoreEvery)
                Store(pending, stored);
            progress(new RankingProgress(distinct.Length - missing.Length + index + 1, distinct.Length, index + 1, clock.Elapsed.TotalSeconds));
        }

        Store(pending, stored);
        return cancellation.IsCancellationRequested && distinct.Any(a => !results.ContainsKey(a.Code)) ? null : [.. canonical.Select(a => results[a.Code])];
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
            store.Add(evaluation, pending);
        pending.Clear();
        stored.Restart();
    }

    /// <summary>Names everything that an accuracy depends on, so that no result is taken for another's.</summary>
    private static string Key(RunFolder run, string weights, RunData data, EvaluationOptions options)
    {
        using var checkpoint = File.OpenRead(weights);
        var text = $"{Convert.ToHexStringLower(SHA256.HashData(checkpoint))}\n{StrictJson.Write(options)}{data.Fingerprint}\n{StrictJson.Write(Machine.Current)}{StrictJson.Write(run.Recipe.Data)}{StrictJson.Write(run.Recipe.Network)}{run.Recipe.Seed}";
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }
}
