using System.Runtime.InteropServices;
using PriorNas.Torch.Supernet;
using static TorchSharp.torch;

namespace PriorNas.Torch.Evaluation.Fused;

/// <summary>
/// A batch norm over a joined batch of calibration and validation images, whose channels are padded with zeros to a multiple of
/// <see cref="ChannelRows.ChannelsOfVector"/>. Padded channels stay 0.
/// </summary>
internal sealed class FusedNorm(ElasticNorm norm, CalibrationRows calibration)
{
    private readonly Dictionary<int, Parameters> parameters = [];

    /// <summary>The least multiple of <see cref="ChannelRows.ChannelsOfVector"/> that holds so many channels.</summary>
    internal static int Padded(int channels) => (channels + ChannelRows.ChannelsOfVector - 1) / ChannelRows.ChannelsOfVector * ChannelRows.ChannelsOfVector;

    /// <summary>Normalises in place the calibration batches by themselves, the rest by the average of their statistics, and applies what follows.</summary>
    /// <param name="maps">Of padded channels; overwritten.</param>
    /// <param name="channels">The width without padding.</param>
    /// <param name="residual">Added to what is normalised; null for nothing.</param>
    /// <param name="negativeSlope">Of the activation, see <see cref="ChannelAffine.Apply"/>.</param>
    internal void Apply(ChannelRows maps, int channels, ChannelRows? residual, float negativeSlope)
    {
        if (!parameters.TryGetValue(channels, out var own))
            parameters.Add(channels, own = Parameters.Of(norm.OfWidth(channels), channels));
        var (mean, variance) = calibration.IsUsed
            ? calibration.Statistics.Next(() => Calibrate(own, maps, residual, negativeSlope))
            : (own.Mean, own.Variance);
        own.Affine(mean, variance).Apply(maps, calibration.Count, maps.Images - calibration.Count, residual, negativeSlope);
    }

    /// <summary>Normalises the calibration batches, each by itself.</summary>
    /// <returns>Averages over the batches of their means and unbiased variances.</returns>
    private (double[] Mean, double[] Variance) Calibrate(Parameters own, ChannelRows maps, ChannelRows? residual, float negativeSlope)
    {
        var (mean, variance) = (new double[maps.Channels], new double[maps.Channels]);
        var (first, batches) = (0, calibration.Batches);
        foreach (var count in batches)
        {
            var batch = ChannelMoments.Of(maps, first, count);
            own.Affine(batch.Mean, [.. batch.SquaredDeviations.Select(sum => sum / batch.Count)]).Apply(maps, first, count, residual, negativeSlope);
            for (var c = 0; c < maps.Channels; c++)
            {
                mean[c] += batch.Mean[c] / batches.Count;
                variance[c] += batch.SquaredDeviations[c] / (batch.Count - 1) / batches.Count;
            }

            first += count;
        }

        return (mean, variance);
    }

    /// <summary>Parameters and running statistics of one width, padded: beyond the width the weight and bias are 0.</summary>
    private sealed record Parameters(float[] Weight, float[] Bias, double[] Mean, double[] Variance)
    {
        internal static Parameters Of(ElasticBatchNorm2d norm, int channels) => new(
            Values(norm.Weight, channels), Values(norm.Bias, channels), [.. Values(norm.RunningMean, channels)], [.. Values(norm.RunningVariance, channels)]);

        internal ChannelAffine Affine(double[] mean, double[] variance)
        {
            var result = new ChannelAffine(new float[Weight.Length], new float[Weight.Length]);
            for (var c = 0; c < Weight.Length; c++)
            {
                var scale = Weight[c] / Math.Sqrt(variance[c] + ElasticBatchNorm2d.Epsilon);
                result.Scale[c] = (float)scale;
                result.Shift[c] = (float)(Bias[c] - mean[c] * scale);
            }

            return result;
        }

        private static float[] Values(Tensor values, int channels)
        {
            using var leading = values.narrow(0, 0, channels);
            var padded = new float[Padded(channels)];
            MemoryMarshal.Cast<byte, float>(leading.bytes).CopyTo(padded);
            return padded;
        }
    }
}
