using System.Collections.Immutable;
using PriorNas.Cli.Arguments;
using PriorNas.Cli.Display;
using PriorNas.Files;
using PriorNas.Randomness;
using PriorNas.Ranking;
using PriorNas.Ranking.Surrogates;
using PriorNas.SearchSpaces;
using PriorNas.Torch.Evaluation;
using PriorNas.Torch.Rankings;

namespace PriorNas.Cli.Commands;

/// <summary>What of a list is measured, and how the scores of the list follow from these.</summary>
internal sealed class RankSmoothing
{
    private readonly ImmutableArray<ListedArchitecture> list;
    private readonly ulong seed;
    private readonly bool partly;

    private RankSmoothing(ImmutableArray<ListedArchitecture> list, int? measure, ulong seed)
    {
        (this.list, this.seed, partly) = (list, seed, measure is not null);
        Measured = measure is { } count
            ? [.. MeasurementPlan.Choose([.. list.Select(entry => entry.Architecture)], count, new RandomStream(seed)).Select(i => list[i])]
            : list;
    }

    /// <summary>What is measured: the whole list, or the networks that <see cref="MeasurementPlan"/> chose.</summary>
    internal ImmutableArray<ListedArchitecture> Measured { get; }

    /// <summary>Decides what is measured.</summary>
    /// <param name="settings">Whether to smooth, and how many to measure.</param>
    /// <param name="list">The architectures to rank.</param>
    /// <param name="seed">The run's: decides which are measured, folds and resamples.</param>
    /// <returns>Null where the scores are ranked as they are.</returns>
    /// <exception cref="InputException">The list has too few networks, or <c>--measure</c> is not below their number.</exception>
    internal static RankSmoothing? Of(RankSettings settings, ImmutableArray<ListedArchitecture> list, ulong seed)
    {
        if (!settings.Smooth && settings.Measure is null)
            return null;
        var networks = list.Select(entry => entry.Architecture.Canonical()).Distinct().Count();
        const int Min = ScoreSurrogate.MinNetworks;
        var (option, least) = settings.Measure is null ? ("--smooth", Min) : ("--measure", Min + 1);
        if (networks < least)
        {
            throw new InputException(
                $"{option} needs a list of at least {least} distinct networks, this one has {networks}; "
                + $"leave {option} out, or give a longer list.");
        }

        if (settings.Measure is { } count && (count < Min || count >= networks))
        {
            throw new InputException(
                $"--measure is {count}, allowed is {Min} to {networks - 1}, fewer than the list's distinct networks; "
                + "leave it out to measure all.");
        }

        return new RankSmoothing(list, settings.Measure, seed);
    }

    /// <summary>Smooths what was measured, predicts the rest of the list, and says how well.</summary>
    /// <param name="results">Of <see cref="Measured"/>.</param>
    /// <param name="kind">The score.</param>
    /// <param name="output">Takes a summary.</param>
    /// <returns>A table of the whole list; null where all is measured and cannot be smoothed, which the summary then says.</returns>
    /// <exception cref="InputException">A part is measured, and the others cannot be predicted from it.</exception>
    internal ScoreTable? TableOf(IReadOnlyList<EvaluationResult> results, ScoreKind kind, TextWriter output)
    {
        // Codes of one network have one measurement, which counts once.
        var networks = Measured.Zip(results, (entry, result) => (Network: entry.Architecture.Canonical(), Result: result))
            .DistinctBy(row => row.Network).ToArray();
        Architecture[] architectures = [.. networks.Select(row => row.Network)];
        EvaluationResult[] distinct = [.. networks.Select(row => row.Result)];
        var surrogate = ScoreSurrogate.Fit(
            architectures, Array.ConvertAll(distinct, result => result.Score(kind)), ErrorsOf(distinct, kind), new RandomStream(seed));
        if (surrogate.IsRefused)
            return Refused(surrogate, output);
        output.WriteLine(partly
            ? $"Scores of {networks.Length} networks are smoothed, those of the others predicted, by a regression:"
            : "Scores are smoothed by a regression:");
        SmoothDisplay.Write(surrogate, "their standard errors", "the scores have no standard errors", output);
        var measured = networks.ToDictionary(row => row.Network, row => row.Result);
        var numbers = new SmoothedColumns(surrogate, architectures).Of([.. list.Select(entry => entry.Architecture)]);
        var rows = list.Select((entry, i) => (entry.Name, entry.Code, ResultOf(entry.Architecture), numbers[i]));
        return RankingTable.OfSmoothed([.. rows], partly);

        EvaluationResult? ResultOf(Architecture architecture) =>
            measured.TryGetValue(architecture.Canonical(), out var result) ? result : null;
    }

    private ScoreTable? Refused(ScoreSurrogate surrogate, TextWriter output)
    {
        if (partly)
        {
            throw new InputException(SmoothDisplay.Refusal(
                surrogate,
                $"the scores of the {surrogate.Quality.Networks} measured networks",
                "raise --measure, leave it out to measure all, or measure by more images; what was measured is kept"));
        }

        output.WriteLine($"Not smoothed: {SmoothDisplay.Refusal(surrogate, "the scores", "rank a longer list, or by more images")}");
        return null;
    }

    /// <summary>Null where they are not known, as by a single image, or all are 0, as where no network is ever right.</summary>
    private static double[]? ErrorsOf(EvaluationResult[] results, ScoreKind kind) =>
        RelativeErrors.Of(results, kind) is { } errors && errors.Any(error => error > 0) ? errors : null;
}
