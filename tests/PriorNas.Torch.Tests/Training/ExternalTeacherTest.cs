using System.Security.Cryptography;
using PriorNas.Files;
using PriorNas.Randomness;
using PriorNas.SearchSpaces;
using PriorNas.Torch.Recipes;
using PriorNas.Torch.Supernet;
using PriorNas.Torch.Tests.Interchange;
using PriorNas.Torch.Tests.Supernet;
using PriorNas.Torch.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace PriorNas.Torch.Tests.Training;

public sealed class ExternalTeacherTest : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private string FilePath => folder.At("teacher.safetensors");

    public void Dispose() => folder.Dispose();

    /// <summary>The teacher is of another space, and the loss of each subnet is computed from both logits in double precision.</summary>
    [Fact]
    public void All_nets_learn_from_its_logits_the_largest_too()
    {
        using var scope = NewDisposeScope();
        using var known = Write(TestSpaces.Bottlenecks);
        var (images, labels) = Batch();
        var recipe = Recipe(new DistillationOptions { Teacher = TeacherKind.External, Network = FilePath, Weight = 0.75, LabelWeight = 0.5 });
        using var teacher = ExternalTeacher.Open(recipe.Distillation, TestSpaces.Tiny)!;
        var supernet = TestSpaces.Supernet(TestSpaces.Tiny);
        var losses = Step(supernet, recipe, teacher).Accumulate(images, labels, 0);

        var reference = TestSpaces.Supernet(TestSpaces.Tiny);
        using var noGradient = no_grad();
        var taught = Probabilities(known.forward(images, known.Widest, BatchNormStatistics.Running));
        double Expected(Architecture subnet)
        {
            var learned = Probabilities(reference.forward(images, subnet, BatchNormStatistics.OfBatch));
            var (distilled, labelled) = (0.0, 0.0);
            for (var image = 0; image < 8; image++)
            {
                distilled -= Enumerable.Range(0, 10).Sum(label => taught[image, label] * Math.Log(learned[image, label])) / 8;
                labelled -= Math.Log(learned[image, image % 10]) / 8;
            }

            return 0.75 * distilled + 0.5 * labelled;
        }

        Assert.Equal(Expected(TestSpaces.Tiny.Largest), losses.Largest!.Value, 1e-4);
        Assert.Equal(Expected(TestSpaces.Tiny.Smallest), losses.Smallest!.Value, 1e-4);
    }

    [Fact]
    public void Its_logits_have_no_gradient_and_steps_do_not_move_it()
    {
        using var scope = NewDisposeScope();
        Write(TestSpaces.Tiny).Dispose();
        var (images, labels) = Batch();
        var recipe = Recipe(new DistillationOptions { Teacher = TeacherKind.External, Network = FilePath, LabelWeight = 1 });
        using var teacher = ExternalTeacher.Open(recipe.Distillation, TestSpaces.Tiny)!;
        var supernet = TestSpaces.Supernet(TestSpaces.Tiny);
        using var optimizer = new SupernetOptimizer(supernet, new OptimizerOptions { WeightDecay = 0.1 });
        var step = Step(supernet, recipe, teacher);
        var (before, untaught, file) = (teacher.Logits(images).bytes.ToArray(), supernet.state_dict()["headWeight"].bytes.ToArray(), File.ReadAllBytes(FilePath));
        Assert.False(teacher.Logits(images).requires_grad);
        for (var i = 0; i < 3; i++)
        {
            step.Accumulate(images, labels, i);
            optimizer.Step(0.1);
        }

        // Running statistics that moved would show as well.
        Assert.False(untaught.AsSpan().SequenceEqual(supernet.state_dict()["headWeight"].bytes));
        Assert.Equal(before, teacher.Logits(images).bytes.ToArray());
        Assert.Equal(file, File.ReadAllBytes(FilePath));
    }

    /// <summary>A teacher whose logits overflow shows whether it was asked.</summary>
    [Fact]
    public void It_is_asked_only_where_its_logits_count()
    {
        using var scope = NewDisposeScope();
        using (var network = Scrambled(TestSpaces.Tiny))
        {
            var bias = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(network.state_dict()["headBias"].bytes);
            (bias[0], bias[1]) = (float.MaxValue, float.MinValue);
            PlainNetworkFile.Write(FilePath, network);
        }

        var (images, labels) = Batch();
        StepLosses Losses(double weight)
        {
            var recipe = Recipe(new DistillationOptions { Teacher = TeacherKind.External, Network = FilePath, Weight = weight, LabelWeight = 0.5, Loss = DistillationKind.Spherical });
            using var teacher = ExternalTeacher.Open(recipe.Distillation, TestSpaces.Tiny)!;
            return Step(TestSpaces.Supernet(TestSpaces.Tiny), recipe, teacher).Accumulate(images, labels, 0);
        }

        Assert.False(Losses(weight: 1).AreFinite);
        var labelsAlone = Recipe(new DistillationOptions { Teacher = TeacherKind.None });
        var expected = Step(TestSpaces.Supernet(TestSpaces.Tiny), labelsAlone, null).Accumulate(images, labels, 0);
        var losses = Losses(weight: 0);
        Assert.Equal((expected.Largest / 2, expected.Smallest / 2), (losses.Largest, losses.Smallest));
    }

    [Fact]
    public void Only_a_recipe_that_has_one_opens_a_file()
    {
        foreach (var kind in new[] { TeacherKind.None, TeacherKind.InPlace })
        {
            var options = new DistillationOptions { Teacher = kind, Network = folder.At("missing") };
            Assert.Null(ExternalTeacher.Open(options, TestSpaces.Tiny));
            Assert.Null(ExternalTeacher.HashOf(options));
            ExternalTeacher.Require(options, TestSpaces.Tiny);
        }

        Write(TestSpaces.Tiny).Dispose();
        var external = new DistillationOptions { Teacher = TeacherKind.External, Network = FilePath };
        ExternalTeacher.Require(external, TestSpaces.Tiny);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(FilePath))), ExternalTeacher.HashOf(external));
    }

    [Fact]
    public void What_cannot_teach_is_refused_in_words_and_leaves_nothing()
    {
        string Refusal(string file, SearchSpace space) => Assert.Throws<InputException>(() => ExternalTeacher.Require(new DistillationOptions { Teacher = TeacherKind.External, Network = file }, space)).Message;
        Write(TestSpaces.Tiny).Dispose();
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Assert.Equal($"teacher '{FilePath}' has 10 classes, the run has 7; give a network that was trained on the same classes.", Refusal(FilePath, TestSpaces.Tiny.With(imageSize: 32, classes: 7)));
        Assert.StartsWith($"'{folder.At("missing")}' cannot be read: Could not find file ", Refusal(folder.At("missing"), TestSpaces.Tiny), StringComparison.Ordinal);
        File.WriteAllBytes(folder.At("other"), Samples.Unsigned("{}", 0));
        Assert.Contains("sha256", Refusal(folder.At("other"), TestSpaces.Tiny), StringComparison.Ordinal);
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        Assert.StartsWith(
            $"teacher '{folder.At("missing")}' cannot be read: Could not find file ",
            Assert.Throws<InputException>(() => ExternalTeacher.HashOf(new DistillationOptions { Teacher = TeacherKind.External, Network = folder.At("missing") })).Message,
            StringComparison.Ordinal);
    }

    /// <summary>A network whose running statistics are not those of a batch.</summary>
    private ElasticResNet Write(SearchSpace space)
    {
        var network = Scrambled(space);
        PlainNetworkFile.Write(FilePath, network);
        return network;
    }

    private static ElasticResNet Scrambled(SearchSpace space)
    {
        var network = new ElasticResNet(space.Largest, new NetworkOptions(), new RandomStream(8));
        using (no_grad())
            PlainNetwork.Scramble(network);
        return network;
    }

    private static Recipe Recipe(DistillationOptions distillation) => new() { Space = "tiny", Epochs = 1, Sampling = new SamplingOptions { Nets = 2 }, Distillation = distillation };

    private static SupernetStep Step(ElasticResNet supernet, Recipe recipe, ExternalTeacher? teacher) =>
        new(supernet, recipe, PhaseSchedule.Of(recipe, supernet.Space, stepsPerEpoch: 10), teacher, new RandomStream(3), steps: 10);

    private static (Tensor Images, Tensor Labels) Batch() => (randn([8, 3, 24, 24], generator: new Generator(5)), arange(8));

    private static double[,] Probabilities(Tensor logits)
    {
        var values = logits.data<float>().ToArray();
        var result = new double[8, 10];
        for (var image = 0; image < 8; image++)
        {
            var exponentials = values[(10 * image)..(10 * image + 10)].Select(value => Math.Exp((double)value)).ToArray();
            for (var label = 0; label < 10; label++)
                result[image, label] = exponentials[label] / exponentials.Sum();
        }

        return result;
    }
}
