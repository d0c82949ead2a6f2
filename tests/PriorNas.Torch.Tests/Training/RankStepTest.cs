using PriorNas.Priors;
using PriorNas.Randomness;
using PriorNas.Sampling;
using PriorNas.SearchSpaces;
using PriorNas.Torch.Recipes;
using PriorNas.Torch.Supernet;
using PriorNas.Torch.Tests.Losses;
using PriorNas.Torch.Training;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace PriorNas.Torch.Tests.Training;

/// <summary>A whole step with a rank loss against the same written as one loss in one graph, on the weights of a supernet.</summary>
public class RankStepTest
{
    public static TheoryData<RankSource, RankLossKind, bool> Steps => new()
    {
        { RankSource.Step, RankLossKind.Hinge, false },
        { RankSource.Step, RankLossKind.Softplus, false },
        { RankSource.Step, RankLossKind.Softplus, true },
        { RankSource.Step, RankLossKind.ListMle, false },
        { RankSource.Drawn, RankLossKind.Softplus, false },
        { RankSource.Drawn, RankLossKind.Hinge, true },
    };

    [Theory]
    [MemberData(nameof(Steps))]
    public void The_gradient_is_that_of_one_loss(RankSource source, RankLossKind loss, bool bothSides)
    {
        var isList = loss == RankLossKind.ListMle;
        var recipe = new Recipe
        {
            Space = "tiny",
            Epochs = 1,
            Sampling = new SamplingOptions { Nets = 3, Sandwich = false },
            Distillation = new DistillationOptions { Teacher = TeacherKind.None },
            Rank = new RankOptions { Pairs = 3, Source = source, Loss = loss, BothSides = bothSides, Margin = isList ? 0 : 0.3, GapWeighted = !isList, Schedule = RankWeightSchedule.Constant, Weight = 0.5 },
        };
        using var scope = NewDisposeScope();
        var (images, labels) = (randn([8, 3, 24, 24], generator: new Generator(5)), arange(8).remainder(10));
        var (stepped, reference, random) = (TestSpaces.Supernet(TestSpaces.Tiny), TestSpaces.Supernet(TestSpaces.Tiny), new RandomStream(3));
        var losses = new SupernetStep(stepped, recipe, PhaseSchedule.Of(recipe, TestSpaces.Tiny, stepsPerEpoch: 10), external: null, random, steps: 10).Accumulate(images, labels, step: 2);

        Tensor CrossEntropy(Architecture subnet) => functional.cross_entropy(reference.forward(images, subnet, BatchNormStatistics.OfBatch), labels);
        var domain = SamplingDomain.Of(TestSpaces.Tiny);
        var subnets = SubnetSampler.Create(SamplerKind.Uniform).Draw(domain, 3, random, step: 2);
        Tensor[] own = [.. subnets.Select(CrossEntropy)];
        var rank = isList ? ListLoss(subnets, own) : PairLoss(recipe.Rank, source == RankSource.Step ? OfStep(subnets, own) : Drawn(domain, random.Split("pairs", 2), CrossEntropy));
        (own[0] + own[1] + own[2] + 0.5 * rank).backward();

        Assert.Equal(3, losses.Pairs);
        Assert.Equal(rank.item<float>(), losses.Rank, 1e-4);
        foreach (var (ours, theirs) in stepped.named_parameters().Zip(reference.named_parameters()))
        {
            // A weight that only pairs without a loss have takes no gradient at all, where the graph gives one of 0.
            var (gradient, expected) = (ours.parameter.grad, theirs.parameter.grad);
            Assert.True(gradient is null ? expected is null || expected.count_nonzero().item<long>() == 0 : gradient.allclose(expected!, rtol: 1e-3, atol: 1e-5), ours.name);
        }
    }

    private static IEnumerable<(Architecture, Architecture, Tensor, Tensor)> OfStep(Architecture[] subnets, Tensor[] losses) =>
        [(subnets[0], subnets[1], losses[0], losses[1]), (subnets[0], subnets[2], losses[0], losses[2]), (subnets[1], subnets[2], losses[1], losses[2])];

    private static IEnumerable<(Architecture, Architecture, Tensor, Tensor)> Drawn(SamplingDomain domain, RandomStream random, Func<Architecture, Tensor> crossEntropy) =>
        [.. Enumerable.Range(0, 3).Select(_ => PairSampler.Draw(domain, 0, random)).Select(pair => (pair.First, pair.Second, crossEntropy(pair.First), crossEntropy(pair.Second)))];

    private static Tensor PairLoss(RankOptions options, IEnumerable<(Architecture First, Architecture Second, Tensor OfFirst, Tensor OfSecond)> pairs)
    {
        var plain = new PlainRank(options, TestSpaces.Tiny);
        var flops = ShapePrior.Named("flops");
        var total = zeros(1).sum();
        foreach (var (first, second, ofFirst, ofSecond) in pairs)
        {
            var x = Math.Sign(flops.Score(second) - flops.Score(first)) * (ofSecond - (options.BothSides ? ofFirst : ofFirst.detach())) + options.Margin;
            total += plain.Gap(first, second) * (options.Loss == RankLossKind.Hinge ? functional.relu(x) : (1 + x.exp()).log());
        }

        return total;
    }

    private static Tensor ListLoss(Architecture[] subnets, Tensor[] losses)
    {
        var total = zeros(1).sum();
        foreach (var (subnet, loss) in subnets.Zip(losses))
        {
            var score = ShapePrior.Named("flops").Score(subnet);
            var sum = ones(1).sum();
            foreach (var (_, below) in subnets.Zip(losses).Where(other => ShapePrior.Named("flops").Score(other.First) < score))
                sum += (loss - below).exp();
            total += sum.log();
        }

        return total;
    }
}
