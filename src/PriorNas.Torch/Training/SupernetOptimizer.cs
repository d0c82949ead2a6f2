using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace PriorNas.Torch.Training;

/// <summary>
/// SGD with momentum over a network's parameters. Parameters that took no part in a step have no gradient and stay as they are; of a
/// parameter that took part by a slice, the rest has gradient 0 and still moves by momentum and weight decay.
/// </summary>
internal sealed class SupernetOptimizer : IDisposable
{
    private readonly Module network;
    private readonly OptimizerOptions options;
    private readonly SGD sgd;
    private readonly Parameter[] parameters;
    private readonly string[] names;

    internal SupernetOptimizer(Module network, OptimizerOptions options)
    {
        this.network = network;
        this.options = options;
        (names, parameters) = (network.named_parameters().Select(p => p.name).ToArray(), network.named_parameters().Select(p => p.parameter).ToArray());
        sgd = optim.SGD(parameters, 1, options.Momentum, weight_decay: options.WeightDecay, nesterov: options.Nesterov);
    }

    /// <summary>The momentum of each parameter that has moved, by the parameter's name; the tensors stay the optimiser's.</summary>
    internal IEnumerable<(string Name, Tensor Momentum)> State() => sgd.state_dict().State
        .Select((state, i) => (names[i], ((SGD.State)state).momentum_buffer))
        .Where(pair => pair.momentum_buffer is not null);

    /// <summary>Moves the parameters along the summed gradients, then clears these to null.</summary>
    /// <param name="learningRate">Of this step.</param>
    internal void Step(double learningRate)
    {
        using var scope = NewDisposeScope();
        if (options.GradientClip > 0)
            nn.utils.clip_grad_norm_(parameters, options.GradientClip);
        foreach (var group in sgd.ParamGroups)
            group.LearningRate = learningRate;
        sgd.step();
        network.zero_grad();
    }

    /// <summary>Gives parameters the momentum that a checkpoint holds.</summary>
    /// <param name="momentum">The tensor of a parameter's name and shape, or null where it has not moved yet.</param>
    internal void Restore(Func<string, Tensor, Tensor?> momentum)
    {
        var states = sgd.state_dict().State;
        for (var i = 0; i < names.Length; i++)
            ((SGD.State)states[i]).momentum_buffer = momentum(names[i], parameters[i])?.DetachFromDisposeScope();
    }

    public void Dispose() => sgd.Dispose();
}
