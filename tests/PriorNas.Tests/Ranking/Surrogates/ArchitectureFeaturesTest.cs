using CsCheck;
using PriorNas.Ranking.Surrogates;
using PriorNas.Tests.SearchSpaces;

namespace PriorNas.Tests.Ranking.Surrogates;

public class ArchitectureFeaturesTest
{
    [Fact]
    public void They_are_finite_and_the_same_for_all_codes_of_a_network() => TestSpaces.Architectures.Sample(architecture =>
    {
        foreach (var family in Enum.GetValues<FeatureFamily>())
        {
            var features = new ArchitectureFeatures(architecture.Space, family);
            var values = features.Of(architecture);
            Assert.Equal(features.Count, values.Length);
            Assert.True(values.All(double.IsFinite));
            Assert.Equal(values, features.Of(architecture.Canonical()));
        }
    });

    [Fact]
    public void Different_networks_have_different_ones() => TestSpaces.Pairs.Sample(pair =>
    {
        var features = new ArchitectureFeatures(pair.First.Space, FeatureFamily.Widths);
        return pair.First.Canonical().Equals(pair.Second.Canonical()) == features.Of(pair.First).SequenceEqual(features.Of(pair.Second));
    });

    [Fact]
    public void Widths_of_blocks_that_are_not_active_have_none()
    {
        var features = new ArchitectureFeatures(TestSpaces.Tiny, FeatureFamily.WidthsAndProducts);
        var shallow = features.Of(TestSpaces.Tiny.Smallest);
        foreach (var (name, value) in features.Names.Zip(shallow))
        {
            if (name.Contains("block 2", StringComparison.Ordinal) || name.Contains("block 3", StringComparison.Ordinal))
                Assert.Equal(0, value);
        }
    }

    [Fact]
    public void A_width_has_its_logarithm_and_its_inverse_about_their_means()
    {
        // 16 10 6 3 channels: the mean logarithm is ln(2880) / 4, the mean inverse (1/16 + 1/10 + 1/6 + 1/3) / 4.
        var features = new ArchitectureFeatures(TestSpaces.Tiny, FeatureFamily.Widths);
        var values = features.Names.Zip(features.Of(TestSpaces.Tiny.Parse("12131213100420000112131"))).ToDictionary(pair => pair.First, pair => pair.Second);
        Assert.Equal(Math.Log(6) - Math.Log(2880) / 4, values["stage 1, block 2, inner: log"], 1e-12);
        Assert.Equal(4.0 / 6 / (1.0 / 16 + 1.0 / 10 + 1.0 / 6 + 1.0 / 3) - 1, values["stage 1, block 2, inner: inverse"], 1e-12);
        Assert.Equal(1, values["stage 1, block 2: active"]);
        Assert.Equal(0, values["stage 1, block 3: active"]);
        Assert.Equal(-1, values["stage 2: depth"]);
        Assert.DoesNotContain("stem: log", features.Names);
    }

    [Fact]
    public void What_the_network_does_not_use_is_no_feature()
    {
        var features = new ArchitectureFeatures(TestSpaces.Resnet20, FeatureFamily.Widths);
        Assert.Equal(3 + 2 * 19, features.Count);
        Assert.Equal(
            features.Of(TestSpaces.Resnet20.Parse("12-4-12-16-12-12-12-20-24-12-4-8-8-12-56-12-52-8-40-60")),
            features.Of(TestSpaces.Resnet20.Parse("12-4-12-16-12-12-12-20-24-12-4-8-8-12-56-12-52-8-40-4")));
    }

    [Fact]
    public void An_architecture_of_another_space_is_refused() => Assert.Contains(
        "The architecture is of space 'tiny', not 'resnet20-width'.",
        Assert.Throws<ArgumentException>(() => new ArchitectureFeatures(TestSpaces.Resnet20, FeatureFamily.Widths).Of(TestSpaces.Tiny.Largest)).Message,
        StringComparison.Ordinal);
}
