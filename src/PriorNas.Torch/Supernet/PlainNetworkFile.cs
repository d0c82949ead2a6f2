using System.Text.RegularExpressions;
using PriorNas.Files;
using PriorNas.Randomness;
using PriorNas.SearchSpaces;
using PriorNas.Torch.Interchange;
using static TorchSharp.torch;

namespace PriorNas.Torch.Supernet;

/// <summary>
/// The weights of one network as safetensors under torchvision's names of a ResNet (<c>conv1</c>, <c>bn1</c>, <c>layer1.0.conv1</c>,
/// <c>layer2.0.downsample.0</c>, <c>fc</c>), so that a plain network of the same widths loads them elsewhere. A PReLU's slope is
/// <c>layer1.0.inner.weight</c> or <c>layer1.0.outer.weight</c>; an adapter, which torchvision's has not, is named in the metadata and is
/// <c>layer1.0.adapter.fc1.weight</c> [h, C, 1, 1] and <c>fc2</c> [C, h, 1, 1], with the batch norm <c>layer1.0.adapter.bn</c> of bn-se before
/// them, or <c>conv1</c> and <c>conv2</c> of the same shapes for mlp.
/// </summary>
public static partial class PlainNetworkFile
{
    private const string Format = "priornas-network-1";

    /// <summary>Writes a network that was trained alone or extracted; the metadata holds its code and its space.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, ElasticResNet network)
    {
        ArgumentNullException.ThrowIfNull(network);
        using var scope = NewDisposeScope();
        var tensors = network.state_dict().Select(entry => TensorBytes.From(NameOf(entry.Key), entry.Value));
        var metadata = new Dictionary<string, string>
        {
            ["format"] = Format,
            ["architecture"] = network.Widest.Code,
            ["space"] = network.Space.Declaration,
            ["innerActivation"] = StrictJson.KebabCase(network.Options.InnerActivation),
            ["outerActivation"] = StrictJson.KebabCase(network.Options.OuterActivation),
        };
        if (network.Options.Adapter != AdapterKind.None)
            metadata["adapter"] = StrictJson.KebabCase(network.Options.Adapter);
        SafeTensorsFile.Write(path, [.. tensors], metadata);
    }

    /// <summary>Reads a network that was written here.</summary>
    /// <returns>The caller's to dispose; to be used with <see cref="BatchNormStatistics.Running"/>.</returns>
    /// <exception cref="InputException">The file is missing, damaged or no such network.</exception>
    public static ElasticResNet Read(string path)
    {
        var file = SafeTensorsFile.Read(path, requireChecksum: true);
        if (file.Metadata.GetValueOrDefault("format") != Format)
            throw new InputException($"'{path}' is not a network of this program (its format is '{file.Metadata.GetValueOrDefault("format")}', wanted is '{Format}'); extract writes one.");
        var space = SearchSpace.Read(Value("space"), $"search space of network '{path}'");
        var options = new NetworkOptions
        {
            InnerActivation = Kind<ActivationKind>("innerActivation"),
            OuterActivation = Kind<ActivationKind>("outerActivation"),
            Adapter = file.Metadata.ContainsKey("adapter") ? Kind<AdapterKind>("adapter") : AdapterKind.None,
        };
        var network = new ElasticResNet(space.Parse(Value("architecture")), options, new RandomStream(0));
        try
        {
            Fill(network, file, path);
            return network;
        }
        catch
        {
            network.Dispose();
            throw;
        }

        string Value(string key) => file.Metadata.GetValueOrDefault(key) ?? throw new InputException($"network '{path}' has no '{key}' in its metadata; use an intact copy.");

        T Kind<T>(string key)
            where T : struct, Enum => Enum.GetValues<T>().Cast<T?>().FirstOrDefault(kind => StrictJson.KebabCase(kind!.Value) == Value(key))
            ?? throw new InputException($"network '{path}' has '{Value(key)}' as '{key}', it may be {string.Join(", ", Enum.GetValues<T>().Select(StrictJson.KebabCase))}.");
    }

    private static void Fill(ElasticResNet network, SafeTensorsFile file, string path)
    {
        using var scope = NewDisposeScope();
        var wanted = network.state_dict().ToDictionary(entry => NameOf(entry.Key), entry => entry.Value);
        var saved = file.Tensors.ToDictionary(tensor => tensor.Name);
        Refuse([.. wanted.Keys.Except(saved.Keys)], "lacks");
        Refuse([.. saved.Keys.Except(wanted.Keys)], "has, and its architecture has not,");
        foreach (var (name, tensor) in wanted)
        {
            TensorBytes.RequireFinite(saved[name], path);
            TensorBytes.CopyTo(saved[name], tensor);
        }

        void Refuse(string[] names, string fault)
        {
            if (names.Length > 0)
                throw new InputException($"network '{path}' {fault} {(names.Length == 1 ? "the tensor" : $"{names.Length} tensors,")} {FaultList.Shorten([.. names.Order(StringComparer.Ordinal)])}; use an intact copy.");
        }
    }

    /// <summary>The name of a tensor of <see cref="ElasticResNet"/> in a plain network.</summary>
    internal static string NameOf(string name) => name switch
    {
        "headWeight" => "fc.weight",
        "headBias" => "fc.bias",
        _ when name.StartsWith("stem", StringComparison.Ordinal) => name.Replace("stemConv", "conv1", StringComparison.Ordinal).Replace("stemBn", "bn1", StringComparison.Ordinal),
        _ => Block().Replace(name, match => $"layer{int.Parse(match.Groups[1].ValueSpan, System.Globalization.CultureInfo.InvariantCulture) + 1}.")
            .Replace("projectionBn.", "downsample.1.", StringComparison.Ordinal)
            .Replace("projection.", "downsample.0.", StringComparison.Ordinal)
            .Replace(".slope", ".weight", StringComparison.Ordinal),
    };

    [GeneratedRegex(@"^stages\.(\d+)\.")]
    private static partial Regex Block();
}
