using MathNet.Numerics.Distributions;
using MathNet.Numerics.LinearAlgebra;
using PriorNas.Priors;
using PriorNas.Randomness;
using PriorNas.Ranking;
using PriorNas.Ranking.Bias;
using PriorNas.Ranking.Noise;
using PriorNas.Sampling;
using PriorNas.SearchSpaces;

namespace PriorNas.Tests.Ranking.Bias;

/// <summary>
/// Rankings whose bias was planted: the truth is the sum of all standardised positions, the ranking the truth, noise, and more of one
/// position.
/// </summary>
public class RankingBiasTest
{
    private const string Planted = "stage 2 block 2 inner";
    private const int Resamples = 200;

    [Theory]
    [InlineData(0.3)]
    [InlineData(-0.3)]
    public void A_planted_bias_is_found_and_no_other(double planted)
    {
        var sample = Sample.Of("resnet20-width", 200, new RandomStream(1), planted);
        var bias = sample.Bias(new RandomStream(2));
        Assert.Equal((200, 19, 19), (bias.Count, bias.VaryingPositions, bias.Positions.Length));
        var (first, second) = (bias.Positions[0], bias.Positions[1]);
        Assert.Equal(Planted, first.Name);
        Assert.True(first.Overrated.Decided);
        Assert.Equal(Math.Sign(planted), Math.Sign(first.Overrated.Value));
        Assert.InRange(Math.Abs(first.Overrated.Value), 0.2, 0.4);
        Assert.Equal(Math.Sign(planted), Math.Sign(first.InRanking - first.InTruth));
        Assert.InRange(Math.Abs(second.Overrated.Value), 0, 0.09);
        Assert.InRange(bias.Positions.Count(p => p.Overrated.Decided), 1, 4);

        // Sorted by size; of the stages, it is the one that holds the position.
        var sizes = bias.Positions.Select(p => Math.Abs(p.Overrated.Value)).ToArray();
        Assert.Equal(sizes.OrderDescending(), sizes);
        Assert.Equal(["stage 1 widths", "stage 2 widths", "stage 3 widths", "stem"], bias.Stages.Select(s => s.Name).Order());
        Assert.Equal("stage 2 widths", bias.Stages[0].Name);
        Assert.True(bias.Stages[0].Overrated.Decided);
    }

    /// <summary>
    /// The plain difference of standardised sides would call most positions underrated, since the noise takes a share of the ranking.
    /// </summary>
    [Fact]
    public void Noise_of_the_ranking_is_no_bias()
    {
        var biases = Enumerable.Range(0, 20).Select(i =>
            Sample.Of("resnet20-width", 150, new RandomStream(3).Split(i), 0, noise: 0.7).Bias(new RandomStream(4).Split(i))).ToArray();
        Assert.InRange(Decided(biases), 0, 0.08);
        Assert.InRange(biases.Average(b => b.Slope), 0.7, 0.9);
        Assert.InRange(biases.Average(b => b.Positions.Average(p => p.InRanking / p.InTruth)), 0.7, 0.9);
    }

    /// <summary>Without its reliability a noisy truth has smaller effects, so that the ranking would overrate all.</summary>
    [Fact]
    public void Noise_of_the_truth_is_no_bias_where_it_is_known()
    {
        const double Noise = 0.8;
        var (known, unknown) = (new List<RankingBias>(), new List<RankingBias>());
        for (var i = 0; i < 20; i++)
        {
            var sample = Sample.Of("resnet20-width", 200, new RandomStream(5).Split(i), 0);
            var random = new RandomStream(6).Split(i);
            double[] measured = [.. sample.Truth.Select(t => t + Noise * random.NextGaussian())];
            var reliability = Reliability.OfStandardErrors(measured, [.. measured.Select(_ => Noise)], "noise", "truth", random, Resamples);
            known.Add((sample with { Truth = measured }).Bias(random, reliability));
            unknown.Add((sample with { Truth = measured }).Bias(random));
        }

        Assert.InRange(Decided(known), 0, 0.09);
        Assert.True(unknown.Average(b => b.Positions.Average(p => p.Overrated.Value)) > 0.05);
        Assert.InRange(known.Average(b => b.Positions.Average(p => p.Overrated.Value)), -0.02, 0.02);
    }

