using PriorNas.Torch.Native;
using PriorNas.Torch.Supernet;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace PriorNas.Torch.Evaluation;

/// <summary>
/// A batch norm over a joined batch of calibration and validation images, whose channels are padded with zeros to a multiple of
/// <see cref="ChannelsOfVector"/>, with which the tensor library is fast. Padded channels stay 0.
/// </summary>
internal sealed class FusedNorm(ElasticNorm norm, CalibrationRows calibration) : IDisposable
{
    /// <summary>Channels of a map are a multiple of this many.</summary>
    internal const int ChannelsOfVector = 8;

    private readonly Dictionary<int, Affine> affines = [];

    /// <summary>The least multiple of <see cref="ChannelsOfVector"/> that holds so many channels.</summary>
    internal static int Padded(int channels) => (channels + ChannelsOfVector - 1) / ChannelsOfVector * ChannelsOfVector;

    /// <summary>Normalises the calibration batches by themselves, the rest by the average of their statistics.</summary>
    /// <param name="maps">[outer, C, H, W], channels last in memory, C padded.</param>
    /// <param name="imageDimension">Which dimension counts the images: 0 or 2.</param>
    /// <param name="channels">The width without padding.</param>
    internal Tensor Apply(Tensor maps, int imageDimension, int channels)
    {
        using var scope = NewDisposeScope();
        if (!affines.TryGetValue(channels, out var affine))
            affines.Add(channels, affine = Affine.Of(norm.OfWidth(channels), channels));
        if (calibration.Batches.Count == 0)
            return functional.batch_norm(maps, affine.Mean, affine.Variance, affine.Weight, affine.Bias, training: false, 0, ElasticBatchNorm2d.Epsilon).MoveToOuterDisposeScope();

        var (mean, variance) = (zeros_like(affine.Mean), zeros_like(affine.Variance));
        var normalised = new Tensor[calibration.Batches.Count];
        var first = 0;
        foreach (var (i, count) in calibration.Batches.Index())
        {
            var rows = ChannelsLast.From(maps.narrow(imageDimension, first, count));

            // A momentum of 1 / n makes the n-th batch's share that of a plain average.
            normalised[i] = functional.batch_norm(rows, mean, variance, affine.Weight, affine.Bias, training: true, 1.0 / (i + 1), ElasticBatchNorm2d.Epsilon);
            first += count;
        }

        var result = functional.batch_norm(maps, mean, variance, affine.Weight, affine.Bias, training: false, 0, ElasticBatchNorm2d.Epsilon);
        first = 0;
        foreach (var rows in normalised)
        {
            result.narrow(imageDimension, first, rows.size(imageDimension)).copy_(rows);
            first += (int)rows.size(imageDimension);
        }

        return result.MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        foreach (var affine in affines.Values)
            affine.Dispose();
        affines.Clear();
    }

    /// <summary>Parameters and running statistics of one width, [padded], beyond the width 0 and of variance 1.</summary>
    private sealed record Affine(Tensor Weight, Tensor Bias, Tensor Mean, Tensor Variance) : IDisposable
    {
        internal static Affine Of(ElasticBatchNorm2d norm, int channels) =>
            new(Pad(norm.Weight, channels, 0), Pad(norm.Bias, channels, 0), Pad(norm.RunningMean, channels, 0), Pad(norm.RunningVariance, channels, 1));

        public void Dispose()
        {
            Weight.Dispose();
            Bias.Dispose();
            Mean.Dispose();
            Variance.Dispose();
        }

        private static Tensor Pad(Tensor values, int channels, double value)
        {
            using var scope = NewDisposeScope();
            using var number = value.ToScalar();
            var padded = full(Padded(channels), number, dtype: ScalarType.Float32);
            padded.narrow(0, 0, channels).copy_(values.narrow(0, 0, channels));
            return padded.DetachFromDisposeScope();
        }
    }
}
