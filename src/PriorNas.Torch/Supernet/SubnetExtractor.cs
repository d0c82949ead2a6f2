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
        var norms = supernet.named_modules().Where(m => m.module is ElasticNorm).ToDictionary(m => m.name, m => (ElasticNorm)m.module);
        foreach (var (name, tensor) in subnet.state_dict())
        {
            if (!norms.ContainsKey(OwnerOf(name)))
                tensor.copy_(LeadingPart(weights[name], tensor.shape));
        }

        foreach (var (name, module) in subnet.named_modules())
        {
            if (module is ElasticBatchNorm2d norm)
                Fill(norm, norms[name].OfWidth(norm.RunningMean.size(0)), statistics);
        }
    }

    private static void Fill(ElasticBatchNorm2d norm, ElasticBatchNorm2d source, BatchNormStatistics statistics)
    {
        norm.Weight.copy_(LeadingPart(source.Weight, norm.Weight.shape));
        norm.Bias.copy_(LeadingPart(source.Bias, norm.Bias.shape));
        var (mean, variance) = statistics.Of(source, norm.RunningMean.size(0));
        norm.RunningMean.copy_(mean);
        norm.RunningVariance.copy_(variance);
    }

    /// <summary>The name of the module that a tensor is of; the network itself has none.</summary>
    private static string OwnerOf(string tensor) => tensor[..Math.Max(0, tensor.LastIndexOf('.'))];

    private static Tensor LeadingPart(Tensor tensor, long[] shape)
    {
        for (var dimension = 0; dimension < shape.Length; dimension++)
            tensor = tensor.narrow(dimension, 0, shape[dimension]);
        return tensor;
    }
}
