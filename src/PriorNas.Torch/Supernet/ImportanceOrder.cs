using static TorchSharp.torch;

namespace PriorNas.Torch.Supernet;

/// <summary>
/// Brings the important inner channels of each block to the front, where every narrower network finds them (once-for-all, Cai et al. 2020).
/// A channel's importance is the L1 norm of the weights by which the next convolution reads it. What gives the channels and what reads them is
/// permuted together, so the largest network computes the same.
/// </summary>
internal static class ImportanceOrder
{
    /// <summary>Sorts the inner channels, largest norm first; of equal ones the first stays first. A bottleneck has two inner maps.</summary>
    internal static void Apply(ElasticResNet network)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var tensors = network.state_dict();
        foreach (var (name, module) in network.named_modules())
        {
            if (module is not ElasticBlock)
                continue;
            Sort(tensors, $"{name}.conv1", $"{name}.bn1", $"{name}.conv2");
            if (module is ElasticBottleneckBlock)
                Sort(tensors, $"{name}.conv2", $"{name}.bn2", $"{name}.conv3");
        }
    }

    /// <summary>The L1 norm of the weights [out, in, k, k] of each input channel.</summary>
    internal static double[] Norms(Tensor weight)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        return weight.abs().sum([0L, 2L, 3L], type: ScalarType.Float64).data<double>().ToArray(); // [in]
    }

    private static void Sort(Dictionary<string, Tensor> tensors, string giving, string norm, string reading)
    {
        var norms = Norms(tensors[$"{reading}.weight"]);
        var order = tensor(Enumerable.Range(0, norms.Length).OrderByDescending(channel => norms[channel]).Select(channel => (long)channel).ToArray());
        Permute(tensors[$"{giving}.weight"], 0, order);
        Permute(tensors[$"{reading}.weight"], 1, order);
        foreach (var part in (ReadOnlySpan<string>)["weight", "bias", "running_mean", "running_var"])
            Permute(tensors[$"{norm}.{part}"], 0, order);
    }

    private static void Permute(Tensor tensor, long dimension, Tensor order) => tensor.copy_(tensor.index_select(dimension, order));
}
