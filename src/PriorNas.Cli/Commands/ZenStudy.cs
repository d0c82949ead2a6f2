using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Json.Nodes;
using PriorNas.Cli.Display;
using PriorNas.Priors;
using PriorNas.Randomness;
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

    /// <summary>name -> {"arch", for each variant its mean, its standard error if it has one, and the closed form}.</summary>
    internal JsonObject Scores()
    {
        var entries = new JsonObject();
        for (var i = 0; i < Architectures.Length; i++)
        {
            var entry = new JsonObject { ["arch"] = Architectures[i].Code };
            foreach (var row in Rows)
            {
                var key = ZenVariants.KeyOf(row.Options);
                entry[key] = row.Scores[i].Mean;
                if (row.Options.Repeats > 1)
                    entry[key + "-error"] = row.Scores[i].StandardError;
                entry[row.Options.PriorName] = row.ClosedForm[i];
            }

            entries[Architectures[i].Name] = entry;
        }

        return entries;
    }

    private static double[] ClosedForm(ImmutableArray<ListedArchitecture> architectures, SampledZenOptions options)
    {
        var prior = Prior.Named(options.PriorName);
        return [.. architectures.Select(a => prior.Score(a.Architecture))];
    }
}
