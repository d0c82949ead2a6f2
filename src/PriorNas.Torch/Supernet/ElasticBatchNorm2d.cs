using PriorNas.Torch.Native;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace PriorNas.Torch.Supernet;

/// <summary>
/// Batch norm of maximal width whose leading channels serve every narrower network: affine parameters and running statistics are
/// sliced alike. Where the statistics come from is passed in, never stored.
/// </summary>
internal sealed class ElasticBatchNorm2d : ElasticNorm
{
    /// <summary>Added to the variance.</summary>
    internal const double Epsilon = 1e-5;

    private const int ChannelsOfVector = 8;

    private readonly Parameter weight;
    private readonly Parameter bias;
    private readonly Tensor running_mean;
    private readonly Tensor running_var;

    internal ElasticBatchNorm2d(int maximalChannels)
        : base(nameof(ElasticBatchNorm2d))
    {
        weight = Parameter(ones(maximalChannels));
        bias = Parameter(zeros(maximalChannels));
        running_mean = zeros(maximalChannels);
        running_var = ones(maximalChannels);
        RegisterComponents();
    }

    internal Tensor Weight => weight;

    internal Tensor Bias => bias;

    internal Tensor RunningMean => running_mean;

    internal Tensor RunningVariance => running_var;

    /// <param name="input">[N, C, H, W] float32, C at most the maximal width.</param>
    /// <param name="statistics">Whence the mean and variance of each channel.</param>
    /// <returns>[N, C, H, W].</returns>
    public override Tensor forward(Tensor input, BatchNormStatistics statistics) => statistics.Normalize(this, input);

    internal override ElasticBatchNorm2d OfWidth(long channels) => channels <= weight.size(0)
        ? this
        : throw new ArgumentException($"A batch norm of {weight.size(0)} channels cannot serve {channels}.", nameof(channels));

    internal override void ZeroWeight()
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        weight.zero_();
    }

    /// <summary>Normalises and, if <paramref name="byBatch"/>, moves the given statistics towards the batch's by <paramref name="momentum"/>.</summary>
    /// <param name="input">[N, C, H, W] float32.</param>
    /// <param name="mean">[C], written through if by batch.</param>
    /// <param name="variance">[C], likewise; the batch's variance enters unbiased.</param>
    /// <param name="byBatch">Normalise by the batch's own statistics instead of the given ones.</param>
    /// <param name="momentum">Weight of the batch in the new statistics.</param>
    internal Tensor Apply(Tensor input, Tensor mean, Tensor variance, bool byBatch, double momentum)
    {
        var channels = input.size(1);
        using var weightSlice = weight.narrow(0, 0, channels);
        using var biasSlice = bias.narrow(0, 0, channels);
        return Normalize(input, mean, variance, weightSlice, biasSlice, byBatch, momentum);
    }

    /// <summary>As <see cref="Apply"/>, with the affine parameters given; null stands for a weight of 1 and a bias of 0.</summary>
    internal static Tensor Normalize(Tensor input, Tensor mean, Tensor variance, Tensor? weight, Tensor? bias, bool byBatch, double momentum)
    {
        if (input.size(1) % ChannelsOfVector == 0)
            return functional.batch_norm(input, mean, variance, weight, bias, byBatch, momentum, Epsilon);

        // With channels last, libtorch goes through a remainder of channels one by one: two copies are up to ten times cheaper.
        using var planes = input.contiguous();
        using var normalised = functional.batch_norm(planes, mean, variance, weight, bias, byBatch, momentum, Epsilon);
        return ChannelsLast.From(normalised);
    }
}
