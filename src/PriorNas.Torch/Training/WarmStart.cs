using System.Collections.Immutable;
using PriorNas.Files;
using PriorNas.Torch.Interchange;
using PriorNas.Torch.Supernet;
using static TorchSharp.torch;

namespace PriorNas.Torch.Training;

/// <summary>Where the weights come from that a run begins with, if not at random; part of its manifest.</summary>
public sealed record WarmStart
{
    /// <summary>At most this many names are written out in one message.</summary>
    private const int ShownNames = 3;

    /// <summary>Absolute path of the checkpoint.</summary>
    public required string Source { get; init; }

    /// <summary>The checksum in the checkpoint's metadata, which identifies its weights.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Steps after which the checkpoint was saved.</summary>
    public required long Step { get; init; }

    /// <summary>Tensors that were taken: weights and running statistics.</summary>
    public required int Taken { get; init; }

    /// <summary>Tensors of the network that keep their initial values: the head of another number of classes, slopes that the source has not.</summary>
    public required ImmutableArray<string> NotTaken { get; init; }

    /// <summary>The whole in one line.</summary>
    public override string ToString()
    {
        var kept = NotTaken.Length == 0 ? "" : $"; not taken, so as in a new network: {Some(NotTaken)}";
        return FormattableString.Invariant($"warm start from {Source} (step {Step}, sha256 {Sha256[..12]}): {Taken} of {Taken + NotTaken.Length} tensors taken{kept}");
    }

    /// <summary>Copies the weights of another supernet whose network is the same but for its head and its activations.</summary>
    /// <param name="path">A checkpoint.</param>
    /// <param name="network">Is changed only where all of the rest fits.</param>
    /// <exception cref="InputException">The file is missing, damaged, no checkpoint, or of another network.</exception>
    internal static WarmStart Take(string path, ElasticResNet network)
    {
        var file = Checkpoint.Open(path);
        var saved = file.Tensors.Where(t => t.Name.StartsWith(Checkpoint.ModelPrefix, StringComparison.Ordinal)).ToDictionary(t => t.Name[Checkpoint.ModelPrefix.Length..]);
        using var scope = NewDisposeScope();
        var wanted = network.state_dict();
        var fitting = wanted.Where(entry => saved.TryGetValue(entry.Key, out var tensor) && tensor.Shape.AsSpan().SequenceEqual(entry.Value.shape)).ToArray();
        var notTaken = wanted.Keys.Except(fitting.Select(entry => entry.Key)).Order(StringComparer.Ordinal).ToImmutableArray();
        RequireSameNetwork(path, network, [.. notTaken.Where(name => !MayDiffer(name, saved)), .. saved.Keys.Where(name => !wanted.ContainsKey(name) && !IsSlope(name))]);
        foreach (var (name, tensor) in fitting)
            TensorBytes.RequireFit(saved[name], tensor);
        foreach (var (name, tensor) in fitting)
            TensorBytes.CopyTo(saved[name], tensor);
        return new WarmStart
        {
            Source = Path.GetFullPath(path),
            Sha256 = file.Checksum!,
            Step = Checkpoint.StepOf(file, path),
            Taken = fitting.Length,
            NotTaken = notTaken,
        };
    }

    private static bool MayDiffer(string name, Dictionary<string, SafeTensor> saved) =>
        (name is "headWeight" or "headBias" && saved.ContainsKey(name)) || (IsSlope(name) && !saved.ContainsKey(name));

    private static bool IsSlope(string name) => name.EndsWith(".slope", StringComparison.Ordinal);

    private static void RequireSameNetwork(string path, ElasticResNet network, ImmutableArray<string> differing)
    {
        if (differing.Length > 0)
            throw new InputException(
                $"checkpoint '{path}' is of another network than space '{network.Space.Name}' has: {differing.Length} tensors are missing on one side or have other shapes ({Some(differing)}). "
                + "A warm start needs a run with the same blocks, depths and largest widths; only classes, image size, strides, domain and activations may be others.");
    }

    private static string Some(ImmutableArray<string> names) =>
        string.Join(", ", names.Take(ShownNames)) + (names.Length > ShownNames ? $" and {names.Length - ShownNames} more" : "");
}
