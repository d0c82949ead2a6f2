using PriorNas.Torch.Supernet;

namespace PriorNas.Torch.Tests.Supernet;

public class PlainNetworkNameTest
{
    [Fact]
    public void Every_name_of_a_network_is_found_again_from_those_of_PyTorch_and_Paddle()
    {
        foreach (var space in new[] { TestSpaces.Tiny, TestSpaces.Bottlenecks })
        {
            using var network = TestSpaces.Supernet(space, ActivationKind.Prelu);
            foreach (var name in network.state_dict().Keys)
            {
                var plain = PlainNetworkFile.NameOf(name);
                Assert.Equal(name, PlainNetworkName.ToSupernet(plain));
                Assert.Equal(name, PlainNetworkName.ToSupernet("module.backbone." + plain));
                Assert.Equal(name, PlainNetworkName.ToSupernet(OfPaddle(plain)));
                Assert.Equal(plain.Contains(".running_", StringComparison.Ordinal), PlainNetworkName.IsOfPaddle(OfPaddle(plain)));
                Assert.False(PlainNetworkName.IsOfPaddle(plain));
            }
        }
    }

    [Theory]
    [InlineData("layer0.0.conv1.weight")]
    [InlineData("layer01.0.conv1.weight")]
    [InlineData("layer1.00.conv1.weight")]
    [InlineData("layer1.0.conv4.weight")]
    [InlineData("layer1.0.downsample.2.weight")]
    [InlineData("layer99999.0.conv1.weight")]
    [InlineData("fc.weight\n")]
    [InlineData("fc.running_mean")]
    [InlineData("xconv1.weight")]
    [InlineData("bn1.num_batches_tracked")]
    [InlineData("module.")]
    [InlineData("")]
    public void Other_names_are_no_part_of_a_network(string name) => Assert.Null(PlainNetworkName.ToSupernet(name));

    internal static string OfPaddle(string plain) => plain.Replace("running_mean", "_mean", StringComparison.Ordinal).Replace("running_var", "_variance", StringComparison.Ordinal);
}
