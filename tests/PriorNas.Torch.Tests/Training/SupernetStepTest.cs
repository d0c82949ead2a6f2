using PriorNas.Priors;
using PriorNas.Randomness;
using PriorNas.Sampling;
using PriorNas.SearchSpaces;
using PriorNas.Torch.Recipes;
using PriorNas.Torch.Supernet;
using PriorNas.Torch.Training;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace PriorNas.Torch.Tests.Training;

public class SupernetStepTest
{
    private static readonly Recipe Recipe = new()
    {
        Space = "tiny",
        Epochs = 1,
        Sampling = new SamplingOptions { Nets = 4 },
        Rank = new RankOptions { Pairs = 3, Prior = "flops", Schedule = RankWeightSchedule.Constant, Weight = 0.5 },
    };

    [Fact]
    public void The_gradient_is_the_sum_over_sandwich_and_pairs()
    {
        using var scope = NewDisposeScope();
        var (images, labels) = Batch();
        var random = new RandomStream(3);
        var stepped = TestSpaces.Supernet(TestSpaces.Tiny);
        var losses = Step(stepped, Recipe, random).Accumulate(images, labels, step: 2);

        var reference = TestSpaces.Supernet(TestSpaces.Tiny);
        var expected = Reference(reference, images, labels, random);
        expected.backward();

        Assert.Equal(3, losses.Pairs);
        foreach (var (ours, theirs) in stepped.named_parameters().Zip(reference.named_parameters()))
            Assert.True(ours.parameter.grad!.allclose(theirs.parameter.grad!, rtol: 1e-3, atol: 1e-5), ours.name);
    }

    [Fact]
    public void Without_a_teacher_every_net_learns_from_the_labels()
    {
        using var scope = NewDisposeScope();
        var (images, labels) = Batch();
        var recipe = Recipe with { Sampling = new SamplingOptions { Nets = 2 }, Distillation = new DistillationOptions { Teacher = TeacherKind.None }, Rank = new RankOptions() };
        var losses = Step(TestSpaces.Supernet(TestSpaces.Tiny), recipe, new RandomStream(3)).Accumulate(images, labels, 0);
        var logits = TestSpaces.Supernet(TestSpaces.Tiny).forward(images, TestSpaces.Tiny.Smallest, BatchNormStatistics.OfBatch);
        Assert.Equal(functional.cross_entropy(logits, labels).item<float>(), losses.Smallest!.Value, 1e-5);
        Assert.Null(losses.Random);
    }

    public static TheoryData<SamplingOptions, RankOptions> Alone => new()
    {
        { new() { Nets = 6 }, new() { Pairs = 3 } },
        { new() { Nets = 6, Smallest = false }, new() { Pairs = 3, Source = RankSource.Step } },
        { new() { Nets = 6, Sandwich = false }, new() { Pairs = 1, Source = RankSource.Step, Loss = RankLossKind.ListMle } },
        { new() { Nets = 6, Sampler = SamplerKind.Fair }, new() },
        { new() { Nets = 6, Sampler = SamplerKind.SizeBiased }, new() { Pairs = 1, BothSides = true } },
    };

    [Theory]
    [MemberData(nameof(Alone))]
    public void A_phase_of_one_network_has_the_gradient_of_the_largest_alone(SamplingOptions sampling, RankOptions rank)
    {
        using var scope = NewDisposeScope();
        var (images, labels) = Batch();
        ShrinkingPhase[] phases = [new() { Until = 0.5, Depth = 0, Width = 0 }, new() { Until = 1, Depth = 1, Width = 1 }];
        var recipe = Recipe with { Sampling = sampling with { Phases = phases }, Rank = rank };
        var stepped = TestSpaces.Supernet(TestSpaces.Tiny);
        var step = Step(stepped, recipe, new RandomStream(3));
        var losses = step.Accumulate(images, labels, step: 4);

        var reference = TestSpaces.Supernet(TestSpaces.Tiny);
        var loss = functional.cross_entropy(reference.forward(images, TestSpaces.Tiny.Largest, BatchNormStatistics.OfBatch), labels);
        loss.backward();
        Assert.Equal([TestSpaces.Tiny.Largest], step.Subnets(4));
        Assert.Equal(loss.item<float>(), losses.Largest!.Value, 1e-5);
        Assert.Equal((null, null, 0, 0, 0), (losses.Smallest, losses.Random, losses.Rank, losses.ViolatedPairs, losses.Pairs));
        foreach (var (ours, theirs) in stepped.named_parameters().Zip(reference.named_parameters()))
            Assert.True(ours.parameter.grad!.allclose(theirs.parameter.grad!, rtol: 1e-4, atol: 1e-6), ours.name);

        // The phase that follows has several again.
        Assert.True(step.Subnets(5).Length > 1);
    }

