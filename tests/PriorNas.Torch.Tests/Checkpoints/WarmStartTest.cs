using PriorNas.Files;
using PriorNas.Randomness;
using PriorNas.SearchSpaces;
using PriorNas.Torch.Checkpoints;
using PriorNas.Torch.Interchange;
using PriorNas.Torch.Recipes;
using PriorNas.Torch.Supernet;
using PriorNas.Torch.Tests.Supernet;
using PriorNas.Torch.Tests.Training;
using PriorNas.Torch.Training;
using static TorchSharp.torch;

namespace PriorNas.Torch.Tests.Checkpoints;

public sealed class WarmStartTest : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Weights_and_statistics_are_taken_but_neither_momentum_nor_step()
    {
        Train(folder.At("source"), steps: 2);
        var source = SafeTensorsFile.Read(folder.At("source"));
        using var trainer = new SupernetTrainer(TrainingRuns.File.Recipe with { Seed = 77 }, TrainingRuns.File.Space, TrainingRuns.Data.Images, folder.At("target"));
        trainer.StartFrom(folder.At("source"));
        trainer.SaveTo(folder.At("target"));

        var target = SafeTensorsFile.Read(folder.At("target"));
        Assert.Equal("0", target.Metadata["step"]);
        Assert.Contains(source.Tensors, t => t.Name.StartsWith("momentum.", StringComparison.Ordinal));
        Assert.All(target.Tensors, t => Assert.True(t.Name.StartsWith("model.", StringComparison.Ordinal) && t.Data.Span.SequenceEqual(source[t.Name].Data.Span), t.Name));
        var start = trainer.WarmStart!;
        Assert.Equal((folder.At("source"), source.Checksum, 2, target.Tensors.Count, 0), (start.Source, start.Sha256, start.Step, start.Taken, start.NotTaken.Length));
        Assert.Equal($"warm start from {folder.At("source")} (step 2, sha256 {source.Checksum![..12]}): {start.Taken} of {start.Taken} tensors taken", start.ToString());
    }

    [Fact]
    public void With_other_classes_the_head_stays_as_it_was()
    {
        using var source = Save(TestSpaces.Tiny, new NetworkOptions(), seed: 1);
        using var target = new ElasticResNet(TestSpaces.Tiny.With(imageSize: 32, classes: 7), new NetworkOptions(), new RandomStream(2));
        using var untouched = new ElasticResNet(target.Space, new NetworkOptions(), new RandomStream(2));
        var start = WarmStart.Take(folder.At("c"), target);
        Assert.Equal(["headBias", "headWeight"], start.NotTaken);
        Assert.EndsWith("; not taken, so as in a new network: headBias, headWeight", start.ToString(), StringComparison.Ordinal);
        AssertTensors(target, name => name.StartsWith("head", StringComparison.Ordinal) ? untouched : source);
    }

    [Fact]
    public void Slopes_that_only_one_side_has_are_left_out()
    {
        using var source = Save(TestSpaces.Tiny, new NetworkOptions { OuterActivation = ActivationKind.Prelu }, seed: 1);
        var options = new NetworkOptions { InnerActivation = ActivationKind.Prelu };
        using var target = new ElasticResNet(TestSpaces.Tiny, options, new RandomStream(2));
        using var untouched = new ElasticResNet(TestSpaces.Tiny, options, new RandomStream(2));
        var start = WarmStart.Take(folder.At("c"), target);
        Assert.Equal(9, start.NotTaken.Length);
        Assert.EndsWith("taken; not taken, so as in a new network: stages.0.0.inner.slope, stages.0.1.inner.slope, stages.0.2.inner.slope and 6 more", start.ToString(), StringComparison.Ordinal);
        AssertTensors(target, name => name.EndsWith(".slope", StringComparison.Ordinal) ? untouched : source);
    }

    [Fact]
    public void Every_set_of_a_switchable_batch_norm_takes_the_leading_slice_of_the_shared_one()
    {
        using var scope = NewDisposeScope();
        var source = Save(TestSpaces.Tiny, new NetworkOptions(), seed: 1);
        var target = new ElasticResNet(TestSpaces.Tiny, new NetworkOptions { SwitchableBatchNorm = true, Adapter = AdapterKind.Mlp }, new RandomStream(2));
        var start = WarmStart.Take(folder.At("c"), target);
        Assert.Equal(target.state_dict().Keys.Where(name => name.Contains("adapter", StringComparison.Ordinal)).Order(StringComparer.Ordinal), start.NotTaken);
        var sets = target.state_dict().Keys.Count(name => name.Contains(".width", StringComparison.Ordinal));
        Assert.Contains($" tensors taken, {sets} of them as leading slices of batch norms that all widths share; not taken", start.ToString(), StringComparison.Ordinal);
        using var noGradient = no_grad();
        var images = randn(3, 3, 24, 24);
        foreach (var architecture in TestSpaces.Some(TestSpaces.Tiny, 3))
        {
            var expected = source.forward(images, architecture, BatchNormStatistics.Running);
            Assert.True(target.forward(images, architecture, BatchNormStatistics.Running).bytes.SequenceEqual(expected.bytes), architecture.Code);
        }
    }

    [Fact]
    public void A_shared_batch_norm_takes_nothing_from_a_switchable_one()
    {
        Save(TestSpaces.Tiny, new NetworkOptions { SwitchableBatchNorm = true }, seed: 1).Dispose();
        using var target = TestSpaces.Supernet(TestSpaces.Tiny);
        var e = Assert.Throws<InputException>(() => WarmStart.Take(folder.At("c"), target));
        Assert.EndsWith("may be others. Batch norms with a set for each width can start with what all widths share, not the other way round.", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_network_is_refused_and_nothing_is_changed()
    {
        using var source = Save(TestSpaces.Tiny, new NetworkOptions(), seed: 1);
        using var target = TestSpaces.Supernet(TestSpaces.Bottlenecks, seed: 2);
        using var untouched = TestSpaces.Supernet(TestSpaces.Bottlenecks, seed: 2);
        var e = Assert.Throws<InputException>(() => WarmStart.Take(folder.At("c"), target));
        Assert.StartsWith($"checkpoint '{folder.At("c")}' is of another network than space 'bottlenecks' has: ", e.Message, StringComparison.Ordinal);
        Assert.EndsWith(
            "more). A warm start needs a run with the same blocks, depths and largest widths; only classes, image size, strides, domain, activations and adapters may be others.",
            e.Message,
            StringComparison.Ordinal);
        AssertTensors(target, _ => untouched);
    }

    /// <summary>All that the source has fits, but the network is deeper; and the other way round.</summary>
    [Fact]
    public void Another_depth_is_refused()
    {
        var deeper = SearchSpace.Read(TestSpaces.Tiny.Declaration.Replace("\"max\": 3", "\"max\": 4", StringComparison.Ordinal), "deeper");
        Save(TestSpaces.Tiny, new NetworkOptions(), seed: 1).Dispose();
        using var target = TestSpaces.Supernet(deeper);
        Assert.Contains(": 30 tensors are missing on one side or have other shapes (stages.0.3.bn1.bias, ", Assert.Throws<InputException>(() => WarmStart.Take(folder.At("c"), target)).Message, StringComparison.Ordinal);
        Save(deeper, new NetworkOptions(), seed: 1).Dispose();
        using var shallower = TestSpaces.Supernet(TestSpaces.Tiny);
        Assert.Contains(": 30 tensors are missing on one side or have other shapes (", Assert.Throws<InputException>(() => WarmStart.Take(folder.At("c"), shallower)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_without_a_network_is_refused()
    {
        using var network = TestSpaces.Supernet(TestSpaces.Tiny);
        SafeTensorsFile.Write(folder.At("c"), [], new Dictionary<string, string> { ["format"] = "other" });
        var e = Assert.Throws<InputException>(() => WarmStart.Take(folder.At("c"), network));
        Assert.Equal(
            $"'{folder.At("c")}' has no tensor under the names that torchvision and Paddle give to a ResNet (conv1.weight, bn1.weight, layer1.0.conv1.weight, fc.weight), "
            + "but none at all; give a checkpoint, or rename the tensors.",
            e.Message);
    }

    private static void Train(string checkpoint, int steps)
    {
        using var trainer = TrainingRuns.Trainer(checkpoint);
        using var source = new CancellationTokenSource();
        trainer.Run(new TrainingRuns.StopAfter(steps, source), source.Token);
    }

    /// <summary>A network in whose batch norms, too, there is something to take.</summary>
    private ElasticResNet Save(SearchSpace space, NetworkOptions options, ulong seed)
    {
        var network = new ElasticResNet(space, options, new RandomStream(seed));
        using (no_grad())
            PlainNetwork.Scramble(network);
        using var optimizer = new SupernetOptimizer(network, new OptimizerOptions());
        Checkpoint.Save(folder.At("c"), network, optimizer.State(), step: 5);
        return network;
    }

    private static void AssertTensors(ElasticResNet network, Func<string, ElasticResNet> expected)
    {
        foreach (var (name, tensor) in network.state_dict())
            Assert.True(tensor.bytes.SequenceEqual(expected(name).state_dict()[name].bytes), name);
    }
}
