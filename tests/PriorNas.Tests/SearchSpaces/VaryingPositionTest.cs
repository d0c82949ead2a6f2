using PriorNas.SearchSpaces;

namespace PriorNas.Tests.SearchSpaces;

public class VaryingPositionTest
{
    /// <summary>Only the depths of stages 1 and 2 differ; a block that one architecture lacks has the same width in the others.</summary>
    [Fact]
    public void Positions_that_differ_are_named_and_a_shared_width_is_one()
    {
        var space = SearchSpace.Open("tiny");
        string[] codes = ["12131213100420000112131", "11131210000420000112131", "12231213100424200112131"];
        var architectures = Array.ConvertAll(codes, space.Parse);
        var positions = VaryingPosition.Of(architectures);
        Assert.Equal([("stage 1 depth", 0, true), ("stage 2 depth", 1, true)], positions.Select(p => (p.Name, p.Stage, p.IsDepth)));
        Assert.Equal([2.0, 1, 2], positions[0].Values);
        Assert.Equal([1.0, 1, 2], positions[1].Values);
        Assert.Equal("stem and stage 1 output", VaryingPosition.Of([space.Smallest, space.Largest])[1].Name);
    }

    [Fact]
    public void A_width_is_the_centred_logarithm_and_0_without_its_block()
    {
        var space = SearchSpace.Read(TestSpaces.ElasticWidths, "space");
        string[] codes = ["4-4-8-0-0-0-0-16-16-8-16-0-0", "8-4-8-4-12-0-0-16-16-8-16-0-0", "8-4-4-12-12-0-0-16-16-16-16-0-0"];
        var architectures = Array.ConvertAll(codes, space.Parse);
        var positions = VaryingPosition.Of(architectures);
        Assert.Equal(
            ["stem", "stage 1 depth", "stage 1 block 1 output", "stage 1 block 2 inner", "stage 2 block 2 inner"],
            positions.Select(p => p.Name));
        Assert.Equal([-1, 0, 0, 0, 1], positions.Select(p => p.Stage));
        var inner = positions[3].Values;
        Assert.Equal(0, inner[0]);
        Assert.Equal(-Math.Log(3) / 2, inner[1], 1e-12);
        Assert.Equal(Math.Log(3) / 2, inner[2], 1e-12);
        Assert.Equal(Math.Log(8) - (Math.Log(8) + Math.Log(8) + Math.Log(16)) / 3, positions[4].Values[0], 1e-12);
        Assert.Equal(0, positions[0].Values.Sum(), 1e-12);
    }

    /// <summary>Both choices of the first stage round to 64 channels: the codes differ, the networks do not.</summary>
    [Fact]
    public void Choices_of_the_same_width_do_not_differ()
    {
        var space = SearchSpace.Read(TestSpaces.SmallDigits, "space");
        Assert.Empty(VaryingPosition.Of([space.SmallestOfNetwork, space.SmallestOfNetwork.Canonical()]));
        Assert.Equal(
            ["stage 1 depth", "stage 2 depth", "stage 2 output", "stage 2 block 1 inner"],
            VaryingPosition.Of([space.SmallestOfNetwork, space.LargestOfNetwork]).Select(p => p.Name));
    }
}
