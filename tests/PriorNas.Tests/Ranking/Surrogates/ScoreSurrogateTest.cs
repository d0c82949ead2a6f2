using PriorNas.Files;
using PriorNas.Randomness;
using PriorNas.Ranking;
using PriorNas.Ranking.Surrogates;
using PriorNas.SearchSpaces;
using PriorNas.Tests.SearchSpaces;

namespace PriorNas.Tests.Ranking.Surrogates;

public class ScoreSurrogateTest
{
    [Theory]
    [InlineData("tiny", 0.12)]
    [InlineData("resnet20-width", 0.12)]
    [InlineData("resnet48-challenge", 0.12)]
    [InlineData("resnet50", 0.12)]
    public void It_takes_noise_out_of_scores(string name, double gain)
    {
        var data = SyntheticScores.Of(SearchSpace.Open(name), 200, 0.6, seed: 11);
        var surrogate = Fit(data);
        Assert.False(surrogate.IsRefused);
        double raw = Tau(data.Scores), smoothed = Tau([.. surrogate.Measured.Select(score => score.Smoothed.Value)]);
        var combined = Tau([.. surrogate.Measured.Select(score => score.Combined.Value)]);
        Assert.True(smoothed > raw + gain, $"raw {raw}, smoothed {smoothed}");
        Assert.True(combined > Math.Max(raw, smoothed) - 0.02, $"raw {raw}, smoothed {smoothed}, combined {combined}");
        Assert.InRange(surrogate.Quality.RSquared.Value, 0.4, 0.85);

        double Tau(double[] values) => RankCorrelation.KendallTauB(values, data.Truth);
    }

    [Fact]
    public void It_predicts_what_was_not_measured_and_how_well()
    {
        var data = SyntheticScores.Of(TestSpaces.Challenge, 500, 0.7, seed: 12);
        var measured = new SyntheticScores(data.Architectures[..250], data.Truth[..250], data.Scores[..250], data.Errors[..250]);
        var predicted = Fit(measured).Predict(data.Architectures[250..]);
        double[] truth = data.Truth[250..], scores = data.Scores[250..];
        Assert.True(RankCorrelation.KendallTauB([.. predicted.Select(p => p.Value)], truth) > RankCorrelation.KendallTauB(scores, truth) + 0.1);
        Assert.InRange(Covered(predicted, truth), 0.9, 1);
    }

    [Fact]
    public void About_95_in_100_lie_within_two_standard_errors()
    {
        double all = 0, combined = 0;
        for (var seed = 20UL; seed < 26; seed++)
        {
            var data = SyntheticScores.Of(TestSpaces.Resnet20, 150, 0.7, seed);
            var surrogate = Fit(data);
            all += Covered([.. surrogate.Measured.Select(score => score.Smoothed)], data.Truth) / 6;
            combined += Covered([.. surrogate.Measured.Select(score => score.Combined)], data.Truth) / 6;
        }

        Assert.InRange(all, 0.9, 0.995);
        Assert.InRange(combined, 0.9, 0.995);
    }

    [Fact]
    public void Noise_is_refused()
    {
        for (var seed = 1UL; seed <= 8; seed++)
        {
            var random = new RandomStream(seed);
            var data = SyntheticScores.Of(TestSpaces.Resnet20, 60, 0, seed);
            var surrogate = ScoreSurrogate.Fit(data.Architectures, Array.ConvertAll(data.Truth, _ => random.NextGaussian()), null, new RandomStream(1));
            Assert.True(surrogate.IsRefused, $"seed {seed}: {surrogate.Quality}");
            Assert.Throws<InvalidOperationException>(() => surrogate.Measured);
            Assert.Throws<InvalidOperationException>(() => surrogate.Predict(data.Architectures));
        }
    }

    [Fact]
    public void Equal_scores_are_refused()
    {
        var data = SyntheticScores.Of(TestSpaces.Tiny, 40, 0, seed: 1);
        var surrogate = ScoreSurrogate.Fit(data.Architectures, [.. data.Scores.Select(_ => 0.1)], null, new RandomStream(1));
        Assert.True(surrogate.IsRefused);
        Assert.True(double.IsNaN(surrogate.Quality.RSquared.Value));
    }

