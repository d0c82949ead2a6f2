using CsCheck;
using PriorNas.Priors;
using PriorNas.SearchSpaces;
using PriorNas.Tests.SearchSpaces;

namespace PriorNas.Tests.Priors;

public class CostPriorTest
{
    /// <summary>What the challenge's reference prints for these codes.</summary>
    [Theory]
    [InlineData("1458211151515100561616767641111111115161716141000000", 3501143072, 16545128)]
    [InlineData("1453251535555500371777777727175700000000005333000000", 1989961680, 9804312)]
    [InlineData("1344415151510000231363730061617171000000002252727200", 2566305280, 17992648)]
    public void The_counts_are_those_that_the_reference_prints(string code, long flops, long parameters)
    {
        var architecture = TestSpaces.Resnet48.Parse(code);
        Assert.Equal(flops, ShapePrior.Named("flops-paddle").Score(architecture));
        Assert.Equal(parameters, ShapePrior.Named("params-paddle").Score(architecture));
    }

    /// <summary>Small space, 16 px: stem 3 to 64 at 16x16; one block 64-64-64 at 16x16; one block 64-8-4 at 8x8 with a projection 64 to 4; 3 classes.</summary>
    [Fact]
    public void The_counts_of_a_small_network_are_those_by_hand()
    {
        var a = TestSpaces.Small.Parse("111111001200");
        var convolutions = (256L * 9 * 3 * 64) + (2 * 256 * 9 * 64 * 64) + (64 * 9 * 64 * 8) + (64 * 9 * 8 * 4) + (64 * 64 * 4);
        Assert.Equal(convolutions + (4 * 3), ShapePrior.Named("flops").Score(a));
        var normalised = (3 * 256 * 64) + (64 * 8) + (2 * 64 * 4);
        Assert.Equal(convolutions + (4 * 3) + (2 * normalised) + (4 * (64 + 1)), ShapePrior.Named("flops-paddle").Score(a));
        var weights = (9 * 3 * 64) + (2 * 9 * 64 * 64) + (9 * 64 * 8) + (9 * 8 * 4) + (64 * 4) + (5 * 3);
        var channels = (3 * 64) + 8 + 4 + 4;
        Assert.Equal(weights + (2 * channels), ShapePrior.Named("params").Score(a));
        Assert.Equal(weights + (4 * channels), ShapePrior.Named("params-paddle").Score(a));
        Assert.Equal(2, ShapePrior.Named("depth").Score(a));
    }

    /// <summary>Parameters as torchvision documents them for resnet50, and the multiply-adds of its convolutions and linear layer.</summary>
    [Fact]
    public void The_largest_network_of_resnet50_is_ResNet_50()
    {
        var largest = TestSpaces.Resnet50.Largest;
        Assert.Equal("1" + "3463" + "1" + "111111" + "11111111" + "111111111111" + "111111", largest.Code);
        Assert.Equal(largest, TestSpaces.Resnet50.LargestOfNetwork);
        Assert.Equal(4_089_184_256, ShapePrior.Named("flops").Score(largest));
        Assert.Equal(25_557_032, ShapePrior.Named("params").Score(largest));
        Assert.Equal(16, ShapePrior.Named("depth").Score(largest));
    }

    /// <summary>16 px: stem 3 to 8; a bottleneck 8-4-4-16 at 16x16 with a projection; one 16-8-8-32 whose 3x3 has stride 2, with a projection; 3 classes.</summary>
    [Fact]
    public void The_counts_of_bottlenecks_are_those_by_hand()
    {
        var a = TestSpaces.Bottlenecks.Parse("8-4-16-0-0-8-32-0-0");
        var (first, second) = ((256L * 8 * 4) + (256 * 9 * 4 * 4) + (256 * 4 * 16) + (256 * 8 * 16), (256L * 16 * 8) + (64 * 9 * 8 * 8) + (64 * 8 * 32) + (64 * 16 * 32));
        var convolutions = (256L * 9 * 3 * 8) + first + second;
        Assert.Equal(convolutions + (32 * 3), ShapePrior.Named("flops").Score(a));
        var normalised = (256 * (8 + 4 + 4 + 16 + 16)) + (256 * 8) + (64 * (8 + 32 + 32));
        Assert.Equal(convolutions + (32 * 3) + (2 * normalised) + (32 * (64 + 1)), ShapePrior.Named("flops-paddle").Score(a));
        var weights = (9 * 3 * 8) + (8 * 4) + (9 * 4 * 4) + (4 * 16) + (8 * 16) + (16 * 8) + (9 * 8 * 8) + (8 * 32) + (16 * 32) + (33 * 3);
        var channels = 8 + 4 + 4 + 16 + 16 + 8 + 8 + 32 + 32;
        Assert.Equal(weights + (2 * channels), ShapePrior.Named("params").Score(a));
        Assert.Equal(weights + (4 * channels), ShapePrior.Named("params-paddle").Score(a));
    }

    [Fact]
    public void Cost_grows_with_every_width_and_depth() => TestSpaces.Architectures.Sample(
        a =>
        {
            var network = NetworkShape.Of(a);
            return Neighbours.Wider(a).All(wider => Costs(network, NetworkShape.Of(wider), strict: Neighbours.HasMoreChannels(a, wider)))
                && Neighbours.Deeper(a).All(deeper => Costs(network, NetworkShape.Of(deeper), strict: true));
        },
        iter: 300,
        threads: 1);

    private static bool Costs(NetworkShape less, NetworkShape more, bool strict) => ((ShapePrior[])[new FlopsPrior(), new PaddleFlopsPrior(), new ParamsPrior(), new PaddleParamsPrior()])
        .All(prior => strict ? prior.Score(more) > prior.Score(less) : prior.Score(more) >= prior.Score(less));
}
