using CsCheck;
using PriorNas.SearchSpaces;

namespace PriorNas.Tests.SearchSpaces;

public class ArchitectureTest
{
    [Fact]
    public void The_canonical_form_is_the_same_network_and_its_own_canonical_form() => TestSpaces.Architectures.Sample(
        a => a.Canonical().Canonical().Equals(a.Canonical()) && Layers(a.Canonical()) == Layers(a) && a.Space.Parse(a.Canonical().Code).Equals(a.Canonical()),
        iter: 1_500,
        threads: 1);

    /// <summary>Small spaces, where two draws are often the same network.</summary>
    [Fact]
    public void Canonical_forms_are_equal_exactly_if_the_layers_are()
    {
        var equal = 0;
        TestSpaces.Pairs.Where(p => p.First.Space.Name is "small" or "elastic-widths" or "bottlenecks" or "inner-digits").Sample(
            p =>
            {
                var same = Layers(p.First) == Layers(p.Second);
                equal += same ? 1 : 0;
                return same == p.First.Canonical().Equals(p.Second.Canonical());
            },
            iter: 5_000,
            threads: 1);
        Assert.InRange(equal, 100, 4_900);
    }

    [Theory]
    [InlineData("122224" + "1414000000", "122223" + "1313000000", true)]
    [InlineData("122221" + "2111000000", "122221" + "1111000000", true)]
    [InlineData("122221" + "3111000000", "122221" + "1111000000", false)]
    public void Codes_whose_widths_round_to_the_same_channels_are_one_network(string first, string second, bool same)
    {
        const string Tail = "1111000000" + "1111000000000000" + "1111000000";
        var (a, b) = (TestSpaces.Resnet48.Parse(first + Tail), TestSpaces.Resnet48.Parse(second + Tail));
        Assert.NotEqual(a, b);
        Assert.Equal(same, a.Canonical().Equals(b.Canonical()));
    }

    [Fact]
    public void Architectures_are_equal_by_content_and_space()
    {
        const string Code = "1222211111000000" + "1111000000" + "1111000000000000" + "1111000000";
        var a = TestSpaces.Resnet48.Parse(Code);
        Assert.Equal(a, TestSpaces.Resnet48.Parse(Code));
        Assert.Equal(a.GetHashCode(), TestSpaces.Resnet48.Parse(Code).GetHashCode());
        Assert.Equal(a, SearchSpace.Open("resnet48").Parse(Code));
        Assert.NotEqual(a, TestSpaces.Challenge.Parse(Code));
        Assert.False(a.Equals(null));
    }

    [Fact]
    public void The_largest_and_smallest_are_those_of_the_domain()
    {
        Assert.Equal("155851" + "1111111111" + "1111111111" + "1111111111111111" + "1111111111", TestSpaces.Challenge.Largest.Code);
        Assert.Equal("122223" + "3333000000" + "3333000000" + "5555000000000000" + "7777000000", TestSpaces.Challenge.Smallest.Code);
        Assert.Equal("122225" + "5555000000" + "7777000000" + "7777000000000000" + "7777000000", TestSpaces.Resnet48.Smallest.Code);
        Assert.Equal("4-4-4-0-0-0-0-8-8-8-8-0-0", TestSpaces.Elastic.Smallest.Code);
        Assert.Equal("8-12-12-12-12-12-12-16-16-16-16-16-16", TestSpaces.Elastic.Largest.Code);
        Assert.Equal("4-2-8-0-0-8-24-0-0", TestSpaces.Bottlenecks.Smallest.Code);
        Assert.Equal("8-6-16-6-16-8-32-8-32", TestSpaces.Bottlenecks.Largest.Code);
        Assert.Equal(("11" + "2" + "3200", "12" + "2" + "2222"), (TestSpaces.Inner.Smallest.Code, TestSpaces.Inner.Largest.Code));
    }

    /// <summary>The small space's domain is narrower than its network.</summary>
    [Fact]
    public void The_largest_of_the_network_does_not_heed_the_domain()
    {
        Assert.Equal("122111111111", TestSpaces.Small.LargestOfNetwork.Code);
        Assert.Equal("122111112222", TestSpaces.Small.Largest.Code);
        Assert.False(TestSpaces.Small.LargestOfNetwork.IsInDomain());
        Assert.All(TestSpaces.All, space => Assert.Equal(space.LargestOfNetwork, space.Parse(space.LargestOfNetwork.Code)));
    }

    [Fact]
    public void Extremes_bound_every_architecture_and_lie_in_the_domain()
    {
        Assert.All(TestSpaces.All, space => Assert.True(space.Largest.IsInDomain() && space.Smallest.IsInDomain()));
        TestSpaces.Architectures.Sample(
            a => a.IsInDomain()
                && Within(a, a.Space.Smallest, a.Space.Largest)
                && a.StemChannels >= a.Space.Smallest.StemChannels
                && a.StemChannels <= a.Space.LargestOfNetwork.StemChannels,
            iter: 5_000,
            threads: 1);
    }

    [Theory]
    [InlineData("122223" + "3333000000", true)]
    [InlineData("122224" + "3434000000", false)]
    [InlineData("122223" + "4333000000", false)]
    public void A_code_may_lie_outside_the_domain(string start, bool inDomain) =>
        Assert.Equal(inDomain, TestSpaces.Challenge.Parse(start + "1111000000" + "1111000000000000" + "1111000000").IsInDomain());

    [Fact]
    public void The_distance_counts_the_places_after_the_depths_that_differ()
    {
        var a = TestSpaces.Resnet48.Parse("122221" + "1111000000" + "1111000000" + "1111000000000000" + "1111000000");
        var b = TestSpaces.Resnet48.Parse("132221" + "1121110000" + "1111000000" + "1111000000000000" + "1111000000");
        var c = TestSpaces.Resnet48.Parse("122222" + "1212000000" + "1111000000" + "1111000000000000" + "1111000000");
        Assert.Equal((0, 3, 3), (a.HammingDistance(a), a.HammingDistance(b), a.HammingDistance(c)));
        Assert.Equal("The architecture is of space 'tiny', not 'resnet48'. (Parameter 'other')", Assert.Throws<ArgumentException>(() => a.HammingDistance(TestSpaces.Tiny.Largest)).Message);
    }

    [Fact]
    public void The_distance_is_symmetric_and_at_most_the_number_of_places() => TestSpaces.Pairs.Sample(
        p => p.First.HammingDistance(p.Second) == p.Second.HammingDistance(p.First)
            && p.First.HammingDistance(p.Second) <= p.First.Space.PositionCount - p.First.Space.StemPosition,
        iter: 5_000,
        threads: 1);

    private static bool Within(Architecture a, Architecture smallest, Architecture largest)
    {
        for (var stage = 0; stage < a.Space.Stages.Length; stage++)
        {
            if (a.Depth(stage) < smallest.Depth(stage) || a.Depth(stage) > largest.Depth(stage))
                return false;
            for (var block = 0; block < a.Depth(stage); block++)
            {
                if (a.InnerChannels(stage, block) < smallest.InnerChannels(stage, 0) || a.InnerChannels(stage, block) > largest.InnerChannels(stage, 0)
                    || a.OutputChannels(stage, block) < smallest.OutputChannels(stage, 0) || a.OutputChannels(stage, block) > largest.OutputChannels(stage, 0))
                    return false;
            }
        }

        return true;
    }

    private static string Layers(Architecture a)
    {
        var network = NetworkShape.Of(a);
        return $"{network.Stem} {network.HasMaxPool} {string.Join(' ', network.Blocks.ToArray())} {network.Classes}";
    }
}
