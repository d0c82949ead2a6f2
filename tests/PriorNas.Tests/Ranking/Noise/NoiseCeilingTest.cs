using PriorNas.Files;
using PriorNas.Randomness;
using PriorNas.Ranking;
using PriorNas.Ranking.Noise;

namespace PriorNas.Tests.Ranking.Noise;

/// <summary>Normal scores of a known correlation, measured with known noise.</summary>
public class NoiseCeilingTest
{
    private const double Correlation = 0.8;
    private const double NoiseOfRanking = 0.5;
    private const double NoiseOfTruth = 0.7;
    private const int Resamples = 200;

    private static readonly double OfRanking = 1 / (1 + NoiseOfRanking * NoiseOfRanking);
    private static readonly double OfTruth = 1 / (1 + NoiseOfTruth * NoiseOfTruth);

    [Fact]
    public void The_correlation_without_noise_is_recovered()
    {
        var sample = Draw(4_000, new RandomStream(1));
        var (ranking, truth, both) = Measure(sample, new RandomStream(2));
        Assert.Equal(OfRanking, ranking.Value.Value, 0.02);
        Assert.Equal(OfTruth, truth.Value.Value, 0.02);
        Assert.Equal(Correlation, both.PearsonShare.Value, 0.02);
        Assert.Equal(Correlation * Math.Sqrt(OfRanking * OfTruth), RankCorrelation.Pearson(sample.Ranking, sample.Truth), 0.02);
        Assert.Equal(
            RankCorrelation.Pearson(sample.Ranking, sample.Truth) / Math.Sqrt(ranking.Value.Value * truth.Value.Value),
            both.PearsonShare.Value,
            1e-12);
    }

    /// <summary>Scores that are the truth itself, against the truth as it was measured: both statistics by simulation.</summary>
    [Fact]
    public void A_perfect_ranking_reaches_the_ceiling()
    {
        var sample = Draw(4_000, new RandomStream(3));
        var reliability = Reliability.OfStandardErrors(
            sample.Truth, Same(sample.Truth, NoiseOfTruth), "noise", "truth", new RandomStream(4), Resamples);
        var ceiling = NoiseCeiling.Of(sample.Perfect, sample.Truth, [reliability], new RandomStream(4), Resamples);
        Assert.Equal(Math.Sqrt(OfTruth), ceiling.Pearson.Value, 0.01);
        Assert.Equal(RankCorrelation.Pearson(sample.Perfect, sample.Truth), ceiling.Pearson.Value, 0.02);
        Assert.Equal(RankCorrelation.KendallTauB(sample.Perfect, sample.Truth), ceiling.KendallTau.Value, 0.02);
        Assert.Equal(1, ceiling.PearsonShare.Value, 0.02);
        Assert.Equal(1, ceiling.KendallShare.Value, 0.02);
    }

    [Fact]
    public void A_second_measurement_gives_the_same_reliability()
    {
        var sample = Draw(4_000, new RandomStream(5));
        var reliability = Reliability.OfRepeat(sample.Truth, sample.Repeat, "repeat", "truth", new RandomStream(6), Resamples);
        Assert.Equal(RankCorrelation.Pearson(sample.Truth, sample.Repeat), reliability.Value.Value);
        Assert.Equal(OfTruth, reliability.Value.Value, 0.03);
    }

    /// <summary>Of 100 samples of 100, about 95 intervals hold the true value.</summary>
    [Fact]
    public void Intervals_hold_the_true_value_as_often_as_they_say()
    {
        var random = new RandomStream(7);
        var largest = Math.Sqrt(OfRanking * OfTruth);
        var measured = Enumerable.Range(0, 100).Select(i => Measure(Draw(100, random.Split(i)), random.Split("intervals", i))).ToArray();
        double[] held =
        [
            Held(m => m.Both.PearsonShare, Correlation),
            Held(m => m.Truth.Value, OfTruth),
            Held(m => m.Both.Pearson, largest),
            Held(m => m.Both.KendallShare, Math.Asin(Correlation * largest) / Math.Asin(largest)),
        ];
        Assert.All(held, share => Assert.InRange(share, 0.87, 1));

        double Held(Func<(Reliability Ranking, Reliability Truth, NoiseCeiling Both), Estimate> part, double value) =>
            measured.Count(m => part(m).Low <= value && value <= part(m).High) / 100.0;
    }

