using PriorNas.SearchSpaces;
using PriorNas.Torch.Native;
using static TorchSharp.torch;

namespace PriorNas.Torch.Supernet;

/// <summary>conv 3x3, BN, inner activation, conv 3x3, BN, plus the shortcut, outer activation; all of elastic width.</summary>
internal sealed class ElasticBasicBlock : ElasticBlock
{
    private readonly ElasticConv2d conv1;
    private readonly ElasticBatchNorm2d bn1;
    private readonly Activation inner;
    private readonly ElasticConv2d conv2;
    private readonly ElasticBatchNorm2d bn2;
    private readonly ElasticConv2d? projection;
    private readonly ElasticBatchNorm2d? projectionBn;
    private readonly Activation outer;

    internal ElasticBasicBlock(BlockShape maximal, NetworkOptions options)
        : base(nameof(ElasticBasicBlock))
    {
        conv1 = new ElasticConv2d(maximal.First);
        bn1 = new ElasticBatchNorm2d(maximal.First.OutputChannels);
        inner = new Activation(options.InnerActivation);
        conv2 = new ElasticConv2d(maximal.Second);
        bn2 = new ElasticBatchNorm2d(maximal.Second.OutputChannels);
        if (maximal.Projection is { } shortcut)
        {
            projection = new ElasticConv2d(shortcut);
            projectionBn = new ElasticBatchNorm2d(shortcut.OutputChannels);
        }

        outer = new Activation(options.OuterActivation);
        RegisterComponents();
    }

    /// <param name="input">[N, C, H, W] float32.</param>
    /// <param name="widths">Channels between the convolutions and of the output; without projection the output must have C.</param>
    /// <param name="statistics">For the batch norms.</param>
    /// <returns>[N, output, ceil(H / stride), ceil(W / stride)].</returns>
    public override Tensor forward(Tensor input, BlockWidths widths, BatchNormStatistics statistics)
    {
        using var scope = NewDisposeScope();
        var x = conv1.forward(input, widths.Inner);
        x = inner.forward(bn1.forward(x, statistics)); // [N, inner, H', W']
        x = bn2.forward(conv2.forward(x, widths.Output), statistics); // [N, output, H', W']
        var shortcut = projection is null ? input : projectionBn!.forward(projection.forward(input, widths.Output), statistics);
        return outer.forward(x.Plus(shortcut)).MoveToOuterDisposeScope();
    }
}
