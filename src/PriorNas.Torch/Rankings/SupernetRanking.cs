using System.Diagnostics;
using PriorNas.Files;
using PriorNas.Randomness;
using PriorNas.Ranking;
using PriorNas.Ranking.Noise;
using PriorNas.SearchSpaces;
using PriorNas.Torch.Checkpoints;
using PriorNas.Torch.Evaluation;
using PriorNas.Torch.Native;
using PriorNas.Torch.Recipes;
using PriorNas.Torch.Runs;
using PriorNas.Torch.Supernet;
using PriorNas.Torch.Training;

namespace PriorNas.Torch.Rankings;

/// <summary>How far a ranking is.</summary>
/// <param name="Done">Distinct networks with a result, earlier ones included.</param>
/// <param name="Total">Distinct networks of the list, or of the part of it.</param>
/// <param name="Measured">Networks measured by this process.</param>
/// <param name="Share">The share of this process's multiply-adds that is done, from 0 to 1.</param>
/// <param name="Seconds">Time since this process started to measure.</param>
public sealed record RankingProgress(int Done, int Total, int Measured, double Share, double Seconds);

/// <summary>A ranking that has ended.</summary>
/// <param name="Results">For each entry of the list; null for those outside the part that was ranked.</param>
/// <param name="Measured">Measurements that this process made, in rounds more than one of a network; the others were there.</param>
/// <param name="MultiplyAdds">What measuring them took, calibration images included, fine-tuning not.</param>
/// <param name="MultiplyAddsApart">What it would have taken without sharing.</param>
/// <param name="CloseCalls">See <see cref="PrefixSharingEvaluator.CloseCalls"/>.</param>
/// <param name="Seconds">What it took.</param>
public sealed record RankingOutcome(
    IReadOnlyList<EvaluationResult?> Results, int Measured, double MultiplyAdds, double MultiplyAddsApart, long CloseCalls, double Seconds)
{
    /// <summary>The arithmetic that was used.</summary>
    public EvaluationPrecision Precision { get; init; }

    /// <summary>Steps that each subnet was trained on for before it was measured; 0 where it has the supernet's weights.</summary>
    public int FineTuneSteps { get; init; }

    /// <summary>After rounds, for each entry whether it is one of the best, those that tie for the last position among them; else empty.</summary>
    public IReadOnlyList<bool> Best { get; init; } = [];

    /// <summary>The share of multiply-adds that sharing prefixes saved, from 0 to 1.</summary>
    public double Saving => MultiplyAddsApart == 0 ? 0 : 1 - MultiplyAdds / MultiplyAddsApart;

    /// <summary>Both together, without results.</summary>
    internal RankingOutcome Plus(RankingOutcome other) => new(
        [], Measured + other.Measured, MultiplyAdds + other.MultiplyAdds, MultiplyAddsApart + other.MultiplyAddsApart, CloseCalls + other.CloseCalls, Seconds + other.Seconds);
}

/// <summary>A round of a search for the best.</summary>
/// <param name="Networks">Networks whose position is not decided.</param>
/// <param name="Images">Validation images by which they will have been measured after the round.</param>
/// <param name="AllImages">Validation images of all rounds.</param>
public sealed record RankingRound(int Networks, int Images, int AllImages);

/// <summary>
/// Ranks a list of architectures by what they score inside a run's supernet. Results go to the run's database as they come; what is there
/// already, for the same weights, settings, images and machine, is not measured again, but for results of an earlier version, which hold
/// accuracies alone and are replaced.
/// </summary>
public sealed class SupernetRanking : IDisposable
{
    /// <summary>Results are stored at least this often, so a killed process loses little.</summary>
    private static readonly TimeSpan StoreEvery = TimeSpan.FromSeconds(2);

    private readonly ElasticResNet supernet;
    private readonly SupernetEvaluator evaluator;
    private readonly ResultStore store;
    private readonly SubnetFineTuning? tuning;
    private PrefixSharingEvaluator? sharing;

