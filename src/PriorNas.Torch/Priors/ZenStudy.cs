using System.Collections.Immutable;
using System.Diagnostics;
using PriorNas.Priors;
using PriorNas.Randomness;
using PriorNas.Ranking;
using PriorNas.SearchSpaces;

namespace PriorNas.Torch.Priors;

/// <summary>The sampled scores of one variant.</summary>
/// <param name="Options">The variant.</param>
/// <param name="Scores">One for each architecture.</param>
/// <param name="ClosedForm">The prior that it estimates, likewise.</param>
/// <param name="Seconds">Wall-clock time of all of them together.</param>
public sealed record SampledZenScores(SampledZenOptions Options, SampledZenScore[] Scores, double[] ClosedForm, double Seconds)
{
    /// <summary>The mean of each architecture.</summary>
    public double[] Means => [.. Scores.Select(score => score.Mean)];

    /// <summary>Wall-clock time of one architecture.</summary>
    public double SecondsPerArchitecture => Seconds / Scores.Length;

    /// <summary>Mean of the standard errors; NaN for a single repeat.</summary>
    public double StandardError => Scores.Average(score => score.StandardError);
}

/// <summary>Several variants of the sampled Zen-score on the same architectures.</summary>
public sealed record ZenStudy(ImmutableArray<ListedArchitecture> Architectures, ImmutableArray<SampledZenScores> Rows)
{
    /// <summary>Scores every architecture by every variant, all of one architecture before the next, so that a busy machine slows all alike.</summary>
    /// <param name="architectures">At least one.</param>
    /// <param name="variants">At least one.</param>
    /// <param name="random">For weights and images; variants share them as far as they go.</param>
    /// <param name="scored">Is told of each score.</param>
    /// <param name="cancellation">Looked at between two scores; those of the architectures before are kept.</param>
    /// <exception cref="OperationCanceledException">There were no two architectures before.</exception>
    public static ZenStudy Run(
        ImmutableArray<ListedArchitecture> architectures, ImmutableArray<SampledZenOptions> variants, RandomStream random, Action scored, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(random);
        ArgumentNullException.ThrowIfNull(scored);
        var scores = new List<(SampledZenScore Score, double Seconds)[]>();
        foreach (var listed in architectures)
        {
            if (Row(listed.Architecture, variants, random, scored, cancellation) is not { } row)
                break;
            scores.Add(row);
        }

        if (scores.Count < Math.Min(2, architectures.Length))
            cancellation.ThrowIfCancellationRequested();
        var done = architectures[..scores.Count];
        return new ZenStudy(
            done,
            [.. variants.Select((options, i) => new SampledZenScores(options, [.. scores.Select(row => row[i].Score)], ClosedForm(done, options), scores.Sum(row => row[i].Seconds)))]);
    }

    /// <summary>The key of a variant's scores in files: the prior's name, images x repeats, and "running" where the variance is that.</summary>
    public static string KeyOf(SampledZenOptions variant)
    {
        ArgumentNullException.ThrowIfNull(variant);
        return $"{variant.PriorName}-{variant.BatchSize}x{variant.Repeats}{(variant.Variance == ZenVariance.Running ? "-running" : "")}";
    }

    /// <summary>For each variant its mean, its standard error if it has one, and the closed form.</summary>
    public ScoreTable Scores()
    {
        var columns = new OrderedDictionary<string, double[]>();
        foreach (var row in Rows)
        {
            var key = KeyOf(row.Options);
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
    public ImmutableArray<ScoringComparison> Compare(double[] truth, RandomStream random) =>
        ScoringComparison.Of([.. Rows.Select(row => (KeyOf(row.Options), row.Means))], truth, random);

    /// <summary>The scores of one architecture by every variant; null if cancelled.</summary>
    private static (SampledZenScore Score, double Seconds)[]? Row(
        Architecture architecture, ImmutableArray<SampledZenOptions> variants, RandomStream random, Action scored, CancellationToken cancellation)
    {
        var row = new (SampledZenScore Score, double Seconds)[variants.Length];
        for (var i = 0; i < row.Length; i++)
        {
            if (cancellation.IsCancellationRequested)
                return null;
            var clock = Stopwatch.StartNew();
            row[i] = (SampledZen.Score(architecture, variants[i], random), clock.Elapsed.TotalSeconds);
            scored();
        }

        return row;
    }

    private static double[] ClosedForm(ImmutableArray<ListedArchitecture> architectures, SampledZenOptions options)
    {
        var prior = ShapePrior.Named(options.PriorName);
        return [.. architectures.Select(a => prior.Score(a.Architecture))];
    }
}
