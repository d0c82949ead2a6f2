using PriorNas.Torch.Native;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using OptimizerOptions = PriorNas.Torch.Recipes.OptimizerOptions;

namespace PriorNas.Torch.Training;

/// <summary>
/// SGD with momentum over a network's parameters, as PyTorch defines it. Parameters that took no part in a step have no gradient and stay as
/// they are; of a parameter that took part by a slice, the rest has gradient 0 and still moves by momentum and weight decay.
/// </summary>
/// <remarks>TorchSharp's own gives the same bytes, but frees its numbers while they are in use, see <see cref="ScalarArithmetic"/>.</remarks>
internal sealed class SupernetOptimizer : IDisposable
{
    private readonly Module network;
    private readonly OptimizerOptions options;
    private readonly string[] names;
    private readonly Parameter[] parameters;
    private readonly Tensor?[] momenta;

    internal SupernetOptimizer(Module network, OptimizerOptions options)
    {
        this.network = network;
        this.options = options;
        (names, parameters) = (network.named_parameters().Select(p => p.name).ToArray(), network.named_parameters().Select(p => p.parameter).ToArray());
        momenta = new Tensor?[parameters.Length];
    }

    /// <summary>The momentum of each parameter that has moved, by the parameter's name; the tensors stay the optimiser's.</summary>
    internal IEnumerable<KeyValuePair<string, Tensor>> State() =>
        names.Zip(momenta).Where(pair => pair.Second is not null).Select(pair => KeyValuePair.Create(pair.First, pair.Second!));

    /// <summary>Moves the parameters along the summed gradients, then clears these to null.</summary>
    /// <param name="learningRate">Of this step.</param>
    internal void Step(double learningRate)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        if (options.GradientClip > 0)
            nn.utils.clip_grad_norm_(parameters, options.GradientClip);
        for (var i = 0; i < parameters.Length; i++)
        {
            if (parameters[i].grad is { } gradient)
                parameters[i].AddScaledInPlace(Direction(i, gradient), -learningRate);
        }

        network.zero_grad();
    }

    /// <summary>Gives parameters the momentum that a checkpoint holds.</summary>
    /// <param name="momentum">The tensor of a parameter's name and shape, or null where it has not moved yet.</param>
    internal void Restore(Func<string, Tensor, Tensor?> momentum)
    {
        for (var i = 0; i < names.Length; i++)
        {
            momenta[i]?.Dispose();
            momenta[i] = momentum(names[i], parameters[i])?.DetachFromDisposeScope();
        }
    }

    public void Dispose()
    {
        foreach (var momentum in momenta)
            momentum?.Dispose();
    }

    private Tensor Direction(int index, Tensor gradient)
    {
        if (options.WeightDecay != 0)
            gradient = gradient.PlusScaled(parameters[index], options.WeightDecay);
        if (options.Momentum == 0)
            return gradient;
        if (momenta[index] is { } momentum)
            momentum.ScaleInPlace(options.Momentum).AddInPlace(gradient);
        else
            momenta[index] = gradient.clone().DetachFromDisposeScope();
        return options.Nesterov ? gradient.PlusScaled(momenta[index]!, options.Momentum) : momenta[index]!;
    }
}
