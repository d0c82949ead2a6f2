using PriorNas.Torch.Data.Loading;
using PriorNas.Torch.Supernet;
using static TorchSharp.torch;

namespace PriorNas.Torch.Evaluation;

/// <summary>The very operations of the supernet's forward pass on the same batches, so that the logits have the same bits as those of one network after another.</summary>
internal sealed class ExactPrefixLayers(ElasticResNet supernet, FixedBatches? calibration, FixedBatches validation) : PrefixLayers
{
    private readonly CalibrationStatistics<RecalibratedStatistics> kept = new(statistics => statistics.Dispose());

    /// <summary>Batches that are there.</summary>
    private int CalibrationBatches => kept.Use == CalibrationUse.Kept ? 0 : calibration?.BatchCount ?? 0;

    internal override void Start(CalibrationUse use) => kept.Start(use);

    internal override Tensor[] Images(Range group)
    {
        var (first, count) = group.GetOffsetAndLength(validation.BatchCount);
        return [.. Enumerable.Range(0, CalibrationBatches).Select(i => calibration![i].Images), .. Enumerable.Range(first, count).Select(i => validation[i].Images)];
    }

    internal override Tensor[] Stem(Tensor[] images, int channels) => ByStatistics(images, (x, statistics) => supernet.Stem(x, channels, statistics));

    internal override Tensor[] Block(Tensor[] maps, int stage, int block, BlockWidths widths) =>
        ByStatistics(maps, (x, statistics) => supernet.Block(stage, block).forward(x, widths, statistics));

    internal override Tensor[] Logits(Tensor[] maps, int channels) => [.. maps.Skip(CalibrationBatches).Select(x =>
    {
        using var features = x.mean([2L, 3L]);
        return supernet.Head(features);
    })];

    public override void Dispose() => kept.Clear();

    /// <summary>Lets the calibration batches pass first, then the validation batches with the statistics that those left.</summary>
    private Tensor[] ByStatistics(Tensor[] maps, Func<Tensor, BatchNormStatistics, Tensor> layer)
    {
        if (calibration is null)
            return Array.ConvertAll(maps, x => layer(x, BatchNormStatistics.Running));
        var statistics = kept.Next(() => new RecalibratedStatistics());
        var results = new Tensor[maps.Length];
        for (var i = 0; i < maps.Length; i++)
        {
            if (i > 0 && i == CalibrationBatches)
                statistics.Complete();
            results[i] = layer(maps[i], statistics);
        }

        return results;
    }
}