    /// <summary>
    /// 31 positions and 100 architectures: resamples with hardly more different architectures than twice the positions give wider
    /// intervals, not narrower ones.
    /// </summary>
    [Fact]
    public void Intervals_hold_the_value_of_very_many_architectures()
    {
        const string Shared = "stage 3 output";
        var large = Sample.Of("resnet48", 8_000, new RandomStream(7), 0.4, Shared);
        var target = large.Bias(new RandomStream(8), resamples: 100).Positions.ToDictionary(p => p.Name, p => p.Overrated.Value);
        Assert.Equal(31, target.Count);
        var effects = Enumerable.Range(0, 30).SelectMany(i =>
            Sample.Of("resnet48", 100, new RandomStream(9).Split(i), 0.4, Shared).Bias(new RandomStream(10).Split(i)).Positions).ToArray();
        var held = effects.Count(e => e.Overrated.Low <= target[e.Name] && target[e.Name] <= e.Overrated.High);
        Assert.InRange(held / (double)effects.Length, 0.93, 1);
        Assert.All(effects.Where(e => e.Name == Shared), e => Assert.True(e.Overrated.Low > 0));
        Assert.InRange(effects.Average(e => (e.Overrated.High - e.Overrated.Low) / 3.92), 0.02, 0.06);
    }

    [Fact]
    public void A_bent_scale_of_the_same_order_is_no_bias()
    {
        var sample = Sample.Of("tiny", 60, new RandomStream(11), 0);
        var bias = (sample with { Ranking = [.. sample.Truth.Select(Math.Exp)] }).Bias(
            new RandomStream(12), priors: Scores(sample.Architectures));
        Assert.Equal(1, bias.Slope, 1e-12);
        Assert.All(bias.Positions.Concat(bias.Stages), effect => Assert.Equal(0, effect.Overrated.Value, 1e-12));

        // There is no residual that could correlate with anything.
        Assert.All(bias.Priors, prior => Assert.True(double.IsNaN(prior.Overrated.Value) && !prior.Overrated.HasInterval));
    }

    [Fact]
    public void A_prior_that_the_ranking_favours_is_overrated()
    {
        var sample = Sample.Of("resnet20-width", 200, new RandomStream(13), 0);
        var priors = Scores(sample.Architectures);
        var flops = NormalScores(priors.Single(p => p.Name == "flops").Scores);
        sample = sample with { Ranking = [.. sample.Ranking.Zip(flops, (score, favoured) => score + 0.5 * favoured)] };
        var bias = sample.Bias(new RandomStream(14), priors: priors);

        // The depth is the same for all.
        Assert.Equal(ShapePrior.All.Select(p => p.Name).Where(n => n != "depth").Order(), bias.Priors.Select(p => p.Name).Order());
        Assert.Contains(bias.Priors[0].Name, new[] { "flops", "flops-paddle" });
        Assert.True(bias.Priors[0].Overrated.Low > 0.1);
        var (ranking, truth) = (NormalScores(sample.Ranking), NormalScores(sample.Truth));
        double[] residual = [.. ranking.Zip(truth, (r, t) => r - bias.Slope * t)];
        foreach (var effect in bias.Priors)
        {
            var scores = NormalScores(priors.Single(p => p.Name == effect.Name).Scores);
            Assert.Equal(RankCorrelation.Pearson(ranking, scores), effect.InRanking, 1e-10);
            Assert.Equal(RankCorrelation.Pearson(truth, scores), effect.InTruth, 1e-10);
            Assert.Equal(RankCorrelation.Pearson(residual, scores), effect.Overrated.Value, 1e-10);
        }
    }

