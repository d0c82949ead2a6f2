using PriorNas.Randomness;
using PriorNas.SearchSpaces;
using PriorNas.Torch.Native;
using static TorchSharp.torch;

namespace PriorNas.Torch.Supernet;

/// <summary>
/// conv 1x1, BN, inner activation, conv 3x3, BN, inner activation, conv 1x1, BN, plus the shortcut, outer activation; all of elastic width.
/// The stride is on the 3x3 convolution, as in torchvision's ResNet-50. Both inner activations are one: a PReLU has one slope for them.
/// </summary>
internal sealed class ElasticBottleneckBlock : ElasticBlock
{
    private readonly ElasticConv2d conv1;
    private readonly ElasticNorm bn1;
    private readonly ElasticConv2d conv2;
    private readonly ElasticNorm bn2;
    private readonly Activation inner;
    private readonly ElasticConv2d conv3;
    private readonly ElasticNorm bn3;
    private readonly ElasticConv2d? projection;
    private readonly ElasticNorm? projectionBn;
    private readonly ElasticAdapter? adapter;
    private readonly Activation outer;

    /// <param name="maximal">The shape of its weights.</param>
    /// <param name="options">Its activations and the rest.</param>
    /// <param name="norms">The widths for which its batch norms have sets of their own; null for one set that all share.</param>
    internal ElasticBottleneckBlock(BlockShape maximal, NetworkOptions options, NormWidths? norms = null)
        : base(nameof(ElasticBottleneckBlock), options)
    {
        conv1 = new ElasticConv2d(maximal.First);
        bn1 = ElasticNorm.Create(maximal.First.OutputChannels, norms?.Inner);
        conv2 = new ElasticConv2d(maximal.Second);
        bn2 = ElasticNorm.Create(maximal.Second.OutputChannels, norms?.Inner);
        inner = new Activation(options.InnerActivation);
        conv3 = new ElasticConv2d(maximal.Last);
        bn3 = ElasticNorm.Create(maximal.Last.OutputChannels, norms?.Output);
        if (options.ZeroInitLastBatchNorm)
            bn3.ZeroWeight();
        if (maximal.Projection is { } shortcut)
        {
            projection = new ElasticConv2d(shortcut);
            projectionBn = ElasticNorm.Create(shortcut.OutputChannels, norms?.Output);
        }

        adapter = ElasticAdapter.Create(options.Adapter, maximal.Last.OutputChannels, norms?.Output);
        outer = new Activation(options.OuterActivation);
        RegisterComponents();
    }

    internal override IReadOnlyList<ElasticLayer> Branch => [new(conv1, bn1), new(conv2, bn2), new(conv3, bn3)];

    internal override ElasticLayer? Shortcut => projection is null ? null : new(projection, projectionBn!);

    internal override Activation Inner => inner;

    internal override Activation Outer => outer;

    internal override bool HasAdapter => adapter is not null;

    /// <param name="input">[N, C, H, W] float32.</param>
    /// <param name="widths">Channels of both inner feature maps and of the output; without projection the output must have C.</param>
    /// <param name="statistics">For the batch norms.</param>
    /// <param name="dropPath">For the images whose residual branch is dropped; null drops none.</param>
    /// <returns>[N, output, ceil(H / stride), ceil(W / stride)].</returns>
    public override Tensor forward(Tensor input, BlockWidths widths, BatchNormStatistics statistics, RandomStream? dropPath)
    {
        using var scope = NewDisposeScope();
        var x = conv1.forward(input, widths.Inner);
        x = inner.forward(bn1.forward(x, statistics)); // [N, inner, H, W]
        x = conv2.forward(x, widths.Inner);
        x = inner.forward(bn2.forward(x, statistics)); // [N, inner, H', W']
        x = bn3.forward(conv3.forward(x, widths.Output), statistics); // [N, output, H', W']
        x = EndBranch(x, adapter, statistics, dropPath);
        var shortcut = projection is null ? input : projectionBn!.forward(projection.forward(input, widths.Output), statistics);
        return outer.forward(x.Plus(shortcut)).MoveToOuterDisposeScope();
    }
}
