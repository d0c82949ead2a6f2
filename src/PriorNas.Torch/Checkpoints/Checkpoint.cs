using System.Globalization;
using PriorNas.Files;
using PriorNas.Torch.Interchange;
using PriorNas.Torch.Supernet;
using static TorchSharp.torch;

namespace PriorNas.Torch.Checkpoints;

/// <summary>
/// All that training depends on at a step, in one safetensors file with a checksum: weights and running statistics under
/// <c>model.NAME</c>, momentum under <c>momentum.NAME</c>, the step in the metadata. Where weights are averaged, <c>model.NAME</c> is the average and
/// <c>training.NAME</c> what training continues with. Random choices depend on seed and step alone, so
/// there is nothing else. One file is written whole or not at all, so weights and state never disagree.
/// </summary>
public static class Checkpoint
{
    private const string Format = "priornas-checkpoint-1";
    internal const string ModelPrefix = "model.";
    private const string MomentumPrefix = "momentum.";
    private const string TrainingPrefix = "training.";

    /// <summary>Stands in the metadata of a checkpoint without the state of training.</summary>
    private const string Published = "published";

    /// <summary>Writes the state after some steps.</summary>
    /// <param name="path">The file.</param>
    /// <param name="supernet">Holds what is evaluated: the weights of training, or their average.</param>
    /// <param name="momentum">The momentum of each parameter that has moved, by the parameter's name.</param>
    /// <param name="step">Steps that were taken.</param>
    /// <param name="training">Where the supernet holds an average: what training continues with, by the names of the supernet's tensors.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    internal static void Save(
        string path,
        ElasticResNet supernet,
        IEnumerable<KeyValuePair<string, Tensor>> momentum,
        long step,
        IEnumerable<KeyValuePair<string, Tensor>>? training = null)
    {
        using var scope = NewDisposeScope();
        var tensors = supernet.state_dict().Select(entry => TensorBytes.From(ModelPrefix + entry.Key, entry.Value))
            .Concat(momentum.Select(entry => TensorBytes.From(MomentumPrefix + entry.Key, entry.Value)))
            .Concat((training ?? []).Select(entry => TensorBytes.From(TrainingPrefix + entry.Key, entry.Value)));
        var metadata = new Dictionary<string, string>
        {
            ["format"] = Format,
            ["space"] = supernet.Space.Hash,
            ["step"] = step.ToString(CultureInfo.InvariantCulture),
        };
        SafeTensorsFile.Write(path, [.. tensors], metadata);
    }

    /// <summary>Writes the weights of a checkpoint without the state of training; <see cref="Load"/> refuses the file.</summary>
    /// <exception cref="InputException">The checkpoint is missing or damaged.</exception>
    internal static void SavePublished(string checkpoint, string path)
    {
        var file = Open(checkpoint);
        var weights = file.Tensors.Where(tensor => tensor.Name.StartsWith(ModelPrefix, StringComparison.Ordinal));
        SafeTensorsFile.Write(path, [.. weights], new Dictionary<string, string>(file.Metadata) { [Published] = "true" });
    }

    /// <summary>Reads the weights into a supernet.</summary>
    /// <returns>The number of steps after which they were saved.</returns>
    /// <exception cref="InputException">The file is missing, damaged, or of another network.</exception>
    public static long LoadWeights(string path, ElasticResNet supernet) => LoadWeights(Open(path, supernet), path, supernet);

    /// <summary>Reads what is evaluated into a supernet.</summary>
    /// <returns>The rest, with which training resumes.</returns>
    /// <exception cref="InputException">The file is missing, damaged, of another network, or published.</exception>
    internal static SavedTraining Load(string path, ElasticResNet supernet)
    {
        var file = Open(path, supernet);
        if (file.Metadata.ContainsKey(Published))
            throw new InputException($"checkpoint '{path}' was published without the state of training, so that training cannot continue from it; start a new run with --warm-start.");
        return new SavedTraining(path, file.Tensors.ToDictionary(t => t.Name), LoadWeights(file, path, supernet));
    }

    /// <summary>Reads a checkpoint of any network.</summary>
    /// <exception cref="InputException">The file is missing or damaged, or no checkpoint.</exception>
    internal static SafeTensorsFile Open(string path)
    {
        var file = SafeTensorsFile.Read(path, requireChecksum: true);
        if (!Is(file))
            throw new InputException($"'{path}' is not a checkpoint of this program (its format is '{file.Metadata.GetValueOrDefault("format")}', wanted is '{Format}').");
        return file;
    }

    /// <summary>Whether a file says of itself that it is a checkpoint of this program.</summary>
    internal static bool Is(SafeTensorsFile file) => file.Metadata.GetValueOrDefault("format") == Format;

    /// <summary>Steps after which a checkpoint was saved.</summary>
    /// <exception cref="InputException">The metadata holds no such number.</exception>
    internal static long StepOf(SafeTensorsFile file, string path) =>
        long.TryParse(file.Metadata.GetValueOrDefault("step"), NumberStyles.None, CultureInfo.InvariantCulture, out var step)
            ? step
            : throw new InputException($"checkpoint '{path}' has the step '{file.Metadata.GetValueOrDefault("step")}', a whole number of 0 or more must stand in its metadata; use an intact copy.");

    /// <summary>Bytes of a checkpoint's file; the header is estimated, a little high.</summary>
    /// <param name="network">Its network.</param>
    /// <param name="hasMomentum">Whether the optimiser keeps a momentum of each parameter.</param>
    /// <param name="hasAverage">Whether weights are averaged.</param>
    internal static long BytesOf(ElasticResNet network, bool hasMomentum, bool hasAverage)
    {
        const int BytesOfEntry = 160; // Name, type, shape and position in the header.
        using var scope = NewDisposeScope();
        var state = network.state_dict().Values.ToArray();
        Tensor[] tensors = [.. state, .. hasMomentum ? network.parameters() : [], .. hasAverage ? state : []];
        return tensors.Sum(tensor => tensor.numel() * tensor.element_size() + BytesOfEntry);
    }

    private static SafeTensorsFile Open(string path, ElasticResNet supernet)
    {
        var file = Open(path);
        if (file.Metadata.GetValueOrDefault("space") != supernet.Space.Hash)
            throw new InputException($"checkpoint '{path}' is of another search space than '{supernet.Space.Name}'.");
        return file;
    }

    private static long LoadWeights(SafeTensorsFile file, string path, ElasticResNet supernet)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var saved = file.Tensors.ToDictionary(t => t.Name);
        var wanted = supernet.state_dict();
        if (saved.Keys.FirstOrDefault(name => name.StartsWith(ModelPrefix, StringComparison.Ordinal) && !wanted.ContainsKey(name[ModelPrefix.Length..])) is { } surplus)
            throw new InputException($"checkpoint '{path}' has a tensor '{surplus}', which this network has not: it was made by a network with other options.");
        foreach (var (name, tensor) in wanted)
        {
            if (!saved.TryGetValue(ModelPrefix + name, out var entry))
                throw new InputException($"checkpoint '{path}' has no tensor '{ModelPrefix + name}': it was made by a network with other options.");
            TensorBytes.CopyTo(entry, tensor);
        }

        return StepOf(file, path);
    }

    /// <summary>What training resumes with, beside the weights that are evaluated.</summary>
    /// <param name="path">Of the checkpoint.</param>
    /// <param name="tensors">By their names in the file.</param>
    /// <param name="step">Steps after which it was saved.</param>
    internal sealed class SavedTraining(string path, Dictionary<string, SafeTensor> tensors, long step)
    {
        /// <summary>Steps after which it was saved.</summary>
        internal long Step => step;

        /// <summary>The momentum of a parameter, a new tensor; null where it had not moved.</summary>
        /// <exception cref="InputException">It has another shape than the parameter.</exception>
        internal Tensor? Momentum(string name, Tensor parameter)
        {
            if (!tensors.TryGetValue(MomentumPrefix + name, out var saved))
                return null;
            using var noGradient = no_grad();
            var momentum = zeros_like(parameter);
            TensorBytes.CopyTo(saved, momentum);
            return momentum;
        }

        /// <summary>Copies a tensor that training continues with, where weights are averaged.</summary>
        /// <exception cref="InputException">Weights were not averaged, or it has another shape.</exception>
        internal void CopyTo(string name, Tensor weight)
        {
            if (!tensors.TryGetValue(TrainingPrefix + name, out var saved))
                throw new InputException($"checkpoint '{path}' has no tensor '{TrainingPrefix + name}': it was made without optimizer.weightAveraging.");
            TensorBytes.CopyTo(saved, weight);
        }
    }
}
