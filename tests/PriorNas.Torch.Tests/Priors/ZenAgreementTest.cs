using PriorNas.Randomness;
using PriorNas.Sampling;
using PriorNas.Torch.Priors;

namespace PriorNas.Torch.Tests.Priors;

public class ZenAgreementTest
{
    [Fact]
    public void Depths_that_both_scores_follow_do_not_count_once_they_are_out()
    {
        var random = new RandomStream(8);
        var architectures = Enumerable.Range(0, 400).Select(i => UniformSampler.Draw(TestSpaces.Tiny, random.Split(i))).ToArray();
        var noise = random.Split("noise");
        double[] OfDepth(Func<double> rest) => [.. architectures.Select(a => 9 * a.Depth(0) + 7 * a.Depth(1) - 5 * a.Depth(2) + rest())];

        var unrelated = ZenAgreement.Of(architectures, OfDepth(noise.NextGaussian), OfDepth(noise.NextGaussian));
        Assert.InRange(unrelated.Pearson, 0.95, 1);
        Assert.InRange(unrelated.PearsonDepthsOut, -0.15, 0.15);

        var widths = OfDepth(noise.NextGaussian);
        var scaled = ZenAgreement.Of(architectures, widths, Array.ConvertAll(widths, w => 3 * w + 100));
        Assert.Equal(1, scaled.Pearson, 1e-12);
        Assert.Equal(1, scaled.PearsonDepthsOut, 1e-12);
        Assert.Equal(1, scaled.KendallTau);

        Assert.Equal(double.NaN, ZenAgreement.Of(architectures, widths, OfDepth(() => 0)).PearsonDepthsOut);
    }

    /// <summary>Three depths vary: what is left of five architectures' scores has one dimension, and would agree wholly whatever the scores.</summary>
    [Fact]
    public void Few_architectures_have_no_agreement_once_the_depths_are_out()
    {
        var random = new RandomStream(9);
        var architectures = Enumerable.Range(0, 40).Select(i => UniformSampler.Draw(TestSpaces.Tiny, random.Split(i))).ToArray();
        double[] Noise() => [.. architectures.Select(_ => random.NextGaussian())];
        var (first, second) = (Noise(), Noise());
        Assert.False(double.IsNaN(ZenAgreement.Of(architectures, first, second).PearsonDepthsOut));
        var five = ZenAgreement.Of(architectures[..5], first[..5], second[..5]);
        Assert.Equal((double.NaN, false), (five.PearsonDepthsOut, double.IsNaN(five.Pearson)));
    }

    [Fact]
    public void Scores_of_another_number_of_architectures_are_refused()
    {
        var e = Assert.Throws<ArgumentException>(() => ZenAgreement.Of([TestSpaces.Tiny.Largest], [1, 2], [1, 2]));
        Assert.Equal("There are 1 architectures and 2 scores; give one score of each. (Parameter 'sampled')", e.Message);
    }
}
