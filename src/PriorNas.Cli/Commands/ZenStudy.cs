using System.Collections.Immutable;
using System.Diagnostics;
using PriorNas.Cli.Display;
using PriorNas.Priors;
using PriorNas.Randomness;
using PriorNas.Ranking;
using PriorNas.SearchSpaces;
using PriorNas.Torch.Priors;

namespace PriorNas.Cli.Commands;

/// <summary>The sampled scores of one variant.</summary>
/// <param name="Options">The variant.</param>
/// <param name="Scores">One for each architecture.</param>
/// <param name="ClosedForm">The prior that it estimates, likewise.</param>
/// <param name="Seconds">Wall-clock time of all of them together.</param>
internal sealed record ZenRow(SampledZenOptions Options, SampledZenScore[] Scores, double[] ClosedForm, double Seconds)
{
    internal double[] Means => [.. Scores.Select(score => score.Mean)];

    internal double SecondsPerArchitecture => Seconds / Scores.Length;

    /// <summary>Mean of the standard errors; NaN for a single repeat.</summary>
    internal double StandardError => Scores.Average(score => score.StandardError);
}

/// <summary>Several variants of the sampled Zen-score on the same architectures.</summary>
internal sealed record ZenStudy(ImmutableArray<ListedArchitecture> Architectures, ImmutableArray<ZenRow> Rows)
{
    /// <summary>Scores every architecture by every variant, all of one architecture before the next, so that a busy machine slows all alike.</summary>
    /// <param name="architectures">At least one.</param>
    /// <param name="variants">At least one.</param>
    /// <param name="random">For weights and images; variants share them as far as they go.</param>
    /// <param name="terminal">For the progress; null for none.</param>
    /// <param name="cancellation">Looked at between two scores; those of the architectures before are kept.</param>
    /// <exception cref="OperationCanceledException">There were no two architectures before.</exception>
    internal static ZenStudy Run(
        ImmutableArray<ListedArchitecture> architectures, ImmutableArray<SampledZenOptions> variants, RandomStream random, Terminal? terminal, CancellationToken cancellation)
    {
        var scores = new List<(SampledZenScore Score, double Seconds)[]>();
        ZenDisplay.Progress(terminal, architectures.Length * variants.Length, done =>
        {
            foreach (var listed in architectures)
            {
                var row = new (SampledZenScore Score, double Seconds)[variants.Length];
                for (var i = 0; i < row.Length; i++)
                {
                    if (cancellation.IsCancellationRequested)
                        return;
                    var clock = Stopwatch.StartNew();
                    row[i] = (SampledZen.Score(listed.Architecture, variants[i], random), clock.Elapsed.TotalSeconds);
                    done();
                }

                scores.Add(row);
            }
        });
        if (scores.Count < Math.Min(2, architectures.Length))
            cancellation.ThrowIfCancellationRequested();
        var scored = architectures[..scores.Count];
        return new ZenStudy(
            scored,
            [.. variants.Select((options, i) => new ZenRow(options, [.. scores.Select(row => row[i].Score)], ClosedForm(scored, options), scores.Sum(row => row[i].Seconds)))]);
    }

    /// <summary>For each variant its mean, its standard error if it has one, and the closed form.</summary>
    internal ScoreTable Scores()
    {
        var columns = new OrderedDictionary<string, double[]>();
        foreach (var row in Rows)
        {
            var key = ZenVariants.KeyOf(row.Options);
            columns[key] = row.Means;
            if (row.Options.Repeats > 1)
                columns[key + "-error"] = Array.ConvertAll(row.Scores, score => score.StandardError);
            columns[row.Options.PriorName] = row.ClosedForm;
        }

        var table = new ScoreTable([.. columns.Keys]);
        foreach (var (index, listed) in Architectures.Index())
            table.Add(listed.Name, listed.Code, [.. columns.Values.Select(column => column[index])]);
        return table;
    }

    /// <summary>How far each variant agrees with the truth, under its key, the best first.</summary>
    /// <param name="truth">One true value for each architecture, at least 2.</param>
    /// <param name="random">For the intervals.</param>
    internal ImmutableArray<ScoringComparison> Compare(double[] truth, RandomStream random) =>
        ScoringComparison.Of([.. Rows.Select(row => (ZenVariants.KeyOf(row.Options), row.Means))], truth, random);

    private static double[] ClosedForm(ImmutableArray<ListedArchitecture> architectures, SampledZenOptions options)
    {
        var prior = ShapePrior.Named(options.PriorName);
        return [.. architectures.Select(a => prior.Score(a.Architecture))];
    }
}
