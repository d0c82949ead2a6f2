using PriorNas.Cli.Display;
using PriorNas.Torch.Evaluation;

namespace PriorNas.Cli.Tests.Golden;

/// <summary>What a ranking says of its scores, of results that are made by hand.</summary>
public sealed class RankingNoiseTest
{
    [Fact]
    public void Noise_of_the_scores()
    {
        using var output = new StringWriter { NewLine = "\n" };
        RankingDisplay.WriteNoise([Result(0.5), Result(0.25), Result(0.75)], ScoreKind.Loss, output);
        GoldenFile.Matches("rank-noise", output.ToString());
    }

    /// <summary>60 images, 3 in each group, whose scores differ from group to group; a higher level is better in all of them.</summary>
    private static EvaluationResult Result(double level)
    {
        ImageGroup[] groups = [.. Enumerable.Range(0, ImageGroups.Count).Select(g =>
            new ImageGroup(3, g % 4 < 4 * level ? 2 : 1, 3 * (2 - level + 0.05 * level * (g % 5)), 3 * level * (g % 3)))];
        var correct = groups.Sum(group => group.Top1Correct);
        var even = groups.Where((_, g) => g % 2 == 0).Sum(group => group.Top1Correct);
        return new EvaluationResult(60, correct, correct, even, new ImageGroups(groups));
    }
}
