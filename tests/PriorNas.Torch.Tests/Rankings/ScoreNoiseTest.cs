using PriorNas.Torch.Evaluation;
using PriorNas.Torch.Rankings;
using PriorNas.Torch.Tests.Evaluation;

namespace PriorNas.Torch.Tests.Rankings;

public class ScoreNoiseTest
{
    [Fact]
    public void Errors_are_medians_and_differences_are_those_of_neighbours_in_the_ranking()
    {
        EvaluationResult[] results = [Drawn(1, 3), Drawn(2, 1), Drawn(3, 2), Drawn(4, 4)];
        var noise = ScoreNoise.Of(results, ScoreKind.Loss);
        double[] errors = [.. results.Select(result => result.StandardError(ScoreKind.Loss)).Order()];
        Assert.Equal((errors[1] + errors[2]) / 2, noise.StandardError, 12);

        // By the losses 1, 2, 3, 4.
        double[] differences = [.. new[] { (1, 2), (2, 0), (0, 3) }.Select(pair => results[pair.Item1].DifferenceError(results[pair.Item2], ScoreKind.Loss)).Order()];
        Assert.Equal(differences[1], noise.DifferenceError, 12);
        Assert.Equal(1, noise.HalvesTau); // Losses a unit apart, with noise of 0.1.
        Assert.Equal(Math.Sqrt(0.25 / 200), ScoreNoise.Of(results, ScoreKind.Accuracy).StandardError, 2);
    }

    [Fact]
    public void What_is_not_defined_is_NaN()
    {
        Assert.Equal(new ScoreNoise(ScoreKind.Margin, double.NaN, double.NaN, double.NaN), ScoreNoise.Of([], ScoreKind.Margin));
        Assert.Equal(new ScoreNoise(ScoreKind.Loss, double.NaN, double.NaN, double.NaN), ScoreNoise.Of([Groups.Made(1, 1), Groups.Made(1, 2)], ScoreKind.Loss));

        // Of rounds: others cannot be paired, and do not halve the same images.
        var rounds = ScoreNoise.Of([Groups.Made(40, 1), Groups.Made(80, 2)], ScoreKind.Loss);
        Assert.True(rounds.StandardError > 0);
        Assert.Equal((double.NaN, double.NaN), (rounds.DifferenceError, rounds.HalvesTau));
    }

    private static EvaluationResult Drawn(int seed, double loss)
    {
        var random = new System.Random(seed);
        return Groups.Result([.. Enumerable.Range(0, 200).Select(_ => (random.Next(2) == 0, loss + 0.1 * random.NextDouble(), 0.0))]);
    }
}
