using System.Collections.Immutable;
using System.CommandLine;
using PriorNas.Files;
using PriorNas.Priors;
using PriorNas.Randomness;
using PriorNas.Ranking.Bias;
using PriorNas.Ranking.Noise;
using PriorNas.SearchSpaces;

namespace PriorNas.Cli.Arguments;

/// <summary><c>correlate --explain</c>: what the first ranking over- or underrates.</summary>
internal static class CorrelationBias
{
    internal static Option<bool> CreateOption() => new("--explain")
    {
        Description = "Also show which widths, depths, stages and priors A over- or underrates; "
            + "needs --space, and codes under 'arch' in A or B.",
    };

    internal static Option<string> CreateSpaceOption()
    {
        var space = Options.Space();
        space.Required = false;
        space.Description = "For --explain. " + space.Description;
        return space;
    }

    /// <summary>The space to explain by, or null without <c>--explain</c>.</summary>
    /// <exception cref="InputException">One of the two options is given without the other.</exception>
    internal static string? RequireSpace(bool explain, string? space) => (explain, space) switch
    {
        (true, null) => throw new InputException(
            "--explain needs the search space of the architectures: "
            + $"add --space, one of {string.Join(", ", SearchSpace.EmbeddedNames)}, or a space file."),
        (false, not null) => throw new InputException($"--space '{space}' is used by --explain alone: add --explain, or leave it out."),
        _ => space,
    };

    /// <summary>The architectures of some names, from the codes of the ranking or, where it has none, of the truth.</summary>
    /// <exception cref="InputException">
    /// Neither file holds codes, a code is not of the space, or the files hold different architectures for a name.
    /// </exception>
    internal static ImmutableArray<Architecture> ReadArchitectures(
        string spaceName, (string Ranking, string Truth) arguments, ImmutableArray<string> names)
    {
        var space = SearchSpace.Open(spaceName);
        var (ranking, truth) = (ScoreArgument.Split(arguments.Ranking).Path, ScoreArgument.Split(arguments.Truth).Path);
        string[] paths = [.. ((string[])[ranking, truth]).Distinct().Where(ArchitectureList.HasCodes)];
        if (paths.Length == 0)
        {
            throw new InputException(
                $"--explain needs codes under 'arch', but neither '{ranking}' nor '{truth}' has any; "
                + "use files that have them, as rank and prior write them.");
        }

        var lists = Array.ConvertAll(paths, path => ArchitectureList.ReadFile(path, space).ToDictionary(entry => entry.Name));
        foreach (var name in names)
        {
            var (first, last) = (lists[0][name], lists[^1][name]);
            if (!first.Architecture.Canonical().Equals(last.Architecture.Canonical()))
            {
                throw new InputException(
                    $"'{name}' is architecture '{first.Code}' in '{paths[0]}', but '{last.Code}' in '{paths[^1]}'; "
                    + "compare files of the same architectures.");
            }
        }

        return [.. names.Select(name => lists[0][name].Architecture)];
    }

    /// <summary>The bias by the files of <c>--given</c>, or by all priors that need no sampling.</summary>
    /// <param name="architectures">What is ranked.</param>
    /// <param name="columns">The ranking, the truth, then the givens, in the order of the architectures.</param>
    /// <param name="givens">The names of the givens.</param>
    /// <param name="truth">The reliability of the truth, or null where its noise is not known.</param>
    /// <param name="random">For the intervals.</param>
    internal static RankingBias Of(
        ImmutableArray<Architecture> architectures, double[][] columns, string[] givens, Reliability? truth, RandomStream random)
    {
        (string, double[])[] priors = givens.Length > 0 ? [.. givens.Zip(columns.Skip(2))] : Scores(architectures);
        return RankingBias.Of(architectures, columns[0], columns[1], priors, random, truth);
    }

    private static (string, double[])[] Scores(ImmutableArray<Architecture> architectures)
    {
        Prior[] priors = [.. ShapePrior.All];
        var rows = architectures.Select(architecture => Prior.Scores(architecture, priors)).ToArray();
        return [.. priors.Select((prior, i) => (prior.Name, Array.ConvertAll(rows, row => row[i])))];
    }
}
