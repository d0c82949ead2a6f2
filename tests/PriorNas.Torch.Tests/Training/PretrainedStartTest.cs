using System.Security.Cryptography;
using PriorNas.Files;
using PriorNas.Randomness;
using PriorNas.SearchSpaces;
using PriorNas.Torch.Checkpoints;
using PriorNas.Torch.Interchange;
using PriorNas.Torch.Recipes;
using PriorNas.Torch.Supernet;
using PriorNas.Torch.Tests.Interchange;
using PriorNas.Torch.Tests.Supernet;
using PriorNas.Torch.Training;
using static TorchSharp.torch;

namespace PriorNas.Torch.Tests.Training;

/// <summary>Runs that start with weights of other programs.</summary>
public sealed class PretrainedStartTest : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public static TheoryData<string, bool> Sources
    {
        get
        {
            var sources = new TheoryData<string, bool>();
            foreach (var kind in new[] { "torch", "paddle-2", "paddle-4", "paddle-in-safetensors", "network" })
            {
                sources.Add(kind, false);
                sources.Add(kind, true);
            }

            return sources;
        }
    }

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(Sources))]
    public void The_network_gives_the_logits_of_the_one_whose_weights_it_takes(string kind, bool areBottlenecks)
    {
        var space = areBottlenecks ? TestSpaces.Bottlenecks : TestSpaces.Tiny;
        using var source = Scrambled(space, seed: 1);
        using var target = TestSpaces.Supernet(space, seed: 2);
        Write(source, kind);
        var start = WarmStart.Take(folder.At("w"), target);

        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var images = randn(2, 3, space.ImageSize, space.ImageSize);
        var expected = source.forward(images, source.Widest, BatchNormStatistics.Running);
        Assert.True(expected.bytes.SequenceEqual(target.forward(images, target.Widest, BatchNormStatistics.Running).bytes));
        Assert.Equal((source.state_dict().Count, 0, (long?)null, false), (start.Taken, start.NotTaken.Length, start.Step, start.Reordered));
        var hash = kind == "network" ? SafeTensorsFile.Read(folder.At("w")).Checksum! : Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(folder.At("w"))));
        var surplus = kind == "torch" ? "; not used of the file: module.aux.weight, module.bn1.num_batches_tracked" : "";
        Assert.Equal($"warm start from {folder.At("w")} (sha256 {hash[..12]}): {start.Taken} of {start.Taken} tensors taken{surplus}", start.ToString());
    }

    [Fact]
    public void Other_classes_or_no_head_leave_the_head_as_it_was()
    {
        using var source = Scrambled(TestSpaces.Tiny, seed: 1);
        Write(source, "paddle-4");
        using var others = TestSpaces.Supernet(TestSpaces.Tiny.With(imageSize: 32, classes: 7), seed: 2);
        Assert.Equal(["headBias", "headWeight"], WarmStart.Take(folder.At("w"), others).NotTaken);
        File.WriteAllBytes(folder.At("w"), PickleWriter.Write(4, OfPaddle(source).Where(t => !t.Name.StartsWith("fc", StringComparison.Ordinal))));
        using var target = TestSpaces.Supernet(TestSpaces.Tiny, seed: 2);
        Assert.Equal(["headBias", "headWeight"], WarmStart.Take(folder.At("w"), target).NotTaken);
    }

    [Fact]
    public void Doubles_and_halves_are_rounded()
    {
        using var source = Scrambled(TestSpaces.Tiny, seed: 1);
        using var scope = NewDisposeScope();
        var doubles = OfPaddle(source).Select(t => t.Name == "bn1.weight" ? t with { Type = "F64", Data = source.state_dict()["stemBn.weight"].to(ScalarType.Float64).bytes.ToArray() } : t)
            .Select(t => t.Name == "bn1.bias" ? t with { Type = "F16", Data = source.state_dict()["stemBn.bias"].to(ScalarType.Float16).bytes.ToArray() } : t);
        File.WriteAllBytes(folder.At("w"), PickleWriter.Write(4, doubles));
        using var target = TestSpaces.Supernet(TestSpaces.Tiny, seed: 2);
        WarmStart.Take(folder.At("w"), target);
        Assert.True(target.state_dict()["stemBn.weight"].bytes.SequenceEqual(source.state_dict()["stemBn.weight"].bytes));
        Assert.True(target.state_dict()["stemBn.bias"].bytes.SequenceEqual(source.state_dict()["stemBn.bias"].to(ScalarType.Float16).to(ScalarType.Float32).bytes));
    }

    [Fact]
    public void What_does_not_fit_is_refused_and_nothing_is_changed()
    {
        using var source = Scrambled(TestSpaces.Bottlenecks, seed: 1);
        Write(source, "paddle-4");
        Refuse("' is of another network than space 'tiny' has: ");
        using var tiny = Scrambled(TestSpaces.Tiny, seed: 1);
        File.WriteAllBytes(folder.At("w"), PickleWriter.Write(4, OfPaddle(tiny).Where(t => t.Name != "layer2.0.bn1._mean")));
        Refuse("has: 1 tensors are missing on one side or have other shapes (layer2.0.bn1.running_mean). A warm start needs a network with the same blocks, ");
        File.WriteAllBytes(folder.At("w"), PickleWriter.Write(4, OfPaddle(tiny).Select(t => t.Name == "bn1.weight" ? t with { Type = "I32" } : t)));
        Refuse("Tensor 'bn1.weight' is I32 [16] in the file and F32 [16] in the network; ");
        File.WriteAllBytes(folder.At("w"), PickleWriter.Write(4, OfPaddle(tiny).SelectMany(t => new[] { t, t with { Name = "model." + t.Name } })));
        Refuse(" twice, as 'fc.weight' as well; leave one of them out of the file.");
        File.WriteAllBytes(folder.At("w"), PickleWriter.Write(4, []));
        Refuse("' has no tensor under the names that torchvision and Paddle give to a ResNet ");
        File.WriteAllBytes(folder.At("w"), [(byte)'P', (byte)'K', 3, 4, 0, 0]);
        Refuse("' is a ZIP archive, as PyTorch's torch.save writes it; save the network as safetensors: ");
    }

    [Fact]
    public void Inner_channels_are_sorted_where_the_recipe_asks_for_it()
    {
        using var source = Scrambled(TestSpaces.Tiny, seed: 1);
        Write(source, "torch");
        var recipe = TrainingRuns.File.Recipe with { Pretrained = new PretrainedOptions { ImportanceReordering = true } };
        using var trainer = new SupernetTrainer(recipe, TrainingRuns.File.Space, TrainingRuns.Data.Images, folder.At("c"));
        trainer.StartFrom(folder.At("w"));
        trainer.SaveTo(folder.At("c"));
        Assert.True(trainer.WarmStart!.Reordered);
        Assert.EndsWith("; inner channels sorted by importance", trainer.WarmStart.ToString(), StringComparison.Ordinal);
        using var scope = NewDisposeScope();
        ImportanceOrder.Apply(source);
        var saved = SafeTensorsFile.Read(folder.At("c"));
        Assert.All(source.state_dict(), entry => Assert.True(saved["model." + entry.Key].Data.Span.SequenceEqual(entry.Value.bytes), entry.Key));
        recipe.Pretrained.RequireFit("w");
        Assert.Equal(
            "'pretrained.importanceReordering' is true, which sorts channels by weights that were trained; give --warm-start SOURCE, or set it to false.",
            Assert.Throws<InputException>(() => recipe.Pretrained.RequireFit(null)).Message);
    }

    private void Refuse(string words)
    {
        using var target = TestSpaces.Supernet(TestSpaces.Tiny, seed: 2);
        using var untouched = TestSpaces.Supernet(TestSpaces.Tiny, seed: 2);
        Assert.Contains(words, Assert.Throws<InputException>(() => WarmStart.Take(folder.At("w"), target)).Message, StringComparison.Ordinal);
        Assert.All(target.state_dict(), entry => Assert.True(entry.Value.bytes.SequenceEqual(untouched.state_dict()[entry.Key].bytes), entry.Key));
    }

    private void Write(ElasticResNet network, string kind)
    {
        switch (kind)
        {
            case "torch":
                SafeTensor[] further = [new("aux.weight", "F32", [1], new byte[4]), new("bn1.num_batches_tracked", "I64", [], new byte[8])];
                File.WriteAllBytes(folder.At("w"), Unsigned(OfTorch(network).Concat(further).Select(t => t with { Name = "module." + t.Name })));
                break;
            case "paddle-in-safetensors":
                File.WriteAllBytes(folder.At("w"), Unsigned(OfPaddle(network)));
                break;
            case "network":
                PlainNetworkFile.Write(folder.At("w"), network);
                break;
            default:
                File.WriteAllBytes(folder.At("w"), PickleWriter.Write(kind == "paddle-2" ? 2 : 4, OfPaddle(network), inPairs: network.Space.Block == BlockKind.Bottleneck));
                break;
        }
    }

    private static SafeTensor[] OfTorch(ElasticResNet network) => network.state_dict().Select(entry => TensorBytes.From(PlainNetworkFile.NameOf(entry.Key), entry.Value)).ToArray();

    /// <summary>Paddle keeps the weight of a linear layer as [in, out].</summary>
    private static SafeTensor[] OfPaddle(ElasticResNet network)
    {
        using var scope = NewDisposeScope();
        return network.state_dict()
            .Select(entry => TensorBytes.From(PlainNetworkNameTest.OfPaddle(PlainNetworkFile.NameOf(entry.Key)), entry.Key == "headWeight" ? entry.Value.detach().t() : entry.Value))
            .ToArray();
    }

    /// <summary>As another program writes safetensors: in any order, without a checksum.</summary>
    private static byte[] Unsigned(IEnumerable<SafeTensor> tensors)
    {
        var end = 0;
        var entries = tensors.Select(t => $$$"""
            "{{{t.Name}}}":{"dtype":"{{{t.Type}}}","shape":[{{{string.Join(",", t.Shape)}}}],"data_offsets":[{{{end}}},{{{end += t.Data.Length}}}]}
            """).ToArray();
        var header = "{\"__metadata__\":{\"format\":\"pt\"}," + string.Join(",", entries) + "}";
        return [.. Samples.Unsigned(header, 0), .. tensors.SelectMany(t => t.Data.ToArray())];
    }

    private static ElasticResNet Scrambled(SearchSpace space, ulong seed)
    {
        var network = new ElasticResNet(space, new NetworkOptions(), new RandomStream(seed));
        using (no_grad())
            PlainNetwork.Scramble(network);
        return network;
    }
}
