using PriorNas.SearchSpaces;
using PriorNas.Torch.Supernet;
using static TorchSharp.torch;

namespace PriorNas.Torch.Evaluation.Fused;

/// <summary>A residual block of fused layers.</summary>
internal sealed class FusedBlock : IDisposable
{
    private readonly ElasticBlock block;
    private readonly FusedLayer[] branch;
    private readonly FusedLayer? shortcut;

    internal FusedBlock(ElasticBlock block, BlockShape shape, FusedForm form, CalibrationRows calibration)
    {
        this.block = block;
        ConvolutionShape[] shapes = shape.Third is { } third ? [shape.First, shape.Second, third] : [shape.First, shape.Second];
        branch = [.. block.Branch.Zip(shapes, (layer, s) => new FusedLayer(layer, s, form, calibration))];
        shortcut = block.Shortcut is { } layer ? new FusedLayer(layer, shape.Projection!.Value, form, calibration) : null;
    }

    /// <summary>Whether the feature maps that leave are kept positions first.</summary>
    internal bool GivesPositionsFirst => branch[^1].GivesPositionsFirst;

    internal Tensor Apply(Tensor maps, BlockWidths widths)
    {
        using var scope = NewDisposeScope();
        var x = maps.alias();
        foreach (var layer in branch[..^1])
        {
            using var input = x;
            x = layer.Apply(input, widths.Inner, block.Inner);
        }

        var residual = shortcut is null ? maps : shortcut.Apply(maps, widths.Output);
        return branch[^1].Apply(x, widths.Output, block.Outer, residual).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        foreach (var layer in branch)
            layer.Dispose();
        shortcut?.Dispose();
    }
}
