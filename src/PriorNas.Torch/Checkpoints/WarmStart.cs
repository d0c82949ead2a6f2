using System.Collections.Immutable;
using System.Text.RegularExpressions;
using PriorNas.Files;
using PriorNas.Torch.Interchange;
using PriorNas.Torch.Recipes;
using PriorNas.Torch.Supernet;
using static TorchSharp.torch;

namespace PriorNas.Torch.Checkpoints;

/// <summary>Where the weights come from that a run starts with, if not at random; part of its manifest.</summary>
public sealed partial record WarmStart
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

    /// <summary>Tensors of the network that keep their initial values: the head of another number of classes, slopes and adapters that the source has not.</summary>
    public required ImmutableArray<string> NotTaken { get; init; }

    /// <summary>
    /// Of the tensors taken, those of batch norms that the source has once for all widths: each set of the network took its leading slice. Null
    /// where there are none.
    /// </summary>
    public int? TakenFromShared { get; init; }

    /// <summary>Tensors of the file that the network has no counterpart for, such as counters of batches.</summary>
    public ImmutableArray<string> NotUsed { get; init; } = [];

    /// <summary>Whether the inner channels were sorted by importance afterwards.</summary>
    public bool Reordered { get; init; }

    /// <summary>The whole in one line.</summary>
    public override string ToString()
    {
        var step = Step is { } number ? FormattableString.Invariant($"step {number}, ") : "";
        var kept = NotTaken.Length == 0 ? "" : $"; not taken, so as in a new network: {FirstNames(NotTaken)}";
        var shared = TakenFromShared is { } slices ? FormattableString.Invariant($", {slices} of them as leading slices of batch norms that all widths share") : "";
        var surplus = NotUsed.Length == 0 ? "" : $"; not used of the file: {FirstNames(NotUsed)}";
        var sorted = Reordered ? "; inner channels sorted by importance" : "";
        return FormattableString.Invariant($"warm start from {Source} ({step}sha256 {Sha256[..12]}): {Taken} of {Taken + NotTaken.Length} tensors taken{shared}{kept}{surplus}{sorted}");
    }

    /// <summary>Copies the weights of a network that is the same as the widest one but for its head, its activations and its adapters.</summary>
    /// <param name="path">A checkpoint, a network in safetensors, or a <c>.pdparams</c> of Paddle (<see cref="WarmStartSource"/>).</param>
    /// <param name="network">Is changed only where all of the rest fits.</param>
    /// <param name="options">What is done afterwards.</param>
    /// <exception cref="InputException">The file is missing, damaged, of none of these kinds, of another network, or holds numbers that are not finite.</exception>
    internal static WarmStart Take(string path, ElasticResNet network, PretrainedOptions? options = null)
    {
        var source = WarmStartSource.Open(path);
        var saved = source.Tensors;
        using var scope = NewDisposeScope();
        var wanted = network.state_dict();
        var names = NamesOf(wanted, saved);
        var notTaken = wanted.Keys.Except(names.Keys).Order(StringComparer.Ordinal).ToImmutableArray();
        var used = names.Values.ToHashSet();
        RequireSameNetwork(path, source, network, [.. notTaken.Where(name => !MayDiffer(name, source)), .. saved.Keys.Where(name => !used.Contains(name) && !wanted.ContainsKey(name) && !IsOptional(name))]);
        foreach (var (name, ofFile) in names)
            TensorBytes.RequireFit(saved[ofFile], WholeOf(saved[ofFile], wanted[name]));
        foreach (var ofFile in used)
            TensorBytes.RequireFinite(saved[ofFile], path);
        foreach (var (name, ofFile) in names)
            Copy(saved[ofFile], wanted[name]);
        if (options?.ImportanceReordering == true)
            ImportanceOrder.Apply(network);
        var slices = names.Count(pair => pair.Key != pair.Value);
        return new WarmStart
        {
            Source = Path.GetFullPath(path),
            Sha256 = source.Sha256,
            Step = source.Step,
            Taken = names.Count,
            NotTaken = notTaken,
            TakenFromShared = slices > 0 ? slices : null,
            NotUsed = source.NotUsed,
            Reordered = options?.ImportanceReordering == true,
        };
    }

    /// <summary>For the network's names those of the saved tensors that fit; those of one width may come from a tensor that is as long as the widest of them.</summary>
    private static Dictionary<string, string> NamesOf(Dictionary<string, Tensor> wanted, IReadOnlyDictionary<string, SafeTensor> saved)
    {
        var longest = wanted.GroupBy(entry => SharedName(entry.Key)).ToDictionary(group => group.Key, group => group.Max(entry => entry.Value.numel()));
        var names = new Dictionary<string, string>();
        foreach (var (name, tensor) in wanted)
        {
            var shared = SharedName(name);
            if (saved.TryGetValue(name, out var own) && own.Shape.AsSpan().SequenceEqual(tensor.shape))
                names.Add(name, name);
            else if (name != shared && own is null && saved.TryGetValue(shared, out var whole) && whole.Shape.AsSpan().SequenceEqual([longest[shared]]))
                names.Add(name, shared);
        }

        return names;
    }

    private static void Copy(SafeTensor source, Tensor target)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var whole = WholeOf(source, target);
        TensorBytes.CopyTo(source, whole);
        if (!ReferenceEquals(whole, target))
            target.copy_(whole.narrow(0, 0, target.size(0)));
    }

    /// <summary>What the whole of the source fits into: the target itself, or a new tensor of which the target is to be the leading slice.</summary>
    private static Tensor WholeOf(SafeTensor source, Tensor target) =>
        source.Shape.AsSpan().SequenceEqual(target.shape) ? target : empty(source.Shape, dtype: target.dtype);

    /// <summary>The name under which one batch norm for all widths has what a set of one width is.</summary>
    private static string SharedName(string name) => SetOfWidth().Replace(name, ".");

    /// <summary>A network of another program may come without its head.</summary>
    private static bool MayDiffer(string name, WarmStartSource source) =>
        (name is "headWeight" or "headBias" && (source.Step is null || source.Tensors.ContainsKey(name)))
        || (IsOptional(name) && !source.Tensors.ContainsKey(name) && !source.Tensors.ContainsKey(SharedName(name)));

    private static bool IsOptional(string name) => IsSlope(name) || name.Contains(".adapter.", StringComparison.Ordinal);

    private static bool IsSlope(string name) => name.EndsWith(".slope", StringComparison.Ordinal);

    private static void RequireSameNetwork(string path, WarmStartSource source, ElasticResNet network, ImmutableArray<string> differing)
    {
        if (differing.Length == 0)
            return;
        var isCheckpoint = source.Step is not null;
        throw new InputException(
            $"{(isCheckpoint ? "checkpoint " : "")}'{path}' is of another network than space '{network.Space.Name}' has: {differing.Length} tensors are missing on one side or have other shapes "
            + $"({FirstNames(isCheckpoint ? differing : [.. differing.Select(PlainNetworkFile.NameOf)])}). "
            + $"A warm start needs a {(isCheckpoint ? "run" : "network")} with the same blocks, depths and largest widths; only classes, image size, strides, domain, activations and adapters may be others."
            + (differing.Any(name => name != SharedName(name)) ? " Batch norms with a set for each width can start with what all widths share, not the other way round." : ""));
    }

    [GeneratedRegex(@"\.width\d+\.")]
    private static partial Regex SetOfWidth();

    internal static string FirstNames(ImmutableArray<string> names) =>
        string.Join(", ", names.Take(ShownNames)) + (names.Length > ShownNames ? $" and {names.Length - ShownNames} more" : "");
}
