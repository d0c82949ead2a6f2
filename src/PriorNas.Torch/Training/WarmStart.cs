using System.Collections.Immutable;
using System.Text.RegularExpressions;
using PriorNas.Files;
using PriorNas.Torch.Interchange;
using PriorNas.Torch.Supernet;
using static TorchSharp.torch;

namespace PriorNas.Torch.Training;

/// <summary>Where the weights come from that a run begins with, if not at random; part of its manifest.</summary>
public sealed partial record WarmStart
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

    /// <summary>Tensors of the network that keep their initial values: the head of another number of classes, slopes and adapters that the source has not.</summary>
    public required ImmutableArray<string> NotTaken { get; init; }

    /// <summary>
    /// Of the tensors taken, those of batch norms that the source has once for all widths: each set of the network took its leading slice. Null
    /// where there are none.
    /// </summary>
    public int? TakenFromShared { get; init; }

    /// <summary>The whole in one line.</summary>
    public override string ToString()
    {
        var kept = NotTaken.Length == 0 ? "" : $"; not taken, so as in a new network: {Some(NotTaken)}";
        var shared = TakenFromShared is { } slices ? FormattableString.Invariant($", {slices} of them as leading slices of batch norms that all widths share") : "";
        return FormattableString.Invariant($"warm start from {Source} (step {Step}, sha256 {Sha256[..12]}): {Taken} of {Taken + NotTaken.Length} tensors taken{shared}{kept}");
    }

    /// <summary>Copies the weights of another supernet whose network is the same but for its head, its activations and its adapters.</summary>
    /// <param name="path">A checkpoint.</param>
    /// <param name="network">Is changed only where all of the rest fits.</param>
    /// <exception cref="InputException">The file is missing, damaged, no checkpoint, or of another network.</exception>
    internal static WarmStart Take(string path, ElasticResNet network)
    {
        var file = Checkpoint.Open(path);
        var saved = file.Tensors.Where(t => t.Name.StartsWith(Checkpoint.ModelPrefix, StringComparison.Ordinal)).ToDictionary(t => t.Name[Checkpoint.ModelPrefix.Length..]);
        using var scope = NewDisposeScope();
        var wanted = network.state_dict();
        var sources = SourcesOf(wanted, saved);
        var notTaken = wanted.Keys.Except(sources.Keys).Order(StringComparer.Ordinal).ToImmutableArray();
        var used = sources.Values.Select(tensor => tensor.Name[Checkpoint.ModelPrefix.Length..]).ToHashSet();
        RequireSameNetwork(path, network, [.. notTaken.Where(name => !MayDiffer(name, saved)), .. saved.Keys.Where(name => !used.Contains(name) && !wanted.ContainsKey(name) && !IsOptional(name))]);
        foreach (var (name, source) in sources)
            TensorBytes.RequireFit(source, WholeOf(source, wanted[name]));
        foreach (var (name, source) in sources)
            Copy(source, wanted[name]);
        var slices = sources.Count(pair => pair.Value.Name != Checkpoint.ModelPrefix + pair.Key);
        return new WarmStart
        {
            Source = Path.GetFullPath(path),
            Sha256 = file.Checksum!,
            Step = Checkpoint.StepOf(file, path),
            Taken = sources.Count,
            NotTaken = notTaken,
            TakenFromShared = slices > 0 ? slices : null,
        };
    }

    /// <summary>The saved tensors that fit, by the network's names; those of one width may come from a tensor that is as long as the widest of them.</summary>
    private static Dictionary<string, SafeTensor> SourcesOf(Dictionary<string, Tensor> wanted, Dictionary<string, SafeTensor> saved)
    {
        var longest = wanted.GroupBy(entry => SharedName(entry.Key)).ToDictionary(group => group.Key, group => group.Max(entry => entry.Value.numel()));
        var sources = new Dictionary<string, SafeTensor>();
        foreach (var (name, tensor) in wanted)
        {
            var shared = SharedName(name);
            if (saved.TryGetValue(name, out var own) && own.Shape.AsSpan().SequenceEqual(tensor.shape))
                sources.Add(name, own);
            else if (name != shared && own is null && saved.TryGetValue(shared, out var whole) && whole.Shape.AsSpan().SequenceEqual([longest[shared]]))
                sources.Add(name, whole);
        }

        return sources;
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

    private static bool MayDiffer(string name, Dictionary<string, SafeTensor> saved) =>
        (name is "headWeight" or "headBias" && saved.ContainsKey(name)) || (IsOptional(name) && !saved.ContainsKey(name) && !saved.ContainsKey(SharedName(name)));

    private static bool IsOptional(string name) => IsSlope(name) || name.Contains(".adapter.", StringComparison.Ordinal);

    private static bool IsSlope(string name) => name.EndsWith(".slope", StringComparison.Ordinal);

    private static void RequireSameNetwork(string path, ElasticResNet network, ImmutableArray<string> differing)
    {
        if (differing.Length > 0)
            throw new InputException(
                $"checkpoint '{path}' is of another network than space '{network.Space.Name}' has: {differing.Length} tensors are missing on one side or have other shapes ({Some(differing)}). "
                + "A warm start needs a run with the same blocks, depths and largest widths; only classes, image size, strides, domain, activations and adapters may be others."
                + (differing.Any(name => name != SharedName(name)) ? " Batch norms with a set for each width can begin with what all widths share, not the other way round." : ""));
    }

    [GeneratedRegex(@"\.width\d+\.")]
    private static partial Regex SetOfWidth();

    private static string Some(ImmutableArray<string> names) =>
        string.Join(", ", names.Take(ShownNames)) + (names.Length > ShownNames ? $" and {names.Length - ShownNames} more" : "");
}
