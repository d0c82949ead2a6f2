using PriorNas.Torch.Native;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace PriorNas.Torch.Training;

/// <summary>
/// A moving average of a network's weights and running statistics over the steps of its training (Polyak and Juditsky 1992). Training itself continues
/// with the weights of the last step; what is measured and ranked is the average.
/// </summary>
/// <remarks>
/// After step t, counted from 1, average = d average + (1 - d) weights with d = min(decay, t / (t + 9)), so that the first steps, which are far from
/// the last ones, are soon forgotten; after the first step d is 0.1, of the initial weights.
/// </remarks>
internal sealed class WeightAverage : IDisposable
{
    private const double StepsOfOneTenth = 9;

    private readonly Module network;
    private readonly double decay;

    /// <summary>By name: the average while the network holds the weights of training, these while it holds the average.</summary>
    private readonly Dictionary<string, Tensor> others;

    /// <param name="network">With its initial weights, of which the average starts; stays the caller's.</param>
    /// <param name="decay">In (0, 1).</param>
    internal WeightAverage(Module network, double decay)
    {
        (this.network, this.decay) = (network, decay);
        using var noGradient = no_grad();
        others = network.state_dict().ToDictionary(entry => entry.Key, entry => entry.Value.clone().DetachFromDisposeScope());
    }

    /// <summary>The weights of training, while the network holds the average.</summary>
    internal IEnumerable<KeyValuePair<string, Tensor>> Others => others;

    /// <summary>Takes the average of what the network holds now: where the first weights come from a file.</summary>
    internal void Start() => Each((held, other) => other.copy_(held));

    /// <summary>Takes in the weights after a step.</summary>
    /// <param name="step">From 1.</param>
    internal void Update(long step)
    {
        var kept = Math.Min(decay, step / (step + StepsOfOneTenth));
        Each((held, other) => other.ScaleInPlace(kept).AddScaledInPlace(held, 1 - kept));
    }

    /// <summary>Puts the average into the network until what is returned is disposed.</summary>
    internal IDisposable InNetwork()
    {
        Exchange();
        return new Exchanged(this);
    }

    /// <summary>After a checkpoint was read into the network, which holds the average then: puts the weights of training back.</summary>
    /// <param name="training">The tensor of training by its name.</param>
    internal void Restore(Action<string, Tensor> training)
    {
        foreach (var (name, other) in others)
            training(name, other);
        Exchange();
    }

    public void Dispose()
    {
        foreach (var other in others.Values)
            other.Dispose();
    }

    private void Exchange() => Each((held, other) =>
    {
        var copy = held.clone();
        held.copy_(other);
        other.copy_(copy);
    });

    private void Each(Action<Tensor, Tensor> change)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        foreach (var (name, held) in network.state_dict())
            change(held, others[name]);
    }

    private sealed class Exchanged(WeightAverage average) : IDisposable
    {
        public void Dispose() => average.Exchange();
    }
}
