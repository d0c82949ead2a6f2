using System.Collections.Immutable;
using PriorNas.Files;
using PriorNas.Torch.Interchange;
using PriorNas.Torch.Supernet;

namespace PriorNas.Torch.Checkpoints;

/// <summary>The weights of a file under the names of <see cref="ElasticResNet"/>, and what is known of the file.</summary>
/// <param name="Tensors">Of the file's network.</param>
/// <param name="NotUsed">Tensors of the file that no network here has a counterpart for; those of which each batch norm has one come last.</param>
/// <param name="Sha256">Identifies the weights, 64 lower-case digits.</param>
/// <param name="Step">Of a checkpoint; null for a network of another program or one that was extracted.</param>
internal sealed record WarmStartSource(IReadOnlyDictionary<string, SafeTensor> Tensors, ImmutableArray<string> NotUsed, string Sha256, long? Step)
{
    /// <summary>Reads a checkpoint, a network in safetensors under torchvision's or Paddle's names, or a <c>.pdparams</c> of Paddle.</summary>
    /// <exception cref="InputException">The file cannot be read, is damaged, or is none of these.</exception>
    internal static WarmStartSource Open(string path)
    {
        var start = Start(path);
        if (start.AsSpan().StartsWith("PK\u0003\u0004"u8))
            throw new InputException($"'{path}' is a ZIP archive, as PyTorch's torch.save writes it; save the network as safetensors: safetensors.torch.save_file(network.state_dict(), path).");
        if (PaddleFile.IsPickle(start))
            return OfPlainNetwork(path, PaddleFile.Read(path), HashOf(path));
        var file = SafeTensorsFile.Read(path);
        if (!Checkpoint.Is(file))
            return OfPlainNetwork(path, file.Tensors, file.Checksum ?? HashOf(path));
        var saved = file.Tensors
            .Where(t => t.Name.StartsWith(Checkpoint.ModelPrefix, StringComparison.Ordinal))
            .ToDictionary(t => t.Name[Checkpoint.ModelPrefix.Length..]);
        return new WarmStartSource(saved, [], file.Checksum ?? throw new InputException($"checkpoint '{path}' has lost its sha256, so nothing shows that it is intact; use an intact copy."), Checkpoint.StepOf(file, path));
    }

    private static WarmStartSource OfPlainNetwork(string path, IReadOnlyList<SafeTensor> tensors, string sha256)
    {
        var isOfPaddle = tensors.Any(tensor => PlainNetworkName.IsOfPaddle(tensor.Name));
        var named = new Dictionary<string, SafeTensor>();
        var notUsed = new List<string>();
        foreach (var tensor in tensors)
        {
            if (PlainNetworkName.ToSupernet(tensor.Name) is not { } name)
                notUsed.Add(tensor.Name);
            else if (!named.TryAdd(name, Converted(tensor, isTransposed: isOfPaddle && name == "headWeight")))
                throw new InputException($"'{path}' has '{tensor.Name}' twice, as '{named[name].Name}' as well; leave one of them out of the file.");
        }

        if (named.Count == 0)
            throw new InputException(
                $"'{path}' has no tensor under the names that torchvision and Paddle give to a ResNet (conv1.weight, bn1.weight, layer1.0.conv1.weight, fc.weight), "
                + $"but {(notUsed.Count == 0 ? "none at all" : WarmStart.FirstNames([.. notUsed]))}; give a checkpoint, or rename the tensors.");
        return new WarmStartSource(named, [.. notUsed.OrderBy(PlainNetworkName.IsBatchCounter).ThenBy(name => name, StringComparer.Ordinal)], sha256, Step: null);
    }

    private static SafeTensor Converted(SafeTensor tensor, bool isTransposed)
    {
        var converted = TensorConversion.ToFloat32(tensor);
        return isTransposed ? TensorConversion.Transposed(converted) : converted;
    }

    private static byte[] Start(string path)
    {
        const int Length = 9;
        return Reading(path, stream =>
        {
            var start = new byte[Length];
            return start[..stream.ReadAtLeast(start, Length, throwOnEndOfStream: false)];
        });
    }

    private static string HashOf(string path) => Reading(path, stream => Sha256Text.Of(stream));

    private static T Reading<T>(string path, Func<FileStream, T> read)
    {
        try
        {
            using var stream = File.OpenRead(path);
            return read(stream);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            throw new InputException($"'{path}' cannot be read: {e.Message} Give a readable checkpoint, safetensors or .pdparams file.", e);
        }
    }
}
