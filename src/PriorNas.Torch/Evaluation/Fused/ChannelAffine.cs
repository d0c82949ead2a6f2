using System.Runtime.Intrinsics;

namespace PriorNas.Torch.Evaluation.Fused;

/// <summary>
/// Scale and shift of each channel, with what follows a batch norm in a residual network, in one pass in place: x becomes
/// activation(scale x + shift + residual).
/// </summary>
/// <param name="Scale">Of each channel.</param>
/// <param name="Shift">Of each channel.</param>
internal sealed unsafe record ChannelAffine(float[] Scale, float[] Shift)
{
    /// <param name="maps">Overwritten.</param>
    /// <param name="first">First image.</param>
    /// <param name="count">Number of images.</param>
    /// <param name="residual">Of the same shape and order; null for none.</param>
    /// <param name="negativeSlope">0 of a ReLU, the slope of a leaky one, 1 for no activation.</param>
    internal void Apply(ChannelRows maps, int first, int count, ChannelRows? residual, float negativeSlope)
    {
        if (residual is not null && !residual.IsLike(maps))
            throw new ArgumentException("The residual has another shape or order than the feature maps that it is added to.", nameof(residual));
        if (maps.IsRough)
            Apply<BFloat16InMemory>(maps, first, count, residual, negativeSlope);
        else
            Apply<SinglesInMemory>(maps, first, count, residual, negativeSlope);
    }

    private void Apply<TValues>(ChannelRows maps, int first, int count, ChannelRows? residual, float negativeSlope)
        where TValues : IValuesInMemory =>
        maps.ForEachBlock(first, count, (_, offset, rows) =>
            Apply<TValues>(maps.Start + offset, residual is null ? null : residual.Start + offset, rows, maps.Channels, negativeSlope));

    private void Apply<TValues>(byte* values, byte* residual, int rows, int channels, float negativeSlope)
        where TValues : IValuesInMemory
    {
        const int Vector = ChannelRows.ChannelsOfVector;
        var slope = Vector256.Create(negativeSlope);
        var isRelu = Vector256.Equals(slope, Vector256<float>.Zero);
        fixed (float* scales = Scale, shifts = Shift)
        {
            for (var row = 0; row < rows; row++)
            {
                for (var c = 0; c < channels; c += Vector)
                {
                    var value = Vector256.MultiplyAddEstimate(TValues.Load(values), Vector256.Load(scales + c), Vector256.Load(shifts + c));
                    if (residual is not null)
                    {
                        value += TValues.Load(residual);
                        residual += Vector * TValues.Size;
                    }

                    // So written, values that are no numbers stay so, and a ReLU makes 0 of an infinite one.
                    var negative = Vector256.ConditionalSelect(isRelu, Vector256<float>.Zero, value * slope);
                    TValues.Store(Vector256.ConditionalSelect(Vector256.LessThan(value, Vector256<float>.Zero), negative, value), values);
                    values += Vector * TValues.Size;
                }
            }
        }
    }
}