    [Fact]
    public void Intervals_equal_their_definition()
    {
        var sample = Draw(30, new RandomStream(8));
        double[] errors = [.. sample.Truth.Select((_, i) => 0.2 + 0.01 * i)];
        var random = new RandomStream(9);
        var reliability = Reliability.OfStandardErrors(sample.Truth, errors, "noise", "truth", random, Resamples);
        var ceiling = NoiseCeiling.Of(sample.Ranking, sample.Truth, [reliability], random, Resamples);
        AssertInterval(Share, reliability.Value);
        AssertInterval(items => 2 / Math.PI * Math.Asin(Math.Sqrt(Share(items))), ceiling.KendallTau);
        AssertInterval(items => Pearson(items) / Math.Sqrt(Share(items)), ceiling.PearsonShare);

        double Pearson(int[] items) =>
            RankCorrelation.Pearson(PlainBootstrap.Of(sample.Ranking, items), PlainBootstrap.Of(sample.Truth, items));

        double Share(int[] items)
        {
            var scores = PlainBootstrap.Of(sample.Truth, items);
            var variance = scores.Sum(s => (s - scores.Average()) * (s - scores.Average())) / (scores.Length - 1);
            return 1 - PlainBootstrap.Of(errors, items).Average(e => e * e) / variance;
        }

        void AssertInterval(Func<int[], double> statistic, Estimate actual)
        {
            var (low, high) = PlainBootstrap.Interval(30, statistic, double.MaxValue, random, Resamples);
            Assert.Equal(statistic([.. Enumerable.Range(0, 30)]), actual.Value, 1e-12);
            Assert.Equal(low, actual.Low, 1e-12);
            Assert.Equal(high, actual.High, 1e-12);
        }
    }

    [Fact]
    public void Without_noise_nothing_is_corrected()
    {
        var sample = Draw(50, new RandomStream(10));
        var reliability = Reliability.OfStandardErrors(sample.Truth, new double[50], "noise", "truth", new RandomStream(11), Resamples);
        Assert.Equal(new Estimate(1, 1, 1), reliability.Value);
        var (ceiling, plain) = (
            NoiseCeiling.Of(sample.Ranking, sample.Truth, [reliability], new RandomStream(11), Resamples),
            RankReport.Of(sample.Ranking, sample.Truth, new RandomStream(11), Resamples));
        Assert.Equal((new Estimate(1, 1, 1), new Estimate(1, 1, 1)), (ceiling.Pearson, ceiling.KendallTau));
        Assert.Equal((plain.Pearson, plain.KendallTau), (ceiling.PearsonShare, ceiling.KendallShare));
    }

    [Fact]
    public void Impossible_noise_is_refused()
    {
        double[] scores = [1, 2, 3, 4];
        Assert.Equal(
            "noise: the noise has a variance of 4, but truth has one of 1.667 in all, noise included; "
                + "give standard errors of single scores, in the unit of the scores.",
            Assert.Throws<InputException>(
                () => Reliability.OfStandardErrors(scores, Same(scores, 2), "noise", "truth", new RandomStream(1))).Message);
        Assert.Throws<InputException>(() => Reliability.OfStandardErrors([1, 1, 1], new double[3], "noise", "truth", new RandomStream(1)));
        Assert.Throws<ArgumentException>(() => Reliability.OfStandardErrors(scores, [1, 1, 1, -1], "noise", "truth", new RandomStream(1)));
        Assert.Equal(
            "repeat: its Pearson correlation with truth is -1.0000; two measurements of one thing must agree by more than 0.",
            Assert.Throws<InputException>(
                () => Reliability.OfRepeat(scores, [4, 3, 2, 1], "repeat", "truth", new RandomStream(1))).Message);
        Assert.Throws<InputException>(() => Reliability.OfRepeat(scores, [1, 1, 1, 1], "repeat", "truth", new RandomStream(1)));
        Assert.Equal(
            "repeat: it has the very numbers of truth; give a second measurement, such as another seed.",
            Assert.Throws<InputException>(
                () => Reliability.OfRepeat(scores, [1, 2, 3, 4], "repeat", "truth", new RandomStream(1))).Message);
        Assert.Throws<ArgumentException>(() => NoiseCeiling.Of(scores, scores, [], new RandomStream(1)));
    }

    private static (Reliability Ranking, Reliability Truth, NoiseCeiling Both) Measure(Sample sample, RandomStream random)
    {
        var ranking = Reliability.OfStandardErrors(
            sample.Ranking, Same(sample.Ranking, NoiseOfRanking), "noise", "ranking", random, Resamples);
        var truth = Reliability.OfStandardErrors(sample.Truth, Same(sample.Truth, NoiseOfTruth), "noise", "truth", random, Resamples);
        return (ranking, truth, NoiseCeiling.Of(sample.Ranking, sample.Truth, [ranking, truth], random, Resamples));
    }

    private static double[] Same(double[] scores, double error) => Array.ConvertAll(scores, _ => error);

    private static Sample Draw(int count, RandomStream random)
    {
        double[] perfect = [.. Enumerable.Range(0, count).Select(_ => random.NextGaussian())];
        double[] biased = [.. perfect.Select(t => Correlation * t + Math.Sqrt(1 - Correlation * Correlation) * random.NextGaussian())];
        return new Sample(perfect, Noisy(biased, NoiseOfRanking), Noisy(perfect, NoiseOfTruth), Noisy(perfect, NoiseOfTruth));

        double[] Noisy(double[] values, double noise) => [.. values.Select(v => v + noise * random.NextGaussian())];
    }

    private sealed record Sample(double[] Perfect, double[] Ranking, double[] Truth, double[] Repeat);
}
