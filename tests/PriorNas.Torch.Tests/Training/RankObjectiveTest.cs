using PriorNas.Priors;
using PriorNas.Randomness;
using PriorNas.Sampling;
using PriorNas.SearchSpaces;
using PriorNas.Torch.Losses;
using PriorNas.Torch.Priors;
using PriorNas.Torch.Recipes;
using PriorNas.Torch.Tests.Losses;
using PriorNas.Torch.Training;
using static TorchSharp.torch;

namespace PriorNas.Torch.Tests.Training;

/// <summary>The objective on losses that are leaves, so that each one's gradient is read off and compared with plain arithmetic.</summary>
public class RankObjectiveTest
{
    private const double Weight = 0.7;
    private static readonly SamplingDomain Domain = SamplingDomain.Of(TestSpaces.Tiny);

    /// <summary>Kind, margin, both sides, weighted by the gap, prior, least distance, least gap.</summary>
    public static TheoryData<RankLossKind, double, bool, bool, string, int, double> Options => new()
    {
        { RankLossKind.Hinge, 0, false, false, "flops", 0, 0 },
        { RankLossKind.Hinge, 0.4, true, false, "zen", 12, 0 },
        { RankLossKind.Hinge, 0.4, false, true, "params", 0, 0.5 },
        { RankLossKind.Hinge, 0, true, true, "0.5*flops+zen", 0, 0 },
        { RankLossKind.Softplus, 0, false, false, "depth", 0, 0 },
        { RankLossKind.Softplus, 0.4, true, true, "flops", 0, 0.3 },
        { RankLossKind.Softplus, 0.4, false, true, "depth", 0, 0 },
        { RankLossKind.Softplus, 0, true, false, "2*zen", 14, 0.2 },
    };

    /// <summary>Also the other way round, and neither where the scores are the same.</summary>
    [Theory]
    [InlineData("flops")]
    [InlineData("depth")]
    [InlineData("0.5*flops+zen")]
    public void The_net_of_the_higher_score_should_have_the_lower_loss(string name)
    {
        var prior = PriorNames.Open(name, TestSpaces.Tiny);
        var subnets = NetsOf(40, 1);
        foreach (var (first, second) in subnets.SelectMany(first => subnets.Select(second => (first, second))))
        {
            var judged = RankLoss.PriorSign(prior, first, second);
            Assert.Equal(prior.Score(second) > prior.Score(first) ? 1 : prior.Score(second) < prior.Score(first) ? -1 : 0, judged);
            Assert.Equal(-judged, RankLoss.PriorSign(prior, second, first));

            // The loss falls as that of the better subnet does.
            double Value(double ofFirst, double ofSecond) => RankLoss.Of(RankLossKind.Softplus, 0, judged, ofFirst, ofSecond).Value;
            Assert.Equal(judged, Math.Sign(Value(2, 3) - Value(3, 2)));
        }
    }

    [Theory]
    [MemberData(nameof(Options))]
    public void Drawn_pairs_have_the_value_and_the_gradients_of_plain_arithmetic(RankLossKind loss, double margin, bool bothSides, bool gapWeighted, string prior, int distance, double gap)
    {
        var options = new RankOptions { Pairs = 4, Loss = loss, Margin = margin, BothSides = bothSides, GapWeighted = gapWeighted, Prior = prior, MinimalHammingDistance = distance, MinimalPriorGap = gap };
        var (objective, plain) = (new RankObjective(options, TestSpaces.Tiny), new PlainRank(options, TestSpaces.Tiny));
        for (var seed = 0UL; seed < 25; seed++)
        {
            using var scope = NewDisposeScope();
            var values = Losses(2 * options.Pairs, seed);
            var leaves = Leaves(values);
            var asked = new List<(Architecture Net, bool HasGraph)>();
            var random = new RandomStream(seed).Split("pairs");
            var total = objective.AccumulateDrawn(Domain, Weight, random, (subnet, position) =>
            {
                Assert.Equal(asked.Count, position);
                var result = leaves[position].clone();
                asked.Add((subnet, result.requires_grad));
                return result;
            });

            var theirs = new RandomStream(seed).Split("pairs");
            var expected = default(RankTotal);
            for (var i = 0; i < options.Pairs; i++)
            {
                var (first, second) = PairSampler.Draw(Domain, theirs, plain.MissingDifference);
                Assert.Equal([(first, bothSides), (second, true)], asked[(2 * i)..(2 * i + 2)]);
                var slope = plain.Add(first, second, values[2 * i], values[2 * i + 1], ref expected);
                AssertGradient(Weight * slope, leaves[2 * i + 1]);
                AssertGradient(bothSides ? -Weight * slope : 0, leaves[2 * i]);
            }

            AssertTotal(expected, total);
        }
    }