    /// <summary>Resamples are written out; normal scores, columns and the regression are made from them by their definitions.</summary>
    [Fact]
    public void Effects_and_intervals_equal_their_definition()
    {
        var sample = Sample.Of("tiny", 40, new RandomStream(15), 0.4, "stage 2 depth");
        var random = new RandomStream(16);
        var bias = sample.Bias(random);
        var positions = VaryingPosition.Of(sample.Architectures);
        var all = Enumerable.Range(0, 40).ToArray();
        Assert.Equal(RankCorrelation.Pearson(NormalScores(sample.Ranking), NormalScores(sample.Truth)), bias.Slope, 1e-10);
        foreach (var index in new[] { 0, 1, positions.Length - 1 })
        {
            var effect = bias.Positions.Single(p => p.Name == positions[index].Name);
            Assert.Equal(Overrated(all, index), effect.Overrated.Value, 1e-10);
            var (low, high) = PlainBootstrap.Interval(40, items => Overrated(items, index), double.MaxValue, random, Resamples);
            Assert.Equal(low, effect.Overrated.Low, 1e-9);
            Assert.Equal(high, effect.Overrated.High, 1e-9);
        }

        double Overrated(int[] items, int index)
        {
            var ranking = Vector<double>.Build.Dense(NormalScores(PlainBootstrap.Of(sample.Ranking, items)));
            var truth = Vector<double>.Build.Dense(NormalScores(PlainBootstrap.Of(sample.Truth, items)));
            var columns = Matrix<double>.Build.DenseOfColumns(positions.Select(p => Standardised(PlainBootstrap.Of(p.Values, items))));
            var residual = ranking - ranking * truth / items.Length * truth;
            var ridge = Matrix<double>.Build.DenseIdentity(positions.Length) * ResampledRegression.Strength * positions.Length;
            return (columns.TransposeThisAndMultiply(columns) + ridge).Solve(columns.TransposeThisAndMultiply(residual))[index];
        }
    }

    [Fact]
    public void Too_few_architectures_for_the_positions_are_told_apart_by_stage_alone()
    {
        var few = Sample.Of("resnet20-width", 37, new RandomStream(17), 0.4).Bias(new RandomStream(18));
        Assert.Equal((19, 0, 4), (few.VaryingPositions, few.Positions.Length, few.Stages.Length));
        Assert.Equal(19, Sample.Of("resnet20-width", 38, new RandomStream(17), 0.4).Bias(new RandomStream(18)).Positions.Length);

        // No position differs.
        var same = Sample.Of("tiny", 10, new RandomStream(19), 0);
        same = same with { Architectures = [.. same.Architectures.Select(_ => same.Architectures[0])] };
        var nothing = same.Bias(new RandomStream(20), priors: Scores(same.Architectures));
        Assert.Equal((0, 0, 0, 0), (nothing.VaryingPositions, nothing.Positions.Length, nothing.Stages.Length, nothing.Priors.Length));
    }

    /// <summary>One architecture of a hundred is missing in more than a third of the resamples, of which nothing can be said.</summary>
    [Fact]
    public void What_is_undefined_has_no_interval()
    {
        var sample = Sample.Of("tiny", 100, new RandomStream(21), 0);
        var space = sample.Architectures[0].Space;
        Architecture[] nearlyEqual = [space.Largest, .. Enumerable.Repeat(space.Smallest, 99)];
        var bias = (sample with { Architectures = nearlyEqual }).Bias(new RandomStream(22));
        Assert.NotEmpty(bias.Positions);
        Assert.All(
            bias.Positions,
            effect => Assert.True(double.IsFinite(effect.Overrated.Value) && !effect.Overrated.HasInterval && !effect.Overrated.Decided));

        var constant = (sample with { Ranking = new double[100] }).Bias(new RandomStream(22), priors: Scores(sample.Architectures));
        Assert.True(double.IsNaN(constant.Slope));
        Assert.All(
            constant.Positions.Concat(constant.Priors),
            effect => Assert.True(double.IsNaN(effect.InRanking) && double.IsNaN(effect.Overrated.Value)));
        Assert.All(constant.Positions, effect => Assert.True(double.IsFinite(effect.InTruth)));
    }

