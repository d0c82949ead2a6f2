using PriorNas.Randomness;
using PriorNas.Ranking;
using PriorNas.Ranking.Surrogates;

namespace PriorNas.Tests.Ranking.Surrogates;

/// <summary>Made scorings of 24 items: two that the truth is made of, one of noise, one turned round.</summary>
public class ScoreWeightsTest
{
    private const int Items = 24;
    private static readonly string[] Names = ["first", "second", "noise", "turned"];
    private static readonly double[][] Scorings = Make();
    private static readonly double[] Truth = [.. Enumerable.Range(0, Items).Select(i => 0.5 + 0.02 * (Scorings[0][i] + 0.4 * Scorings[1][i]))];

    [Fact]
    public void What_the_truth_is_made_of_has_the_weight_and_what_is_turned_round_none()
    {
        var fit = ScoreWeights.Of(Scorings, Truth);
        Assert.Equal(1, fit.Weights[0]);
        Assert.InRange(fit.Weights[1], 0.2, 0.6);
        Assert.InRange(fit.Weights[2], 0, 0.2);
        Assert.Equal(0, fit.Weights[3]);
        Assert.True(RankCorrelation.KendallTauB([.. fit.HeldOut], Truth) > RankCorrelation.KendallTauB(Scorings[0], Truth));
        Assert.Matches("^first\\+0\\.[0-9]{1,2}\\*second", fit.Text(Names));
    }

    /// <summary>What an item's own truth is has no part in its score.</summary>
    [Fact]
    public void An_item_is_scored_by_weights_that_know_nothing_of_it()
    {
        var fit = ScoreWeights.Of(Scorings, Truth);
        foreach (var item in new[] { 0, 7, Items - 1 })
        {
            var changed = (double[])Truth.Clone();
            changed[item] = -3;
            Assert.Equal(fit.HeldOut[item], ScoreWeights.Of(Scorings, changed).HeldOut[item]);
            int[] others = [.. Enumerable.Range(0, Items).Where(other => other != item)];
            var without = ScoreWeights.Of([.. Scorings.Select(scoring => Array.ConvertAll(others, other => scoring[other]))], Array.ConvertAll(others, other => Truth[other]));
            Assert.Equal(Enumerable.Range(0, Names.Length).Sum(i => without.Weights[i] * Scorings[i][item]) / without.Weights.Sum(), fit.HeldOut[item], 1e-12);
        }
    }

    [Fact]
    public void Where_none_agrees_there_is_no_sum()
    {
        var fit = ScoreWeights.Of([Scorings[3]], Truth);
        Assert.False(fit.Any);
        Assert.Equal("", fit.Text(["turned"]));
        Assert.All(fit.HeldOut, score => Assert.Equal(0, score));
    }

    [Fact]
    public void A_single_scoring_that_agrees_is_the_sum() => Assert.Equal("first", ScoreWeights.Of([Scorings[0]], Truth).Text(["first"]));

    [Fact]
    public void A_weighing_compares_the_sum_with_the_best_scoring()
    {
        var weighing = ScoreWeighing.Of(Names, Scorings, Truth, new RandomStream(1));
        Assert.Equal(0, weighing.Best);
        var compared = RankComparison.Of([.. weighing.Fit.HeldOut], Scorings[0], Truth, new RandomStream(1));
        Assert.Equal(compared, weighing.AheadOfBest);
        Assert.Equal(RankReport.Of(Scorings[2], Truth, new RandomStream(1)), weighing.Agreements[2]);
        Assert.Equal(weighing.Fit.Text(Names), weighing.Sum);
        Assert.Null(ScoreWeighing.Of(["same"], [new double[Items]], Truth, new RandomStream(1)).Best);
    }

    [Fact]
    public void Too_few_items_are_refused()
    {
        var e = Assert.Throws<ArgumentException>(() => ScoreWeights.Of([[1, 2, 3, 4]], [1, 2, 3, 4]));
        Assert.StartsWith("x and y have 4 values; at least 5 are needed.", e.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => ScoreWeights.Of([], [1, 2, 3, 4, 5]));
    }

    private static double[][] Make()
    {
        var random = new RandomStream(11);
        double[] Draw() => [.. Enumerable.Range(0, Items).Select(_ => random.NextGaussian())];
        var (first, second, noise) = (Draw(), Draw(), Draw());
        return [first, second, noise, Array.ConvertAll(first, score => -score)];
    }
}