    [Theory]
    [MemberData(nameof(Options))]
    public void All_pairs_of_held_nets_add_up_beside_the_nets_own_losses(RankLossKind loss, double margin, bool bothSides, bool gapWeighted, string prior, int distance, double gap)
    {
        const int Nets = 5;
        var options = new RankOptions
        {
            Pairs = Nets * (Nets - 1) / 2,
            Source = RankSource.Step,
            Loss = loss,
            Margin = margin,
            BothSides = bothSides,
            GapWeighted = gapWeighted,
            Prior = prior,
            MinimalHammingDistance = distance,
            MinimalPriorGap = gap,
        };
        var (objective, plain) = (new RankObjective(options, TestSpaces.Tiny), new PlainRank(options, TestSpaces.Tiny));
        for (var seed = 0UL; seed < 25; seed++)
        {
            using var scope = NewDisposeScope();
            var (subnets, values) = (NetsOf(Nets, seed), Losses(Nets, seed));
            var (own, compared) = (Leaves(Losses(Nets, seed + 1000)), Leaves(values));
            var total = objective.AccumulateHeld([.. subnets.Select((subnet, i) => new PendingSubnet(subnet, own[i], compared[i]))], Weight, new RandomStream(seed).Split("pairs"));

            var expected = default(RankTotal);
            var slopes = new double[Nets];
            for (var a = 0; a < Nets; a++)
            {
                for (var b = a + 1; b < Nets; b++)
                {
                    if (plain.MissingDifference(subnets[a], subnets[b]) > 0)
                        continue;
                    var slope = plain.Add(subnets[a], subnets[b], values[a], values[b], ref expected);
                    slopes[b] += slope;
                    slopes[a] -= bothSides ? slope : 0;
                }
            }

            AssertTotal(expected, total);
            Assert.All(own, leaf => Assert.Equal(1, leaf.grad!.item<float>()));
            foreach (var (slope, leaf) in slopes.Zip(compared))
                AssertGradient(Weight * slope, leaf);
        }
    }

    /// <summary>Of one pair in each step the two subnets that have a gradient are the pair: over many steps each comes up equally often.</summary>
    [Fact]
    public void Which_pair_of_the_step_is_compared_is_drawn_evenly()
    {
        const int Nets = 5;
        const int Steps = 1000;
        var objective = new RankObjective(new RankOptions { Pairs = 1, Source = RankSource.Step, Loss = RankLossKind.Softplus, BothSides = true, Prior = "flops" }, TestSpaces.Tiny);
        var counts = new Dictionary<string, int>();
        var subnets = NetsOf(Nets, 3);
        for (var step = 0; step < Steps; step++)
        {
            using var scope = NewDisposeScope();
            var compared = Leaves(Losses(Nets, 3));
            var total = objective.AccumulateHeld([.. subnets.Select((subnet, i) => new PendingSubnet(subnet, compared[i].detach().requires_grad_(true), compared[i]))], Weight, new RandomStream(5).Split("pairs", step));
            Assert.Equal(1, total.Pairs);
            var pair = string.Join('-', compared.Index().Where(leaf => leaf.Item.grad is not null).Select(leaf => leaf.Index));
            counts[pair] = counts.GetValueOrDefault(pair) + 1;
        }

        // 100 each; five standard deviations are 47.
        Assert.Equal(Nets * (Nets - 1) / 2, counts.Count);
        Assert.All(counts, count => Assert.InRange(count.Value, 53, 147));
    }