    /// <summary>Loads weights and images.</summary>
    /// <param name="run">Must hold a checkpoint.</param>
    /// <param name="data">The run's images.</param>
    /// <param name="options">How to measure.</param>
    /// <param name="checkpoint">By which checkpoint of the run, see <see cref="RunFolder.FindCheckpoint"/>.</param>
    /// <param name="precision">With which arithmetic; networks with adapters are always measured exactly.</param>
    /// <param name="firstImages">For <see cref="RunRounds"/>: validation images of the first round; null to measure by all at once.</param>
    /// <param name="fineTuning">
    /// To train each subnet on before it is measured; null to measure it with the supernet's weights. Such subnets share no prefixes and are measured exactly.
    /// </param>
    /// <param name="cancellation">Ends the reading of images early.</param>
    /// <exception cref="InputException">The checkpoint is missing or damaged, or the options do not fit the data.</exception>
    /// <exception cref="ArgumentException">Both rounds and fine-tuning are asked for.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public SupernetRanking(RunFolder run, RunData data, EvaluationOptions options, string checkpoint = "last", EvaluationPrecision precision = EvaluationPrecision.Float32, int? firstImages = null, FineTuneOptions? fineTuning = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(data);
        if (fineTuning is not null && firstImages is not null)
            throw new ArgumentException("A fine-tuned subnet is measured by all validation images at once; leave out the first images of rounds.", nameof(fineTuning));
        Precision = fineTuning is null ? PrefixSharingEvaluator.PrecisionFor(run.Recipe.Network, precision) : EvaluationPrecision.Exact;
        var weights = run.FindCheckpoint(checkpoint);
        var random = new RandomStream(run.Recipe.Seed);
        supernet = new ElasticResNet(run.Space, run.Recipe.Network, random.Split("weights"));
        try
        {
            Step = Checkpoint.LoadWeights(weights, supernet);
            var divided = firstImages is { } count ? options with { BatchSize = count } : options;
            divided.Validate("rank", run.Space.ImageSize);
            evaluator = SupernetEvaluator.Create(supernet, data.Images, run.Recipe.Data, divided, random, shuffled: firstImages is not null, cancellation: cancellation);
            Provenance = RankingProvenance.Of(run, weights, data, divided, Precision, fineTuning, firstImages is null ? "" : "shuffled");
            if (fineTuning is not null)
                tuning = new SubnetFineTuning(supernet, run.Recipe, fineTuning, data.Images.Train, evaluator);
            store = ResultStore.Open(run.ResultsPath);
        }
        catch
        {
            evaluator?.Dispose();
            supernet.Dispose();
            throw;
        }
    }

    /// <summary>The arithmetic that is used: what was asked for, but exact of networks with adapters.</summary>
    public EvaluationPrecision Precision { get; }

    /// <summary>Steps after which the weights were saved.</summary>
    public long Step { get; }

    /// <summary>Subnets that are trained on at a time, at least 1, each with the library's thread count; without fine-tuning it has no effect.</summary>
    public int Jobs { get; init; } = 1;

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
    public RankingOutcome? Run(IReadOnlyList<ListedArchitecture> list, ListShard? part, Action<RankingProgress> progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(list);
        ArgumentNullException.ThrowIfNull(progress);
        var canonical = list.Select(entry => entry.Architecture.Canonical()).ToArray();
        var all = PrefixOrder.Of(canonical);
        var wanted = part is { } chosen ? all.Part(chosen.Index, chosen.Count) : all;
        if (Measure(wanted, 0..evaluator.ValidationBatches, Provenance.Key, progress, cancellation) is not var (results, outcome))
            return null;
        var ranked = wanted.Architectures.Select(a => a.Code).ToHashSet(StringComparer.Ordinal);
        return outcome with { Results = [.. canonical.Select(a => ranked.Contains(a.Code) ? results[a.Code] : (EvaluationResult?)null)] };
    }

    /// <summary>
    /// Finds the best of a list by rounds: all architectures are measured by a first part of the validation images, and those whose position
    /// relative to the k best is not yet decided by as many images again, and so on. The order of the images is random.
    /// </summary>
    /// <param name="list">The architectures.</param>
    /// <param name="top">k, at least 1.</param>
    /// <param name="confidence">Of each architecture's interval, above 0 and below 1.</param>
    /// <param name="round">Is told each round before it starts.</param>
    /// <param name="progress">Is told after each network, within the round.</param>
    /// <param name="cancellation">Stops at the next layer; what is done is kept.</param>
    /// <returns>Null if cancelled. Entries have results of different numbers of images.</returns>
    /// <exception cref="InputException"><paramref name="top"/> is not below the number of distinct networks.</exception>
    /// <exception cref="InvalidOperationException">Subnets are trained on before they are measured, which each round would repeat.</exception>
    public RankingOutcome? RunRounds(
        IReadOnlyList<ListedArchitecture> list, int top, double confidence, Action<RankingRound> round, Action<RankingProgress> progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(list);
        ArgumentNullException.ThrowIfNull(round);
        if (tuning is not null)
            throw new InvalidOperationException("Rounds measure with the supernet's weights alone; open the ranking without fine-tuning.");
        var canonical = list.Select(entry => entry.Architecture.Canonical()).ToArray();
        var distinct = canonical.Distinct().ToArray();
        if (top >= distinct.Length)
            throw new InputException($"--top is {top}, allowed is 1 to {distinct.Length - 1}, fewer than the list's distinct networks.");
        var open = distinct;
        var results = open.ToDictionary(a => a.Code, _ => default(EvaluationResult), StringComparer.Ordinal);
        var sum = new RankingOutcome([], 0, 0, 0, 0, 0);
        for (var batches = 0..1; open.Length > 0; batches = batches.End..Math.Min(2 * batches.End.Value, evaluator.ValidationBatches))
        {
            round(new RankingRound(open.Length, evaluator.ImagesBefore(batches.End.Value), evaluator.ValidationImages));
            if (Measure(PrefixOrder.Of(open), batches, FormattableString.Invariant($"{Provenance.Key} {batches}"), progress, cancellation) is not var (found, part))
                return null;
            foreach (var architecture in open)
                results[architecture.Code] = results[architecture.Code].Plus(found[architecture.Code]);
            sum = sum.Plus(part);
            var settled = TopKRace.Settled([.. distinct.Select(a => IntervalOf(results[a.Code], confidence))], top);
            var undecided = distinct.Where((_, i) => !settled[i]).ToHashSet();
            open = batches.End.Value == evaluator.ValidationBatches ? [] : [.. open.Where(undecided.Contains)];
        }

        var candidates = TopKRace.NotSurelyBeaten([.. distinct.Select(a => IntervalOf(results[a.Code], confidence))], top);
        return sum with
        {
            Precision = Precision,
            Results = [.. canonical.Select(a => (EvaluationResult?)results[a.Code])],
            Best = distinct.Where((_, i) => candidates[i]).Select(a => a.Code).ToHashSet(StringComparer.Ordinal) is var best ? [.. canonical.Select(a => best.Contains(a.Code))] : [],
        };
    }

    private (double Low, double High) IntervalOf(EvaluationResult result, double confidence) =>
        new SampledAccuracy(result.Top1Correct, result.Images, evaluator.ValidationImages).Interval(confidence);

    /// <summary>The network of one architecture alone, as it is measured here: recalibrated, or with the supernet's running statistics.</summary>
    /// <param name="architecture">Of the run's space.</param>
    /// <returns>A network that is the caller's to dispose, and its accuracy.</returns>
    public (ElasticResNet Network, EvaluationResult Result) Extract(Architecture architecture) => evaluator.Extract(architecture);

    /// <inheritdoc/>
    public void Dispose()
    {
        store.Dispose();
        sharing?.Dispose();
        evaluator.Dispose();
        supernet.Dispose();
    }

    /// <summary>Measures by some validation batches what the store lacks.</summary>
    /// <returns>Results by code, those of the store among them, and what measuring took; null if cancelled.</returns>
    private (Dictionary<string, EvaluationResult> Results, RankingOutcome Outcome)? Measure(
        PrefixOrder wanted, Range batches, string key, Action<RankingProgress> progress, CancellationToken cancellation)
    {
        var results = new Dictionary<string, EvaluationResult>(store.Read(key).Where(stored => stored.Value.Groups is not null), StringComparer.Ordinal);
        var missing = PrefixOrder.Of(wanted.Architectures.Where(a => !results.ContainsKey(a.Code)));
        var earlier = wanted.Architectures.Length - missing.Architectures.Length;
        var pending = new List<(string Code, EvaluationResult Result)>();
        var (clock, stored, computed) = (Stopwatch.StartNew(), Stopwatch.StartNew(), 0L);
        var images = evaluator.Images - evaluator.ValidationImages + evaluator.ImagesBefore(batches.End.Value) - evaluator.ImagesBefore(batches.Start.Value);
        var apart = (double)missing.MultiplyAddsApart * images;
        var (adds, closeCalls) = (apart, 0L);
        var done = 0;
        try
        {
            if (tuning is null)
                (adds, closeCalls) = Share(missing, batches, Take, cancellation);
            else
                FineTune(tuning, missing, Take, cancellation);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
        finally
        {
            Store(key, pending, stored);
        }

        return (results, new RankingOutcome([], missing.Architectures.Length, adds, apart, closeCalls, clock.Elapsed.TotalSeconds)
        {
            Precision = Precision,
            FineTuneSteps = tuning?.Steps ?? 0,
        });

        void Take(int index, EvaluationResult result)
        {
            var code = missing.Architectures[index].Code;
            results[code] = result;
            pending.Add((code, result));
            if (stored.Elapsed > StoreEvery)
                Store(key, pending, stored);
            computed += tuning is null ? missing.Cost(index) : PrefixOrder.Of([missing.Architectures[index]]).MultiplyAddsApart;
            var share = (double)computed / (tuning is null ? missing.MultiplyAdds : missing.MultiplyAddsApart);
            done++;
            progress(new RankingProgress(earlier + done, wanted.Architectures.Length, done, share, clock.Elapsed.TotalSeconds));
        }
    }

    private (double MultiplyAdds, long CloseCalls) Share(PrefixOrder order, Range batches, Action<int, EvaluationResult> take, CancellationToken cancellation)
    {
        sharing ??= evaluator.Sharing(Precision);
        var (closeBefore, addsBefore) = (sharing.CloseCalls, sharing.MultiplyAdds);
        sharing.Evaluate(order, batches, take, cancellation);
        return (sharing.MultiplyAdds - addsBefore, sharing.CloseCalls - closeBefore);
    }

    private void FineTune(SubnetFineTuning subnets, PrefixOrder order, Action<int, EvaluationResult> take, CancellationToken cancellation)
    {
        var taking = new Lock();
        WorkerThreads.ForEach(Jobs, order.Architectures.Index(), (entry, stop) =>
        {
            var result = subnets.Evaluate(entry.Item, stop);
            lock (taking)
                take(entry.Index, result);
        }, cancellation);
        cancellation.ThrowIfCancellationRequested();
    }

    private void Store(string key, List<(string Code, EvaluationResult Result)> pending, Stopwatch stored)
    {
        if (pending.Count > 0)
            store.Add(key, pending);
        pending.Clear();
        stored.Restart();
    }
}
