using System.CommandLine;
using System.Globalization;
using PriorNas.Files;
using PriorNas.Ranking.Surrogates;
using PriorNas.SearchSpaces;

namespace PriorNas.Cli.Arguments;

/// <summary>A supernet's scores of the landmarks, which are weighed beside the priors: how much of these is to be joined with such scores.</summary>
internal static class LandmarkScores
{
    /// <summary>What the scores are called among the priors.</summary>
    internal const string Name = "supernet";

    internal static Option<string?> Option() => new("--scores")
    {
        Description = "A supernet's scores of the landmarks, as rank writes them for the folder's landmarks.json: weigh the priors beside them, for --join of rank and smooth.",
        HelpName = "FILE",
    };

    /// <summary>The scores of the landmarks, standardised over them.</summary>
    /// <param name="path">Scores of the landmarks, and perhaps of others.</param>
    /// <param name="landmarks">In their order.</param>
    /// <param name="space">Of the landmarks.</param>
    /// <exception cref="InputException">The file cannot be read, lacks a landmark, or gives all the same score.</exception>
    internal static double[] Read(string path, IReadOnlyList<Architecture> landmarks, SearchSpace space)
    {
        var measured = MeasuredScores.Read([path], field: null, space);
        var known = measured.List.Zip(measured.Scores).DistinctBy(entry => entry.First.Architecture.Canonical())
            .ToDictionary(entry => entry.First.Architecture.Canonical(), entry => entry.Second);
        var missing = landmarks.Where(landmark => !known.ContainsKey(landmark.Canonical())).ToArray();
        if (missing.Length > 0)
        {
            throw new InputException(
                $"--scores '{path}' has no score of {missing.Length} of the {landmarks.Count} landmarks, the first is {missing[0].Code}; rank the landmarks.json of the folder, which is there when they are trained.");
        }

        double[] scores = [.. landmarks.Select(landmark => known[landmark.Canonical()])];
        var mean = scores.Average();
        var deviation = Math.Sqrt(scores.Average(score => (score - mean) * (score - mean)));
        return deviation > 1e-12 * Math.Abs(mean)
            ? Array.ConvertAll(scores, score => (score - mean) / deviation)
            : throw new InputException($"--scores '{path}': all landmarks have the same score; is the supernet trained?");
    }

    /// <summary>The priors with their weights in units of that of the supernet's scores, as <c>--join</c> takes them; empty where the landmarks want no prior, null where they want no supernet.</summary>
    internal static string? Join(ScoreWeighing weighing)
    {
        var own = weighing.Fit.Weights[0];
        return own == 0 ? null : string.Join('+', weighing.Names.Zip(weighing.Fit.Weights).Skip(1)
            .Select(term => (Name: term.First, Factor: Math.Round(term.Second / own, 2)))
            .Where(term => term.Factor > 0)
            .Select(term => $"{term.Factor.ToString(CultureInfo.InvariantCulture)}*{term.Name}"));
    }
}