    /// <summary>The logarithm of Plackett and Luce's likelihood where subnets of one score are not compared; its slopes by finite differences.</summary>
    [Theory]
    [InlineData("flops")]
    [InlineData("depth")]
    public void A_list_has_the_value_of_its_formula_and_its_slopes(string prior)
    {
        const int Nets = 6;
        var objective = new RankObjective(new RankOptions { Pairs = 1, Source = RankSource.Step, Loss = RankLossKind.ListMle, Prior = prior }, TestSpaces.Tiny);
        for (var seed = 0UL; seed < 20; seed++)
        {
            using var scope = NewDisposeScope();
            var (subnets, values) = (NetsOf(Nets, seed), Losses(Nets, seed));
            var (own, compared) = (Leaves(Losses(Nets, seed + 1000)), Leaves(values));
            var total = objective.AccumulateHeld([.. subnets.Select((subnet, i) => new PendingSubnet(subnet, own[i], compared[i]))], Weight, new RandomStream(seed));
            double[] scores = [.. subnets.Select(ShapePrior.Named(prior).Score)];
            Assert.Equal(List(values, scores), total.Loss, 1e-9);
            Assert.Equal(Nets * (Nets - 1) / 2, total.Pairs);
            Assert.Equal(Pairs(Nets).Count(pair => scores[pair.A] != scores[pair.B] && scores[pair.A] > scores[pair.B] == values[pair.A] > values[pair.B]), total.Violated);
            Assert.All(own, leaf => Assert.Equal(1, leaf.grad!.item<float>()));
            for (var i = 0; i < Nets; i++)
            {
                double At(double offset) => List([.. values.Select((value, j) => j == i ? value + offset : value)], scores);
                Assert.Equal(Weight * (At(1e-5) - At(-1e-5)) / 2e-5, compared[i].grad?.item<float>() ?? 0, 1e-6);
            }
        }
    }

    [Fact]
    public void Without_weight_nets_have_their_own_gradient_alone_and_the_loss_is_still_told()
    {
        using var scope = NewDisposeScope();
        var objective = new RankObjective(new RankOptions { Pairs = 3, Source = RankSource.Step, Loss = RankLossKind.Softplus, BothSides = true }, TestSpaces.Tiny);
        var (own, compared) = (Leaves(Losses(3, 1)), Leaves(Losses(3, 2)));
        var total = objective.AccumulateHeld([.. NetsOf(3, 4).Select((subnet, i) => new PendingSubnet(subnet, own[i], compared[i]))], weight: 0, new RandomStream(1));
        Assert.True(total is { Loss: > 0, Pairs: 3 });
        Assert.All(own, leaf => Assert.Equal(1, leaf.grad!.item<float>()));
        Assert.All(compared, leaf => Assert.Null(leaf.grad));
    }

    [Fact]
    public void Without_pairs_nothing_is_asked_for()
    {
        var objective = new RankObjective(new RankOptions { Prior = "zen-sampled", Source = RankSource.Step }, TestSpaces.Tiny);
        Assert.False(objective.ComparesNetsOfStep);
        Assert.Equal(default, objective.AccumulateDrawn(Domain, 1, new RandomStream(1), (_, _) => throw new InvalidOperationException()));
    }

    private static double List(double[] losses, double[] scores) =>
        losses.Index().Sum(subnet => Math.Log(losses.Index().Where(other => other.Index == subnet.Index || scores[other.Index] < scores[subnet.Index]).Sum(other => Math.Exp(subnet.Item - other.Item))));

    private static IEnumerable<(int A, int B)> Pairs(int subnets) => Enumerable.Range(0, subnets).SelectMany(a => Enumerable.Range(a + 1, subnets - a - 1).Select(b => (a, b)));

    /// <summary>A subnet that takes no part has no gradient at all, not one of 0.</summary>
    private static void AssertGradient(double expected, Tensor leaf)
    {
        if (expected == 0)
            Assert.Null(leaf.grad);
        else
            Assert.Equal(expected, leaf.grad!.item<float>(), 2e-6 * (1 + Math.Abs(expected)));
    }

    private static void AssertTotal(RankTotal expected, RankTotal total)
    {
        Assert.Equal((expected.Violated, expected.Pairs), (total.Violated, total.Pairs));
        Assert.Equal(expected.Loss, total.Loss, 1e-9 * (1 + expected.Loss));
    }

    private static Architecture[] NetsOf(int count, ulong seed) =>
        [.. Enumerable.Range(0, count).Select(i => UniformSampler.Draw(Domain, new RandomStream(seed).Split("nets", i)))];

    /// <summary>Numbers that float32 holds exactly.</summary>
    private static double[] Losses(int count, ulong seed)
    {
        var random = new RandomStream(seed).Split("losses");
        return [.. Enumerable.Range(0, count).Select(_ => (double)(float)(2 + random.NextGaussian()))];
    }

    private static Tensor[] Leaves(double[] values) => [.. values.Select(value => tensor((float)value, requires_grad: true))];
}
