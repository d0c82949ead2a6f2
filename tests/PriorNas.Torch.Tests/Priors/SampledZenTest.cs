using PriorNas.Files;
using PriorNas.Priors;
using PriorNas.Randomness;
using PriorNas.Sampling;
using PriorNas.SearchSpaces;
using PriorNas.Torch.Priors;
using TorchSharp;

namespace PriorNas.Torch.Tests.Priors;

public class SampledZenTest
{
    /// <summary>A stem with max-pool, widths that are no multiples of 8, identity and projected shortcuts, strides, an odd size.</summary>
    private static readonly SearchSpace Narrow = SearchSpace.Read(
        """
        {
          "name": "narrow", "imageSize": 13, "classes": 2,
          "stem": { "kind": "conv7x7-max-pool", "followsFirstStage": true, "widths": { "channels": [6, 3] } },
          "stages": [
            { "depth": { "min": 1, "max": 2 }, "projection": "none", "widths": { "channels": [6, 3] } },
            { "depth": { "min": 1, "max": 2 }, "stride": 2, "projection": "first-block", "widths": { "channels": [9, 8, 5] } }
          ]
        }
        """,
        "the test's space");

    /// <summary>Bottlenecks with identity and projected shortcuts, a stride, and widths that are no multiples of 8.</summary>
    private static readonly SearchSpace NarrowBottlenecks = SearchSpace.Read(
        """
        {
          "name": "narrow-bottlenecks", "imageSize": 9, "classes": 2, "block": "bottleneck",
          "stem": { "kind": "conv3x3", "followsFirstStage": true, "widths": { "channels": [6, 5] } },
          "stages": [
            { "depth": { "min": 1, "max": 2 }, "projection": "none", "widths": { "channels": [6, 5] }, "innerWidths": { "channels": [4, 3, 2] } },
            { "depth": { "min": 1, "max": 2 }, "stride": 2, "projection": "first-block", "widths": { "channels": [9, 7] }, "innerWidths": { "channels": [5, 3] } }
          ]
        }
        """,
        "the test's space");

    private static readonly Architecture Small = TestSpaces.Tiny.With(imageSize: 8, classes: null).Smallest;

    [Theory]
    [InlineData(false, ZenVariance.Batch)]
    [InlineData(true, ZenVariance.Batch)]
    [InlineData(false, ZenVariance.Running)]
    [InlineData(true, ZenVariance.Running)]
    public void It_equals_the_definition_in_double_precision(bool keepsShortcuts, ZenVariance variance)
    {
        var options = new SampledZenOptions { BatchSize = 5, Repeats = 3, KeepsShortcuts = keepsShortcuts, Variance = variance, Perturbation = 0.02 };
        Architecture[] architectures = [.. new[] { Narrow, NarrowBottlenecks }.SelectMany(space => new[] { space.Largest, space.Smallest, UniformSampler.Draw(space, new RandomStream(2)) }), Small];
        foreach (var architecture in architectures)
        {
            var sampled = SampledZen.Score(architecture, options, new RandomStream(4));
            var expected = PlainZen.Score(architecture, options, new RandomStream(4));
            Assert.All(sampled.Repeats.Zip(expected), pair => Assert.Equal(pair.Second, pair.First, 2e-4));
        }
    }

    [Fact]
    public void Mean_and_standard_error_are_those_of_the_repeats()
    {
        var score = new SampledZenScore([1.0, 2.0, 4.0, 5.0]);
        Assert.Equal(3, score.Mean);
        Assert.Equal(Math.Sqrt(10.0 / 3 / 4), score.StandardError, 1e-12);
        Assert.Equal(double.NaN, new SampledZenScore([1.0]).StandardError);
    }

    /// <summary>40 means of 6 repeats: about as many lie within t of their standard error from the mean of all as Student's t of 5 degrees says.</summary>
    [Fact]
    public void The_standard_error_covers_the_mean_as_often_as_it_should()
    {
        var options = new SampledZenOptions { BatchSize = 4, Repeats = 6 };
        var scores = Enumerable.Range(0, 40).Select(i => SampledZen.Score(Small, options, new RandomStream(11).Split(i))).ToArray();
        var mean = scores.Average(score => score.Mean);
        Assert.InRange(scores.Count(score => Math.Abs(score.Mean - mean) < 2.571 * score.StandardError), 33, 40);
        Assert.InRange(scores.Count(score => Math.Abs(score.Mean - mean) < 0.727 * score.StandardError), 12, 28);
    }

    [Fact]
    public void The_same_stream_gives_the_same_bits_and_more_repeats_begin_alike()
    {
        var first = Score(new SampledZenOptions { Repeats = 3 }, seed: 1);
        Assert.Equal(first, Score(new SampledZenOptions { Repeats = 3 }, seed: 1));
        Assert.Equal(first[..2], Score(new SampledZenOptions { Repeats = 2 }, seed: 1));
        Assert.NotEqual(first[0], first[1]);
        Assert.NotEqual(first[0], Score(new SampledZenOptions { Repeats = 3 }, seed: 2)[0]);
    }

