using PriorNas.SearchSpaces;
using PriorNas.Torch.Data.Loading;
using PriorNas.Torch.Native;
using PriorNas.Torch.Supernet;
using static TorchSharp.torch;

namespace PriorNas.Torch.Evaluation.Fused;

/// <summary>
/// The supernet in the forms that are fastest: calibration and validation images in one batch, so that each layer reads its weights once;
/// products on small feature maps; channels padded. Equal to the exact layers but for rounding.
/// </summary>
internal sealed class FusedPrefixLayers : PrefixLayers
{
    private readonly ElasticResNet supernet;
    private readonly FixedBatches? calibration;
    private readonly FixedBatches validation;
    private readonly ScalarType precision;
    private readonly CalibrationRows rows;
    private readonly FusedLayer stem;
    private readonly Activation stemActivation = new(ActivationKind.Relu);
    private readonly bool poolsToPositionsFirst;
    private readonly FusedBlock[][] blocks;

    /// <param name="supernet">Its weights are copied; its residual branches have no adapters.</param>
    /// <param name="calibration">Null for the running statistics.</param>
    /// <param name="validation">What is measured.</param>
    /// <param name="precision">float32 or bfloat16.</param>
    internal FusedPrefixLayers(ElasticResNet supernet, FixedBatches? calibration, FixedBatches validation, ScalarType precision)
    {
        (this.supernet, this.calibration, this.validation, this.precision) = (supernet, calibration, validation, precision);
        rows = new CalibrationRows(calibration is null ? [] : [.. Enumerable.Range(0, calibration.BatchCount).Select(calibration.CountOf)]);
        using var noGradient = no_grad();
        var shape = NetworkShape.Of(supernet.Widest);
        var form = FusedForm.For(shape, precision);
        var pools = supernet.Space.Stem.HasMaxPool;
        stem = new FusedLayer(supernet.StemLayer, shape.Stem, pools ? form with { PositionsFirstUpTo = 0 } : form, rows, readsImages: true);
        poolsToPositionsFirst = pools && shape.Blocks[0].First.InputSize <= form.PositionsFirstUpTo;
        var (next, all) = (0, shape.Blocks.ToArray());
        blocks = [.. Enumerable.Range(0, supernet.Space.Stages.Length).Select(stage =>
            Enumerable.Range(0, supernet.Widest.Depth(stage)).Select(block => new FusedBlock(supernet.Block(stage, block), all[next++], form, rows)).ToArray())];
    }

    internal override void Start(CalibrationUse use) => rows.Statistics.Start(use);

    internal override Tensor[] Images(Range group)
    {
        using var scope = NewDisposeScope();
        var (first, count) = group.GetOffsetAndLength(validation.BatchCount);
        var batches = Enumerable.Range(0, rows.Batches.Count).Select(i => calibration![i].Images).Concat(Enumerable.Range(first, count).Select(i => validation[i].Images)).ToList();
        return [ChannelsLast.From(cat(batches, 0)).to(precision).MoveToOuterDisposeScope()];
    }

    internal override Tensor[] Stem(Tensor[] images, int channels)
    {
        using var scope = NewDisposeScope();
        var x = stem.Apply(images[0], channels, stemActivation); // [N, C, H, W], or positions first
        if (supernet.Space.Stem.HasMaxPool)
        {
            x = supernet.Pool(x);
            x = poolsToPositionsFirst ? FusedConvolution.PositionsFirst(x) : x;
        }

        return [x.MoveToOuterDisposeScope()];
    }

    internal override Tensor[] Block(Tensor[] maps, int stage, int block, BlockWidths widths) => [blocks[stage][block].Apply(maps[0], widths)];

    internal override Tensor[] Logits(Tensor[] maps, int channels)
    {
        using var scope = NewDisposeScope();
        var x = maps[0];
        var features = blocks[^1][0].GivesPositionsFirst ? x.mean([0L]) : x.mean([2L, 3L]); // [calibration + N, C]
        features = features.narrow(0, rows.Count, features.size(0) - rows.Count).narrow(1, 0, channels).to(ScalarType.Float32);
        return [supernet.Head(features).MoveToOuterDisposeScope()];
    }

    public override void Dispose()
    {
        stem.Dispose();
        stemActivation.Dispose();
        foreach (var block in blocks.SelectMany(stage => stage))
            block.Dispose();
    }
}
