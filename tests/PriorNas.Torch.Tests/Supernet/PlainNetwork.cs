using PriorNas.SearchSpaces;
using PriorNas.Torch.Supernet;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace PriorNas.Torch.Tests.Supernet;

/// <summary>A residual network written out plainly, as the reference for the supernet's slicing: ReLU, running statistics, no elastic parts.</summary>
internal static class PlainNetwork
{
    /// <summary>Makes batch norms differ from the identity, so that a wrong slice shows.</summary>
    internal static void Scramble(ElasticResNet supernet)
    {
        foreach (var (name, tensor) in supernet.state_dict())
        {
            if (name.EndsWith("running_mean", StringComparison.Ordinal) || name.EndsWith(".bias", StringComparison.Ordinal))
                tensor.copy_(randn_like(tensor) * 0.1);
            else if (name.EndsWith("running_var", StringComparison.Ordinal) || (tensor.dim() == 1 && name.EndsWith(".weight", StringComparison.Ordinal)))
                tensor.copy_(rand_like(tensor) + 0.5);
        }
    }

    /// <returns>[N, classes] logits.</returns>
    internal static Tensor Forward(IReadOnlyDictionary<string, Tensor> weights, Architecture architecture, Tensor images)
    {
        var space = architecture.Space;
        var x = functional.relu(ConvBn(weights, "stemConv", "stemBn", images, architecture.StemChannels, space.Stem.Stride));
        if (space.Stem.HasMaxPool)
            x = functional.max_pool2d(x, 3, 2, 1);
        for (var stage = 0; stage < space.Stages.Length; stage++)
        {
            for (var block = 0; block < architecture.Depth(stage); block++)
            {
                var name = $"stages.{stage}.{block}";
                var stride = block == 0 ? space.Stages[stage].Stride : 1;
                var output = architecture.OutputChannels(stage, block);
                var residual = space.Block == BlockKind.Basic
                    ? Basic(weights, name, x, architecture.InnerChannels(stage, block), output, stride)
                    : Bottleneck(weights, name, x, architecture.InnerChannels(stage, block), output, stride);
                var shortcut = weights.ContainsKey($"{name}.projection.weight") ? ConvBn(weights, $"{name}.projection", $"{name}.projectionBn", x, output, stride) : x;
                x = functional.relu(residual + shortcut);
            }
        }

        x = x.mean([2L, 3L]);
        return functional.linear(x, weights["headWeight"].index([TensorIndex.Ellipsis, TensorIndex.Slice(0, x.size(1))]), weights["headBias"]);
    }

    private static Tensor Basic(IReadOnlyDictionary<string, Tensor> weights, string name, Tensor x, int inner, int output, int stride)
    {
        x = functional.relu(ConvBn(weights, $"{name}.conv1", $"{name}.bn1", x, inner, stride));
        return ConvBn(weights, $"{name}.conv2", $"{name}.bn2", x, output, 1);
    }

    private static Tensor Bottleneck(IReadOnlyDictionary<string, Tensor> weights, string name, Tensor x, int inner, int output, int stride)
    {
        x = functional.relu(ConvBn(weights, $"{name}.conv1", $"{name}.bn1", x, inner, 1));
        x = functional.relu(ConvBn(weights, $"{name}.conv2", $"{name}.bn2", x, inner, stride));
        return ConvBn(weights, $"{name}.conv3", $"{name}.bn3", x, output, 1);
    }

    private static Tensor ConvBn(IReadOnlyDictionary<string, Tensor> weights, string convolution, string norm, Tensor input, int channels, int stride)
    {
        Tensor First(string key) => weights[$"{norm}.{key}"].index([TensorIndex.Slice(0, channels)]).view(1, channels, 1, 1);
        var weight = weights[$"{convolution}.weight"].index([TensorIndex.Slice(0, channels), TensorIndex.Slice(0, input.size(1))]);
        var x = functional.conv2d(input, weight, strides: [stride, stride], padding: [weight.size(2) / 2, weight.size(2) / 2]);
        return (x - First("running_mean")) / (First("running_var") + 1e-5).sqrt() * First("weight") + First("bias");
    }
}
