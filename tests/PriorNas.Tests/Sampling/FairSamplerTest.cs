using PriorNas.Randomness;
using PriorNas.Sampling;
using PriorNas.SearchSpaces;
using PriorNas.Tests.SearchSpaces;

namespace PriorNas.Tests.Sampling;

public class FairSamplerTest
{
    [Theory]
    [InlineData("resnet48", 7)]
    [InlineData("resnet48-challenge", 7)]
    [InlineData("resnet20-width", 16)]
    [InlineData("resnet50", 3)]
    [InlineData("tiny", 4)]
    public void A_group_has_as_many_nets_as_the_most_inner_choices(string space, int size) =>
        Assert.Equal(size, SubnetSampler.Create(SamplerKind.Fair).FixedCount(SamplingDomain.Of(SearchSpace.Open(space))));

    /// <summary>The widest channel count of stage 1 has two choices, that of the others one.</summary>
    [Fact]
    public void The_group_of_a_part_is_smaller() =>
        Assert.Equal(2, SubnetSampler.Create(SamplerKind.Fair).FixedCount(SamplingDomain.Of(TestSpaces.Resnet48).Shrunk(1, 0)));

    [Fact]
    public void Depths_stem_and_shared_outputs_are_one_for_the_group()
    {
        foreach (var (domain, group) in Groups())
        {
            Assert.Single(group.Select(subnet => subnet.StemChannels).Distinct());
            for (var stage = 0; stage < domain.Stages.Length; stage++)
            {
                Assert.Single(group.Select(subnet => subnet.Depth(stage)).Distinct());
                if (domain.Space.Stages[stage].Output == OutputWidth.Shared)
                    Assert.Single(group.Select(subnet => subnet.OutputChannels(stage, 0)).Distinct());
            }
        }
    }

    /// <summary>Every choice as often as any other; one more or less where their number does not divide that of the subnets.</summary>
    [Fact]
    public void Every_active_place_sees_its_choices_equally_often()
    {
        foreach (var (domain, group) in Groups())
        {
            for (var stage = 0; stage < domain.Stages.Length; stage++)
            {
                for (var block = 0; block < group[0].Depth(stage); block++)
                {
                    var inner = domain.Space.InnerPosition(stage, block);
                    AssertFair(group, inner, domain.Stages[stage].InnerChoices);
                    if (domain.Space.Stages[stage].Output == OutputWidth.PerBlock)
                        AssertFair(group, inner + 1, domain.Stages[stage].Choices);
                }
            }
        }
    }

    [Fact]
    public void In_resnet48_every_inner_convolution_sees_each_choice_once()
    {
        var domain = SamplingDomain.Of(TestSpaces.Resnet48);
        var group = SubnetSampler.Create(SamplerKind.Fair).Draw(domain, 7, new RandomStream(1), 0);
        for (var stage = 0; stage < 4; stage++)
        {
            for (var block = 0; block < group[0].Depth(stage); block++)
                Assert.Equal([1, 2, 3, 4, 5, 6, 7], group.Select(subnet => (int)subnet.Digits[domain.Space.InnerPosition(stage, block)]).Order());
        }
    }

    /// <summary>A subnet's choices in two blocks are independent: all pairs come equally often over many groups.</summary>
    [Fact]
    public void Blocks_are_dealt_independently()
    {
        var domain = SamplingDomain.Of(TestSpaces.Tiny);
        var space = TestSpaces.Tiny;
        var counts = new int[16];
        for (var step = 0; step < 8000; step++)
        {
            var first = SubnetSampler.Create(SamplerKind.Fair, groupSteps: 1).Draw(domain, 4, new RandomStream(1), step)[0].Digits;
            counts[(first[space.InnerPosition(0, 0)] - 1) * 4 + first[space.InnerPosition(1, 0)] - 1]++;
        }

        ChiSquare.Uniform(counts, "inner choices of two blocks");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(10)]
    public void A_group_stays_for_its_steps_and_then_changes(int groupSteps)
    {
        var domain = SamplingDomain.Of(TestSpaces.Challenge);
        var sampler = SubnetSampler.Create(SamplerKind.Fair, groupSteps: groupSteps);
        var steps = Enumerable.Range(0, 4 * groupSteps).Select(step => string.Join(' ', sampler.Draw(domain, 7, new RandomStream(1), step).Select(subnet => subnet.Code))).ToArray();
        Assert.All(steps.Chunk(groupSteps), chunk => Assert.Single(chunk.Distinct()));
        Assert.Equal(4, steps.Distinct().Count());
    }

    private static IEnumerable<(SamplingDomain Domain, Architecture[] Group)> Groups()
    {
        var sampler = SubnetSampler.Create(SamplerKind.Fair, groupSteps: 1);
        return TestDomains.All.SelectMany(domain => Enumerable.Range(0, 10).Select(step =>
            (domain, sampler.Draw(domain, sampler.FixedCount(domain)!.Value, new RandomStream(1), step))));
    }

    private static void AssertFair(Architecture[] group, int position, IReadOnlyList<int> choices)
    {
        var counts = choices.Select(choice => group.Count(subnet => subnet.Digits[position] == choice)).ToArray();
        Assert.Equal(group.Length, counts.Sum());
        Assert.Equal((group.Length / choices.Count, (group.Length + choices.Count - 1) / choices.Count), (counts.Min(), counts.Max()));
    }
}
