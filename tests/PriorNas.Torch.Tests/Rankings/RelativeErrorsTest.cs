using PriorNas.Torch.Evaluation;
using PriorNas.Torch.Rankings;

namespace PriorNas.Torch.Tests.Rankings;

public class RelativeErrorsTest
{
    /// <summary>A subnet's mean loss in each group: its level, what is hard about the group, and noise of its own.</summary>
    private static EvaluationResult Result(double level, double hardness, double own, int seed)
    {
        var random = new RandomNumbers(seed);
        var groups = Enumerable.Range(0, ImageGroups.Count).Select(group => new ImageGroup(10, 0, 10 * (level + hardness * (group % 5) + own * random.Next()), 0));
        return new EvaluationResult(10 * ImageGroups.Count, 0, 0) { Groups = new ImageGroups(groups) };
    }

    [Fact]
    public void What_is_hard_for_all_subnets_does_not_count()
    {
        EvaluationResult[] Ranking(double hardness) => [.. Enumerable.Range(0, 30).Select(i => Result(2 + 0.1 * i, hardness, 0.05, i + 1))];
        var (plain, hard) = (RelativeErrors.Of(Ranking(0), ScoreKind.Loss)!, RelativeErrors.Of(Ranking(0.5), ScoreKind.Loss)!);
        Assert.All(plain.Zip(hard), pair => Assert.Equal(pair.First, pair.Second, 1e-9));
        Assert.All(Ranking(0.5), result => Assert.True(result.StandardError(ScoreKind.Loss) > 5 * hard.Max()));
    }

    /// <summary>Of two subnets the difference to their mean is half of their difference; the factor for the own share makes it 1 / sqrt(2).</summary>
    [Fact]
    public void Of_two_subnets_they_follow_from_the_error_of_the_difference()
    {
        EvaluationResult[] two = [Result(2, 0.3, 0.05, 1), Result(2.2, 0.3, 0.05, 2)];
        var errors = RelativeErrors.Of(two, ScoreKind.Loss)!;
        Assert.All(errors, error => Assert.Equal(two[0].DifferenceError(two[1], ScoreKind.Loss) / Math.Sqrt(2), error, 1e-12));
    }

    [Fact]
    public void One_subnet_or_other_images_have_none()
    {
        Assert.Null(RelativeErrors.Of([Result(2, 0, 0.1, 1)], ScoreKind.Loss));
        Assert.Null(RelativeErrors.Of([Result(2, 0, 0.1, 1), new EvaluationResult(5, 1, 2)], ScoreKind.Loss));
    }

    /// <summary>Numbers between -1 and 1 that are the same on every machine.</summary>
    private sealed class RandomNumbers(int seed)
    {
        private readonly PriorNas.Randomness.RandomStream stream = new((ulong)seed);

        internal double Next() => stream.NextDouble(-1, 1);
    }
}