    [Fact]
    public void The_seed_alone_decides()
    {
        var sample = Sample.Of("tiny", 50, new RandomStream(23), 0.3, "stage 3 output");
        Assert.Equal(
            sample.Bias(new RandomStream(24)).Positions.AsEnumerable(), sample.Bias(new RandomStream(24)).Positions.AsEnumerable());
        Assert.NotEqual(
            sample.Bias(new RandomStream(24)).Positions.AsEnumerable(), sample.Bias(new RandomStream(25)).Positions.AsEnumerable());
    }

    [Fact]
    public void Scores_of_other_architectures_are_refused()
    {
        var sample = Sample.Of("tiny", 20, new RandomStream(26), 0);
        Assert.Throws<ArgumentException>(() => (sample with { Architectures = sample.Architectures[..19] }).Bias(new RandomStream(1)));
        Assert.Throws<ArgumentException>(() => sample.Bias(new RandomStream(1), priors: [("short", [1, 2])]));
        Assert.Throws<ArgumentException>(
            () => (sample with { Truth = [.. sample.Truth.Select(_ => double.NaN)] }).Bias(new RandomStream(1)));
    }

    private static double Decided(IEnumerable<RankingBias> biases)
    {
        bool[] decided = [.. biases.SelectMany(b => b.Positions).Select(p => p.Overrated.Decided)];
        return decided.Count(d => d) / (double)decided.Length;
    }

    private static (string Name, double[] Scores)[] Scores(Architecture[] architectures) =>
        [.. ShapePrior.All.Select(prior => (prior.Name, Array.ConvertAll(architectures, prior.Score)))];

    /// <summary>Blom's scores of average ranks, standardised; by counting.</summary>
    private static double[] NormalScores(double[] values) => Standardised(Array.ConvertAll(values, value =>
    {
        var rank = values.Count(v => v < value) + (values.Count(v => v == value) + 1) / 2.0;
        return Normal.InvCDF(0, 1, (rank - 0.375) / (values.Length + 0.25));
    }));

    private static double[] Standardised(double[] values)
    {
        var mean = values.Average();
        var deviation = Math.Sqrt(values.Average(v => (v - mean) * (v - mean)));
        return Array.ConvertAll(values, v => (v - mean) / deviation);
    }

    private sealed record Sample(Architecture[] Architectures, double[] Ranking, double[] Truth)
    {
        internal static Sample Of(
            string spaceName, int count, RandomStream random, double planted, string position = Planted, double noise = 0.3)
        {
            var space = SearchSpace.Open(spaceName);
            Architecture[] architectures = [.. Enumerable.Range(0, count).Select(_ => UniformSampler.Draw(space, random))];
            var positions = VaryingPosition.Of(architectures);
            var truth = new double[count];
            var ranking = new double[count];
            foreach (var (name, column) in positions.Select(p => (p.Name, Standardised(p.Values))))
            {
                for (var i = 0; i < count; i++)
                {
                    truth[i] += column[i] / Math.Sqrt(positions.Length);
                    ranking[i] += name == position ? planted * column[i] : 0;
                }
            }

            return new Sample(architectures, [.. ranking.Zip(truth, (bias, value) => bias + value + noise * random.NextGaussian())], truth);
        }

        internal RankingBias Bias(
            RandomStream random, Reliability? reliability = null, int resamples = Resamples, (string, double[])[]? priors = null) =>
            RankingBias.Of(Architectures, Ranking, Truth, priors ?? [], random, reliability, resamples);
    }
}
