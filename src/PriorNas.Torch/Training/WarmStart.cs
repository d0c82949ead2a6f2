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

    /// <summary>Absolute path of the checkpoint, or of the other file of weights.</summary>
    public required string Source { get; init; }

    /// <summary>The checksum in the file's metadata, which identifies its weights; of a file without one the SHA-256 of all its bytes.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Steps after which the checkpoint was saved; null where the file is no checkpoint.</summary>
    public long? Step { get; init; }

    /// <summary>Tensors that were taken: weights and running statistics.</summary>
    public required int Taken { get; init; }

    /// <summary>Tensors of the network that keep their initial values: the head of another number of classes, slopes that the source has not.</summary>
    public required ImmutableArray<string> NotTaken { get; init; }

    /// <summary>Tensors of the file that the network has no place for, such as counters of batches.</summary>
    public ImmutableArray<string> NotUsed { get; init; } = [];

    /// <summary>Whether the inner channels were sorted by importance afterwards.</summary>
    public bool Reordered { get; init; }

    /// <summary>The whole in one line.</summary>
    public override string ToString()
    {
        var step = Step is { } number ? FormattableString.Invariant($"step {number}, ") : "";
        var kept = NotTaken.Length == 0 ? "" : $"; not taken, so as in a new network: {Some(NotTaken)}";
        var surplus = NotUsed.Length == 0 ? "" : $"; not used of the file: {Some(NotUsed)}";
        var sorted = Reordered ? "; inner channels sorted by importance" : "";
        return FormattableString.Invariant($"warm start from {Source} ({step}sha256 {Sha256[..12]}): {Taken} of {Taken + NotTaken.Length} tensors taken{kept}{surplus}{sorted}");
    }

    /// <summary>Copies the weights of a network that is the same as the widest one but for its head and its activations.</summary>
    /// <param name="path">A checkpoint, a network in safetensors, or a <c>.pdparams</c> of Paddle (<see cref="WarmStartSource"/>).</param>
    /// <param name="network">Is changed only where all of the rest fits.</param>
    /// <param name="options">What is done afterwards.</param>
    /// <exception cref="InputException">The file is missing, damaged, of none of these kinds, or of another network.</exception>
    internal static WarmStart Take(string path, ElasticResNet network, PretrainedOptions? options = null)
    {
        var source = WarmStartSource.Open(path);
        var saved = source.Tensors;
        using var scope = NewDisposeScope();
        var wanted = network.state_dict();
        var fitting = wanted.Where(entry => saved.TryGetValue(entry.Key, out var tensor) && tensor.Shape.AsSpan().SequenceEqual(entry.Value.shape)).ToArray();
        var notTaken = wanted.Keys.Except(fitting.Select(entry => entry.Key)).Order(StringComparer.Ordinal).ToImmutableArray();
        RequireSameNetwork(path, source, network, [.. notTaken.Where(name => !MayDiffer(name, source)), .. saved.Keys.Where(name => !wanted.ContainsKey(name) && !IsSlope(name))]);
        foreach (var (name, tensor) in fitting)
            TensorBytes.RequireFit(saved[name], tensor);
        foreach (var (name, tensor) in fitting)
            TensorBytes.CopyTo(saved[name], tensor);
        if (options?.ImportanceReordering == true)
            ImportanceOrder.Apply(network);
        return new WarmStart
        {
            Source = Path.GetFullPath(path),
            Sha256 = source.Sha256,
            Step = source.Step,
            Taken = fitting.Length,
            NotTaken = notTaken,
            NotUsed = source.NotUsed,
            Reordered = options?.ImportanceReordering == true,
        };
    }

    /// <summary>A network of another program may come without its head.</summary>
    private static bool MayDiffer(string name, WarmStartSource source) =>
        (name is "headWeight" or "headBias" && (source.Step is null || source.Tensors.ContainsKey(name))) || (IsSlope(name) && !source.Tensors.ContainsKey(name));

    private static bool IsSlope(string name) => name.EndsWith(".slope", StringComparison.Ordinal);

    private static void RequireSameNetwork(string path, WarmStartSource source, ElasticResNet network, ImmutableArray<string> differing)
    {
        if (differing.Length == 0)
            return;
        var isCheckpoint = source.Step is not null;
        throw new InputException(
            $"{(isCheckpoint ? "checkpoint " : "")}'{path}' is of another network than space '{network.Space.Name}' has: {differing.Length} tensors are missing on one side or have other shapes "
            + $"({Some(isCheckpoint ? differing : [.. differing.Select(PlainNetworkFile.NameOf)])}). "
            + $"A warm start needs a {(isCheckpoint ? "run" : "network")} with the same blocks, depths and largest widths; only classes, image size, strides, domain and activations may be others.");
    }

    internal static string Some(ImmutableArray<string> names) =>
        string.Join(", ", names.Take(ShownNames)) + (names.Length > ShownNames ? $" and {names.Length - ShownNames} more" : "");
}