    [Fact]
    public void Two_codes_of_one_network_have_one_score()
    {
        // Choices 3 and 4 of the second stage of resnet48 round to the same width.
        var space = SearchSpace.Open("resnet48").With(imageSize: 32, classes: null);
        string Code(string second) => "12222" + "7" + "7777000000" + second + "000000" + "7777000000000000" + "7777000000";
        var (third, fourth) = (space.Parse(Code("3333")), space.Parse(Code("4444")));
        var options = new SampledZenOptions { BatchSize = 4, Repeats = 1 };
        Assert.Equal(SampledZen.Score(third, options, new RandomStream(1)).Repeats, SampledZen.Score(fourth, options, new RandomStream(1)).Repeats);
    }

    /// <summary>The first repeat reads 0.81 + 0.19 of the variances, here 10 and more; after many it reads their average.</summary>
    [Fact]
    public void Running_variances_start_low_by_known_steps_and_approach_the_batchs()
    {
        var network = NetworkShape.Of(Small);
        var norms = 1 + 2 * network.Blocks.Length;
        var batch = Score(new SampledZenOptions { Repeats = 50 }, seed: 3);
        var running = Score(new SampledZenOptions { Repeats = 50, Variance = ZenVariance.Running }, seed: 3);
        Assert.InRange((running[0] - batch[0]) / norms, 0.5 * Math.Log(0.19), 0.5 * Math.Log(0.19 + 0.81 / 10));
        var late = running[25..].Average() - batch[25..].Average();
        Assert.Equal(0, late / norms, 0.05);
    }

    [Fact]
    public void Twice_the_perturbation_adds_the_logarithm_of_two()
    {
        var options = new SampledZenOptions { BatchSize = 8, Repeats = 2, Perturbation = 0.001 };
        var (once, twice) = (Score(options, seed: 1), Score(options with { Perturbation = 0.002 }, seed: 1));
        Assert.All(once.Zip(twice), pair => Assert.Equal(Math.Log(2), pair.Second - pair.First, 0.02));
    }

    [Theory]
    [InlineData("zen", 0.999)]
    [InlineData("zen-residual", 0.998)]
    public void The_closed_form_judges_architectures_as_the_samples_do(string prior, double pearson)
    {
        var architectures = Enumerable.Range(0, 30).Select(i => UniformSampler.Draw(TestSpaces.Tiny, new RandomStream(5).Split(i))).ToArray();
        var options = new SampledZenOptions { Repeats = 6, KeepsShortcuts = prior == "zen-residual" };
        Assert.Equal(prior, options.PriorName);
        var sampled = architectures.Select(a => SampledZen.Score(a, options, new RandomStream(1)).Mean).ToArray();
        var closedForm = architectures.Select(ShapePrior.Named(prior).Score).ToArray();
        var agreement = ZenAgreement.Of(architectures, sampled, closedForm);
        Assert.True(agreement.Pearson >= pearson, $"{agreement}");
        Assert.True(agreement.PearsonDepthsOut >= 0.99, $"{agreement}");
    }

    [Fact]
    public void A_score_leaves_no_tensor_behind()
    {
        var options = new SampledZenOptions { BatchSize = 4, Repeats = 2, KeepsShortcuts = true };
        SampledZen.Score(Narrow.Largest, options, new RandomStream(1));
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        SampledZen.Score(Narrow.Largest, options, new RandomStream(1));
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void Values_out_of_range_are_refused_together()
    {
        var e = Assert.Throws<InputException>(() => Score(new SampledZenOptions { BatchSize = 1, Repeats = 0, Perturbation = 0 }, seed: 1));
        Assert.Equal(
            "sampled Zen-score: the batch size is 1, allowed is 2 to 65536; the number of repeats is 0, allowed is 1 to 1000000; the perturbation is 0, allowed is above 0 to 1.", e.Message);
    }

    [Fact]
    public void A_last_map_of_two_values_a_channel_is_refused()
    {
        var space = Narrow.With(imageSize: 8, classes: null);
        var e = Assert.Throws<InputException>(() => SampledZen.RequireUsable(space, new SampledZenOptions { BatchSize = 2 }));
        Assert.Equal(
            "sampled Zen-score: a batch of 2 images of 8 px leaves 2 values in a channel of the last feature map, at least 4 are needed; give a larger batch or image size.", e.Message);
        SampledZen.RequireUsable(space, new SampledZenOptions { BatchSize = 4 });
    }

    [Fact]
    public void A_batch_of_more_than_2_GiB_is_refused()
    {
        var space = TestSpaces.Tiny.With(imageSize: 224, classes: null);
        var e = Assert.Throws<InputException>(() => SampledZen.RequireUsable(space, new SampledZenOptions { BatchSize = 3567 }));
        Assert.Equal("sampled Zen-score: the batch size is 3567, allowed is at most 3566 images of 224 px (2 GiB); give a smaller batch or image size.", e.Message);
        SampledZen.RequireUsable(space, new SampledZenOptions { BatchSize = 3566 });
    }

    private static double[] Score(SampledZenOptions options, ulong seed) => [.. SampledZen.Score(Small, options, new RandomStream(seed)).Repeats];
}
