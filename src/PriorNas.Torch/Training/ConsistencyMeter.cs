using System.Diagnostics;
using PriorNas.Randomness;
using PriorNas.Ranking;
using PriorNas.Torch.Data.Loading;
using PriorNas.Torch.Evaluation;

namespace PriorNas.Torch.Training;

/// <summary>
/// Measures how far the ranking by a supernet in training agrees with stand-alone accuracies. It reads the weights, and changes neither
/// them nor any statistic or random stream of the training.
/// </summary>
internal sealed class ConsistencyMeter : IDisposable
{
    private readonly TruthWatch truth;
    private readonly HashSet<int> measured;
    private readonly FixedBatches validation;
    private readonly RandomStream resamples;
    private readonly PrefixOrder order;
    private readonly int[] positions;

    /// <param name="truth">What to compare with.</param>
    /// <param name="measured">Epochs that are not measured again.</param>
    /// <param name="validation">What each architecture is measured by; becomes the meter's.</param>
    /// <param name="resamples">For the intervals: each measurement has the same resamples, so that these differ by the supernet alone.</param>
    internal ConsistencyMeter(TruthWatch truth, IEnumerable<int> measured, FixedBatches validation, RandomStream resamples)
    {
        (this.truth, this.measured, this.validation, this.resamples) = (truth, [.. measured], validation, resamples);
        var canonical = truth.Architectures.Select(entry => entry.Architecture.Canonical()).ToArray();
        order = PrefixOrder.Of(canonical);
        var indices = order.Architectures.Index().ToDictionary(entry => entry.Item, entry => entry.Index);
        positions = Array.ConvertAll(canonical, architecture => indices[architecture]);
    }

    /// <summary>Whether an epoch is to be measured.</summary>
    /// <param name="epoch">1-based.</param>
    /// <param name="isLast">Whether the run ends with it.</param>
    internal bool IsDue(int epoch, bool isLast) => (isLast || epoch % truth.Every == 0) && !measured.Contains(epoch);

    /// <summary>Measures all architectures, and compares by the score that rankings are made by: the mean cross-entropy.</summary>
    /// <param name="epoch">1-based.</param>
    /// <param name="step">Steps done.</param>
    /// <param name="evaluator">Of the supernet; its calibration images are used.</param>
    /// <param name="network">Decides which arithmetic can be used.</param>
    /// <param name="cancellation">Ends the measuring at the next layer.</param>
    /// <exception cref="OperationCanceledException">It was cancelled; the epoch counts as not measured.</exception>
    internal ConsistencyReport Measure(int epoch, long step, SupernetEvaluator evaluator, Supernet.NetworkOptions network, CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        var scores = new double[order.Architectures.Length];
        var precision = PrefixSharingEvaluator.PrecisionFor(network, EvaluationPrecision.Float32);

        // The faster arithmetic works on copies of the weights, which are those of now only.
        using (var sharing = evaluator.SharingBy(validation, precision))
            sharing.Evaluate(order, (index, result) => scores[index] = result.Score(ScoreKind.Loss), cancellation);
        var report = RankReport.Of(Array.ConvertAll(positions, position => scores[position]), truth.Accuracies.AsSpan(), resamples);
        measured.Add(epoch);
        return new ConsistencyReport(epoch, step, truth.Architectures.Length, validation.Count, report.Pearson, report.KendallTau, clock.Elapsed.TotalSeconds);
    }

    /// <inheritdoc/>
    public void Dispose() => validation.Dispose();
}
