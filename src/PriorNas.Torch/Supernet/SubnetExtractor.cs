using PriorNas.Randomness;
using PriorNas.SearchSpaces;
using static TorchSharp.torch;

namespace PriorNas.Torch.Supernet;

/// <summary>Cuts a subnet out of a supernet.</summary>
public static class SubnetExtractor
{
    /// <summary>A network that holds the weights of one architecture alone and gives the same outputs, to the bit.</summary>
    /// <param name="supernet">Stays the caller's.</param>
    /// <param name="architecture">One that the supernet serves.</param>
    /// <param name="statistics">What becomes the running statistics of the batch norms: the supernet's running ones, or recalibrated ones of this architecture.</param>
    /// <returns>The caller's to dispose; to be used with <see cref="BatchNormStatistics.Running"/>.</returns>
    public static ElasticResNet Extract(ElasticResNet supernet, Architecture architecture, BatchNormStatistics statistics)
    {
        ArgumentNullException.ThrowIfNull(supernet);
        ArgumentNullException.ThrowIfNull(architecture);
        ArgumentNullException.ThrowIfNull(statistics);
        var subnet = new ElasticResNet(architecture, supernet.Options, new RandomStream(0));
        try
        {
            Fill(subnet, supernet, statistics);
            return subnet;
        }
        catch
        {
            subnet.Dispose();
            throw;
        }
    }

    private static void Fill(ElasticResNet subnet, ElasticResNet supernet, BatchNormStatistics statistics)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var weights = supernet.state_dict();
        foreach (var (name, tensor) in subnet.state_dict())
            tensor.copy_(LeadingPart(weights[name], tensor.shape));
        var norms = supernet.named_modules().Where(m => m.module is ElasticBatchNorm2d).ToDictionary(m => m.name, m => (ElasticBatchNorm2d)m.module);
        foreach (var (name, module) in subnet.named_modules())
        {
            if (module is not ElasticBatchNorm2d norm)
                continue;
            var (mean, variance) = statistics.Of(norms[name], norm.RunningMean.size(0));
            norm.RunningMean.copy_(mean);
            norm.RunningVariance.copy_(variance);
        }
    }

    private static Tensor LeadingPart(Tensor tensor, long[] shape)
    {
        for (var dimension = 0; dimension < shape.Length; dimension++)
            tensor = tensor.narrow(dimension, 0, shape[dimension]);
        return tensor;
    }
}
