using System.Runtime.Intrinsics;

namespace PriorNas.Torch.Evaluation.Fused;

/// <summary>
/// Mean and variance of each channel over some images. Blocks of rows are gone through twice while they are in the cache, and joined by
/// their means in float64 (Chan, Golub, LeVeque 1979), in an order that does not depend on the threads.
/// </summary>
/// <param name="Count">Number of values of a channel.</param>
/// <param name="Mean">Of each channel.</param>
/// <param name="SquaredDeviations">Sum of each channel.</param>
internal sealed unsafe record ChannelMoments(long Count, double[] Mean, double[] SquaredDeviations)
{
    /// <param name="maps">The feature map.</param>
    /// <param name="first">First image.</param>
    /// <param name="count">Number of images, at least 1.</param>
    internal static ChannelMoments Of(ChannelRows maps, int first, int count) =>
        maps.IsRough ? Of<BFloat16InMemory>(maps, first, count) : Of<SinglesInMemory>(maps, first, count);

    private static ChannelMoments Of<TValues>(ChannelRows maps, int first, int count)
        where TValues : IValuesInMemory
    {
        var (blocks, channels) = (maps.Blocks(count), maps.Channels);
        var (sizes, moments) = (new int[blocks], new float[2 * blocks * channels]);
        maps.ForEachBlock(first, count, (block, offset, rows) =>
        {
            sizes[block] = rows;
            fixed (float* mean = &moments[2 * block * channels])
                Measure<TValues>(maps.Start + offset, rows, channels, mean, mean + channels);
        });

        var (total, means, deviations) = (0L, new double[channels], new double[channels]);
        for (var block = 0; block < blocks; block++)
        {
            var (n, at) = (sizes[block], 2 * block * channels);
            total += n;
            for (var c = 0; c < channels; c++)
            {
                var difference = moments[at + c] - means[c];
                means[c] += difference * n / total;
                deviations[c] += moments[at + channels + c] + difference * difference * n * (total - n) / total;
            }
        }

        return new ChannelMoments(total, means, deviations);
    }

    private static void Measure<TValues>(byte* start, int rows, int channels, float* means, float* deviations)
        where TValues : IValuesInMemory
    {
        var stride = channels * TValues.Size;
        for (var c = 0; c < channels; c += ChannelRows.ChannelsOfVector)
        {
            var column = start + c * TValues.Size;
            var sum = Vector256<float>.Zero;
            for (var row = 0; row < rows; row++)
                sum += TValues.Load(column + (long)row * stride);
            var mean = sum / Vector256.Create((float)rows);
            var squares = Vector256<float>.Zero;
            for (var row = 0; row < rows; row++)
            {
                var deviation = TValues.Load(column + (long)row * stride) - mean;
                squares += deviation * deviation;
            }

            mean.Store(means + c);
            squares.Store(deviations + c);
        }
    }
}
