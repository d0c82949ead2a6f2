using System.Collections.Immutable;
using System.CommandLine;
using PriorNas.Files;
using PriorNas.Priors;
using PriorNas.SearchSpaces;
using PriorNas.Torch.Priors;

namespace PriorNas.Cli.Arguments;

/// <summary>The priors that landmarks weigh: their logarithms, standardised over the space as a sum of priors has them.</summary>
internal sealed class LandmarkPriors
{
    private const string Defaults = "flops,params,depth,zen,zen-residual";

    private readonly ImmutableArray<(Prior Prior, PriorScale Scale)> priors;

    private LandmarkPriors(ImmutableArray<(Prior, PriorScale)> priors, ImmutableArray<string> constant)
    {
        this.priors = priors;
        Constant = constant;
    }

    /// <summary>Their names.</summary>
    internal ImmutableArray<string> Names => [.. priors.Select(prior => prior.Prior.Name)];

    /// <summary>Priors that were left out, since they are the same for all architectures of the space.</summary>
    internal ImmutableArray<string> Constant { get; }

    internal static Option<string?> Option() => new("--prior")
    {
        Description = $"Names, separated by commas, of {string.Join(", ", PriorNames.All)}; {Defaults} by default, those of them that vary in the space.",
        HelpName = "NAMES",
    };

    /// <summary>The priors of a list of names.</summary>
    /// <exception cref="InputException">One is unknown, is a sum, or cannot score the space; or none varies in it.</exception>
    internal static LandmarkPriors Open(string? names, SearchSpace space)
    {
        var chosen = Options.ParsePriors(names ?? Defaults, space);
        if (chosen.FirstOrDefault(prior => prior is CompositePrior) is { } sum)
            throw new InputException($"--prior holds the sum '{sum.Name}'; give its terms as names of their own, since they are what is weighed.");
        var scaled = chosen.Select(prior => (Prior: prior, Scale: PriorNames.ScaleOf(prior, space))).ToLookup(prior => prior.Scale.Deviation > 0);
        if (!scaled[true].Any())
            throw new InputException($"--prior '{names ?? Defaults}': each is the same for all architectures of space '{space.Name}'; give others.");
        return new LandmarkPriors([.. scaled[true]], [.. scaled[false].Select(prior => prior.Prior.Name)]);
    }

    /// <summary>For each prior the standardised logarithms of its scores.</summary>
    internal double[][] Standardised(IReadOnlyList<Architecture> architectures)
    {
        var rows = architectures.Select(architecture => Prior.Scores(architecture, [.. priors.Select(prior => prior.Prior)])).ToArray();
        return [.. priors.Select((prior, i) => Array.ConvertAll(rows, row => prior.Scale.Standardise(row[i])))];
    }
}
