using System.Collections.Immutable;
using System.Text.Json.Serialization;
using PriorNas.Cli.Arguments;
using PriorNas.Ranking;
using PriorNas.Ranking.Surrogates;
using PriorNas.Torch.Runs;

namespace PriorNas.Cli.Display;

/// <summary>What <c>landmarks</c> found.</summary>
/// <param name="Space">The space's name.</param>
/// <param name="Epochs">Of each landmark.</param>
/// <param name="Cost">Of all trainings in the folder.</param>
/// <param name="Weighing">The priors, weighed.</param>
/// <param name="Constant">Priors that do not vary in the space.</param>
internal sealed record LandmarkWeighing(string Space, int Epochs, LandmarkCost Cost, ScoreWeighing Weighing, ImmutableArray<string> Constant)
{
    internal int Count => Weighing.HeldOut.Count;

    /// <summary>Whether the scores of a supernet were weighed beside the priors.</summary>
    internal bool WithScores => Weighing.Names[0] == LandmarkScores.Name;

    /// <summary>With the scores of a supernet: what is to be joined with them, see <see cref="LandmarkScores.Join"/>.</summary>
    internal string? Join { get; init; }

    /// <summary>That no one takes the result for one without training.</summary>
    internal string Note => FormattableString.Invariant($"used stand-alone accuracies of {Count} landmarks, each trained for {Epochs} {(Epochs == 1 ? "epoch" : "epochs")}");
}

/// <summary>Shows it: a table, and in words what the landmarks decide.</summary>
internal static class LandmarkWeighingDisplay
{
    private const string SumName = "sum, held out";

    internal static void Write(LandmarkWeighing landmarks, TextWriter output)
    {
        var weighing = landmarks.Weighing;
        output.WriteLine();
        output.WriteLine(FormattableString.Invariant($"{landmarks.Count} landmarks of {landmarks.Space}, 95 % intervals in brackets"));
        output.WriteLine();
        output.WriteLine(Row("prior", "Pearson", "Kendall tau-b", "weight"));
        foreach (var (i, name) in weighing.Names.Index().OrderByDescending(prior => weighing.Agreements[prior.Index].KendallTau.Value))
            output.WriteLine(Row(name, Text(weighing.Agreements[i].Pearson), Text(weighing.Agreements[i].KendallTau), FormattableString.Invariant($"{weighing.Fit.Weights[i]}")));
        if (weighing.Fit.Any)
            output.WriteLine(Row(SumName, Text(weighing.HeldOut.Pearson), Text(weighing.HeldOut.KendallTau), ""));
        foreach (var name in landmarks.Constant)
            output.WriteLine($"Left out, since it is the same for all architectures of the space: {name}.");
        output.WriteLine();
        foreach (var sentence in Conclusions(landmarks))
            output.WriteLine(sentence);
        output.WriteLine();
        output.WriteLine($"This {landmarks.Note}.");
        output.WriteLine(FormattableString.Invariant($"Cost of all trainings in the folder: {landmarks.Cost.Networks} networks, {landmarks.Cost.Epochs} epochs, {landmarks.Cost.Seconds:F1} seconds."));
    }

    private static IEnumerable<string> Conclusions(LandmarkWeighing landmarks)
    {
        var weighing = landmarks.Weighing;
        if (!weighing.Fit.Any || weighing.AheadOfBest is not { } ahead)
        {
            yield return $"{(landmarks.WithScores ? "Neither the supernet nor a prior" : "No prior")} agrees with the landmarks: there is nothing to weigh.";
            yield break;
        }

        var best = weighing.Names[weighing.Best!.Value];
        yield return (landmarks.WithScores, landmarks.Join) switch
        {
            (false, _) => $"Weighed sum, for rank.prior of a recipe: {weighing.Sum}",
            (true, null) => "The landmarks give the supernet's scores no weight beside the priors.",
            (true, "") => "The landmarks want no prior beside the supernet's scores: leave --join out.",
            (true, { } join) => $"To join with the supernet's scores, by rank or smooth: --join {join}",
        };
        yield return $"Its tau-b, each landmark scored by weights fitted without it, minus that of {best}, the best {(landmarks.WithScores ? "one" : "prior")} here: {Text(ahead.KendallTau)}.";
        yield return ahead.KendallTau switch
        {
            { HasInterval: false } => "One of the two has no ranking.",
            { Decided: false } => "The interval contains 0: the landmarks do not decide between the two.",
            { Low: > 0 } => "The landmarks decide that the sum ranks better.",
            _ => $"The landmarks decide that {best} alone ranks better.",
        };
    }

    private static string Text(Estimate estimate) => FormattableString.Invariant($"{estimate:F3}");

    private static string Row(string name, params string[] texts) => $"{name,-14}  {string.Join("  ", texts.Select(text => $"{text,-23}"))}".TrimEnd();
}

/// <summary>Its JSON form, that of <c>weighing.json</c>; without what the trainings cost, which is not the same each time.</summary>
internal sealed record LandmarkWeighingJson(
    string Space,
    string Note,
    [property: JsonPropertyName("n")] int Count,
    int Epochs,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Prior,
    double Penalty,
    WeighedPriorJson[] Priors,
    AgreementJson HeldOut,
    DifferencesJson? AheadOfBest,
    ImmutableArray<string> Constant,
    string? Join)
{
    internal static LandmarkWeighingJson Of(LandmarkWeighing landmarks)
    {
        var weighing = landmarks.Weighing;
        return new LandmarkWeighingJson(
            landmarks.Space,
            landmarks.Note,
            landmarks.Count,
            landmarks.Epochs,
            weighing.Fit.Any && !landmarks.WithScores ? weighing.Sum : null,
            weighing.Fit.Penalty,
            [.. weighing.Names.Select((name, i) => new WeighedPriorJson(name, weighing.Fit.Weights[i], AgreementJson.Of(weighing.Agreements[i])))],
            AgreementJson.Of(weighing.HeldOut),
            weighing.AheadOfBest is { } ahead ? DifferencesJson.Of(ahead) : null,
            landmarks.Constant,
            landmarks.Join);
    }
}

/// <summary>A prior with its weight and its own agreement with the landmarks.</summary>
internal sealed record WeighedPriorJson(string Name, double Weight, AgreementJson Agreement);

/// <summary>The JSON form of an agreement.</summary>
internal sealed record AgreementJson(EstimateJson Pearson, EstimateJson Spearman, EstimateJson Kendall)
{
    internal static AgreementJson Of(RankReport report) => new(EstimateJson.Of(report.Pearson), EstimateJson.Of(report.Spearman), EstimateJson.Of(report.KendallTau));
}
