using PriorNas.SearchSpaces;
using PriorNas.Torch.Native;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace PriorNas.Torch.Supernet;

/// <summary>The adapter <see cref="AdapterKind.Mlp"/>: x + conv 1x1 (ReLU (conv 1x1 (x))).</summary>
internal sealed class ChannelMlp : ElasticAdapter
{
    private readonly ElasticConv2d conv1;
    private readonly ElasticConv2d conv2;

    internal ChannelMlp(int maximalChannels)
        : base(nameof(ChannelMlp))
    {
        // The size of the feature maps has no influence on the weights.
        conv1 = new ElasticConv2d(new ConvolutionShape(1, maximalChannels, HiddenChannels(maximalChannels), InputSize: 1, Stride: 1));
        conv2 = new ElasticConv2d(new ConvolutionShape(1, HiddenChannels(maximalChannels), maximalChannels, InputSize: 1, Stride: 1));
        RegisterComponents();
    }

    /// <param name="input">[N, C, H, W] float32, channels last in memory.</param>
    /// <param name="statistics">Not used: it has no batch norm.</param>
    /// <returns>[N, C, H, W].</returns>
    public override Tensor forward(Tensor input, BatchNormStatistics statistics)
    {
        using var scope = NewDisposeScope();
        var channels = (int)input.size(1);
        var x = functional.relu(conv1.forward(input, HiddenChannels(channels))); // [N, h, H, W]
        return input.Plus(conv2.forward(x, channels)).MoveToOuterDisposeScope();
    }

    /// <summary>Makes it the identity.</summary>
    internal void ZeroEnd()
    {
        using var noGradient = no_grad();
        conv2.get_parameter("weight")!.zero_();
    }
}
