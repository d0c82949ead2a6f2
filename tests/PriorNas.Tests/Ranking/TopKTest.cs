using CsCheck;
using PriorNas.Randomness;
using PriorNas.Ranking;

namespace PriorNas.Tests.Ranking;

public class TopKTest
{
    /// <summary>By hand: the predicted best two are the third (0.5) and the fourth (0.9) of the truth, the true best two 0.9 and 0.7.</summary>
    [Fact]
    public void Without_ties_it_is_a_count()
    {
        double[] truth = [0.1, 0.7, 0.5, 0.9];
        double[] predicted = [1, 2, 4, 3];
        Assert.Equal(new TopK(1, 0, 0.9 - 0.5, 0.25), TopK.Of(predicted, truth, 1));
        Assert.Equal(new TopK(2, 0.5, 0, 0.5), TopK.Of(predicted, truth, 2));
        Assert.Equal(new TopK(4, 1, 0, 1), TopK.Of(predicted, truth, 4));
    }

    /// <summary>By hand: one of the two that tie for the second position is taken; in half of the cases it is the best, 0.9, else 0.5 stands.</summary>
    [Fact]
    public void Tied_scores_are_taken_at_random()
    {
        var top = TopK.Of([3, 2, 2, 1], [0.5, 0.9, 0.1, 0.2], 2);
        Assert.Equal(0.75, top.Overlap, 1e-15);
        Assert.Equal(0.2, top.Regret, 1e-15);
    }

    /// <summary>Any of the three true values of 0.9 is as good as another.</summary>
    [Fact]
    public void Tied_true_values_are_all_among_the_best() =>
        Assert.Equal(new TopK(2, 1, 0, 0.75), TopK.Of([4, 3, 2, 1], [0.9, 0.9, 0.9, 0.1], 2));

    /// <summary>0.9 times chances of 3 / 7, 2 / 7, ... sums to a little less than 0.9.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(7)]
    public void Where_the_best_is_surely_taken_the_regret_is_exactly_0(int k) =>
        Assert.Equal(0, TopK.Of([2, 1, 1, 1, 1, 1, 1, 1], [0.9, 0.8, 0.1, 0.7, 0.3, 0.2, 0.6, 0.5], k).Regret);

    [Fact]
    public void A_constant_scoring_is_a_random_one() => Assert.Equal(3.0 / 10, TopK.Of(new double[10], [.. Enumerable.Range(0, 10)], 3).Overlap, 1e-15);

    [Fact]
    public void Both_numbers_are_means_over_all_ways_to_break_the_ties() => Scores.Sample(
        s =>
        {
            var ways = Permutations(s.Predicted.Length).Select(tieBreak => Enumerable.Range(0, s.Predicted.Length)
                .OrderByDescending(i => s.Predicted[i]).ThenBy(i => tieBreak[i]).Take(s.K).ToArray()).ToArray();
            var good = s.Truth.OrderDescending().ElementAt(s.K - 1);
            var top = TopK.Of(s.Predicted, s.Truth, s.K);
            Assert.Equal(ways.Average(taken => taken.Count(i => s.Truth[i] >= good)) / s.K, top.Overlap, 1e-12);
            Assert.Equal(ways.Average(taken => s.Truth.Max() - taken.Max(i => s.Truth[i])), top.Regret, 1e-12);
        },
        iter: 200);

    [Fact]
    public void More_taken_never_means_more_regret()
    {
        var random = new RandomStream(1);
        double[] predicted = [.. Enumerable.Range(0, 300).Select(_ => (double)random.Next(20))];
        double[] truth = [.. Enumerable.Range(0, 300).Select(_ => random.NextDouble())];
        var regrets = Enumerable.Range(1, 300).Select(k => TopK.Of(predicted, truth, k).Regret).ToArray();
        Assert.All(regrets.Zip(regrets.Skip(1)), pair => Assert.True(pair.Second <= pair.First + 1e-12));
        Assert.Equal(0, regrets[^1]);
    }

    [Fact]
    public void Unusable_values_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => TopK.Of([1], [1], 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => TopK.Of([1], [1], 2));
        Assert.Throws<ArgumentException>(() => TopK.Of([1, 2], [1], 1));
        Assert.Throws<ArgumentException>(() => TopK.Of([1, double.NaN], [1, 2], 1));
        Assert.Throws<ArgumentException>(() => TopK.Of([], [], 1));
    }

    private static readonly Gen<(double[] Predicted, double[] Truth, int K)> Scores =
        from count in Gen.Int[1, 6]
        from predicted in Gen.Int[0, 2].Select(v => (double)v).Array[count]
        from truth in Gen.Int[0, 4].Select(v => (double)v).Array[count]
        from k in Gen.Int[1, count]
        select (predicted, truth, k);

    private static IEnumerable<int[]> Permutations(int count) => count == 0
        ? [[]]
        : Permutations(count - 1).SelectMany(shorter => Enumerable.Range(0, count).Select(position => (int[])[.. shorter[..position], count - 1, .. shorter[position..]]));
}
