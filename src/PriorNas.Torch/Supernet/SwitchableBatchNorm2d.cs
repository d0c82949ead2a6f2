using static TorchSharp.torch;

namespace PriorNas.Torch.Supernet;

/// <summary>
/// Batch norm with a set of weight, bias, running mean and variance for each of several widths (Yu et al. 2019, "Slimmable Neural
/// Networks"). The set of width 16 is <c>width16</c> in a checkpoint.
/// </summary>
internal sealed class SwitchableBatchNorm2d : ElasticNorm
{
    private readonly Dictionary<long, ElasticBatchNorm2d> sets = [];

    /// <param name="widths">Distinct.</param>
    internal SwitchableBatchNorm2d(IEnumerable<int> widths)
        : base(nameof(SwitchableBatchNorm2d))
    {
        foreach (var width in widths)
        {
            var set = new ElasticBatchNorm2d(width);
            sets.Add(width, set);
            register_module($"width{width}", set);
        }
    }

    /// <param name="input">[N, C, H, W] float32, C one of the widths.</param>
    /// <param name="statistics">Whence the mean and variance of each channel.</param>
    /// <returns>[N, C, H, W].</returns>
    public override Tensor forward(Tensor input, BatchNormStatistics statistics) => OfWidth(input.size(1)).forward(input, statistics);

    internal override ElasticBatchNorm2d OfWidth(long channels) => sets.TryGetValue(channels, out var set)
        ? set
        : throw new ArgumentException($"A batch norm of the widths {string.Join(", ", sets.Keys)} cannot serve {channels} channels.", nameof(channels));

    internal override void ZeroWeight()
    {
        foreach (var set in sets.Values)
            set.ZeroWeight();
    }
}
