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
    /// <param name="cancellation">Looked at between two scores.</param>
    internal static ZenStudy Run(
        ImmutableArray<ListedArchitecture> architectures, ImmutableArray<SampledZenOptions> variants, RandomStream random, Terminal? terminal, CancellationToken cancellation)
    {
        var seconds = new double[variants.Length];
        var scores = variants.Select(_ => new SampledZenScore[architectures.Length]).ToArray();
        ZenDisplay.Progress(terminal, architectures.Length * variants.Length, done =>
        {
            for (var i = 0; i < architectures.Length; i++)
            {
                for (var variant = 0; variant < variants.Length; variant++)
                {
                    cancellation.ThrowIfCancellationRequested();
                    var clock = Stopwatch.StartNew();
                    scores[variant][i] = SampledZen.Score(architectures[i].Architecture, variants[variant], random);
                    seconds[variant] += clock.Elapsed.TotalSeconds;
                    done();
                }
            }
        });
        return new ZenStudy(
            architectures,
            [.. variants.Select((options, variant) => new ZenRow(options, scores[variant], ClosedForm(architectures, options), seconds[variant]))]);
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