    /// <summary>The random ones are those of a sandwich with both, and one more.</summary>
    [Fact]
    public void Without_the_smallest_a_step_has_the_largest_and_random_subnets()
    {
        using var scope = NewDisposeScope();
        var (images, labels) = Batch();
        var recipe = Recipe with { Sampling = new SamplingOptions { Nets = 4, Smallest = false }, Rank = new RankOptions() };
        var step = Step(TestSpaces.Supernet(TestSpaces.Tiny), recipe, new RandomStream(3));
        var drawn = SubnetSampler.Create(SamplerKind.Uniform).Draw(SamplingDomain.Of(TestSpaces.Tiny), 3, new RandomStream(3), step: 2);
        Assert.Equal([TestSpaces.Tiny.Largest, .. drawn], step.Subnets(2));
        var both = Step(TestSpaces.Supernet(TestSpaces.Tiny), Recipe, new RandomStream(3));
        Assert.Equal([TestSpaces.Tiny.Largest, TestSpaces.Tiny.Smallest, .. drawn[..2]], both.Subnets(2));

        var losses = step.Accumulate(images, labels, 2);
        var reference = TestSpaces.Supernet(TestSpaces.Tiny);
        Tensor Logits(Architecture a) => reference.forward(images, a, BatchNormStatistics.OfBatch);
        var teacher = Logits(TestSpaces.Tiny.Largest).softmax(1);
        Assert.Equal(drawn.Average(subnet => -(teacher * Logits(subnet).log_softmax(1)).sum(1).mean().item<float>()), losses.Random!.Value, 1e-4);
        Assert.NotNull(losses.Largest);
        Assert.Null(losses.Smallest);
    }

    [Fact]
    public void A_step_leaves_no_tensor_behind()
    {
        using var supernet = TestSpaces.Supernet(TestSpaces.Tiny, ActivationKind.Prelu);
        using var optimizer = new SupernetOptimizer(supernet, new OptimizerOptions { LearningRate = 0.01, GradientClip = 1 });
        var step = Step(supernet, Recipe, new RandomStream(3));
        long Run(long number)
        {
            using (NewDisposeScope())
            {
                var (images, labels) = Batch();
                step.Accumulate(images, labels, number);
                optimizer.Step(0.01);
            }

            return DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        }

        // The first step makes the momentum buffers, which stay.
        Run(0);
        var after = Run(1);
        Assert.Equal(after, Run(2));
        Assert.Equal(after, Run(3));
    }

    private static SupernetStep Step(ElasticResNet supernet, Recipe recipe, RandomStream random) =>
        new(supernet, recipe, PhaseSchedule.Of(recipe, supernet.Space, stepsPerEpoch: 10), external: null, random, steps: 10);

    private static (Tensor Images, Tensor Labels) Batch()
    {
        var generator = new Generator(5);
        return (randn([16, 3, 24, 24], generator: generator), arange(16).remainder(10));
    }

    /// <summary>The same as one loss, in one graph, written from the formulas.</summary>
    private static Tensor Reference(ElasticResNet supernet, Tensor images, Tensor labels, RandomStream random)
    {
        Tensor Logits(Architecture a) => supernet.forward(images, a, BatchNormStatistics.OfBatch);
        var domain = SamplingDomain.Of(supernet.Space);
        Architecture[] subnets = [domain.Largest, domain.Smallest, .. SubnetSampler.Create(SamplerKind.Uniform).Draw(domain, 2, random, step: 2)];
        var largest = Logits(subnets[0]);
        var teacher = largest.detach().softmax(1);
        var total = functional.cross_entropy(largest, labels);
        foreach (var subnet in subnets[1..])
            total += -(teacher * Logits(subnet).log_softmax(1)).sum(1).mean();
        var pairs = random.Split("pairs", 2);
        for (var i = 0; i < 3; i++)
        {
            var (first, second) = PairSampler.Draw(domain, 0, pairs);
            var (a, b) = (functional.cross_entropy(Logits(first), labels).detach(), functional.cross_entropy(Logits(second), labels));
            var better = ShapePrior.Named("flops").Score(second) - ShapePrior.Named("flops").Score(first);
            total += 0.5 * functional.relu(Math.Sign(better) * (b - a));
        }

        return total;
    }
}