    [Fact]
    public void The_same_seed_gives_the_same_bits()
    {
        var data = SyntheticScores.Of(TestSpaces.Elastic, 80, 0.5, seed: 5);
        ScoreSurrogate first = Fit(data), second = Fit(data);
        Assert.Equal(first.Measured, second.Measured);
        Assert.Equal(first.Quality, second.Quality);
        Assert.Equal(first.Predict(data.Architectures), second.Predict(data.Architectures));
    }

    [Fact]
    public void A_score_of_a_small_error_counts_more()
    {
        var data = SyntheticScores.Of(TestSpaces.Resnet20, 150, 0.6, seed: 9);
        double[] errors = [.. data.Errors.Select((error, i) => i % 2 == 0 ? error : 0.2 * error)];
        double[] scores = [.. data.Truth.Select((truth, i) => truth + (data.Scores[i] - truth) * errors[i] / data.Errors[i])];
        var surrogate = ScoreSurrogate.Fit(data.Architectures, scores, errors, new RandomStream(1));
        var kept = surrogate.Measured.Select(score => Math.Abs(score.Combined.Value - score.Smoothed.Value) / Math.Abs(score.Raw - score.Smoothed.Value)).ToArray();
        Assert.True(kept.Where((_, i) => i % 2 == 1).Min() > kept.Where((_, i) => i % 2 == 0).Max());
        Assert.All(surrogate.Measured, score => Assert.InRange(score.Combined.Error, 0, 1.0001 * score.Smoothed.Error));
        Assert.True(Error(surrogate) < Error(ScoreSurrogate.Fit(data.Architectures, scores, null, new RandomStream(1))));

        double Error(ScoreSurrogate fit) => fit.Predict(data.Architectures).Zip(data.Truth, (p, t) => (p.Value - t) * (p.Value - t)).Sum();
    }

    [Fact]
    public void Without_standard_errors_all_that_the_folds_miss_counts_as_noise()
    {
        var data = SyntheticScores.Of(TestSpaces.Resnet20, 150, 0.6, seed: 10);
        var surrogate = ScoreSurrogate.Fit(data.Architectures, data.Scores, null, new RandomStream(1));
        Assert.True(double.IsNaN(surrogate.Quality.Noise) && double.IsNaN(surrogate.Quality.LackOfFit));
        Assert.InRange(Covered([.. surrogate.Measured.Select(score => score.Smoothed)], data.Scores), 0.9, 0.99);
        Assert.All(surrogate.Measured, score => Assert.InRange(score.Combined.Value, Math.Min(score.Raw, score.Smoothed.Value), Math.Max(score.Raw, score.Smoothed.Value)));
    }

    [Fact]
    public void Too_few_networks_and_numbers_that_are_none_are_refused()
    {
        var data = SyntheticScores.Of(TestSpaces.Tiny, 19, 0, seed: 1);
        Assert.Equal("a surrogate needs the scores of at least 20 distinct networks, there are 19; measure more.", Assert.Throws<InputException>(() => Fit(data)).Message);
        Assert.Throws<ArgumentException>(() => ScoreSurrogate.Fit(data.Architectures, data.Scores[1..], null, new RandomStream(1)));
        Assert.Throws<ArgumentException>(() => ScoreSurrogate.Fit(data.Architectures, data.Scores, [.. data.Scores.Select(_ => -1.0)], new RandomStream(1)));
        Assert.Throws<ArgumentException>(() => ScoreSurrogate.Fit(data.Architectures, [.. data.Scores.Select(_ => double.NaN)], null, new RandomStream(1)));
    }

    private static ScoreSurrogate Fit(SyntheticScores data) =>
        ScoreSurrogate.Fit(data.Architectures, data.Scores, data.Errors.All(e => e == 0) ? null : data.Errors, new RandomStream(1));

    private static double Covered(ScorePrediction[] predictions, double[] values) =>
        predictions.Zip(values).Average(pair => Math.Abs(pair.First.Value - pair.Second) < 2 * pair.First.Error ? 1.0 : 0);
}
