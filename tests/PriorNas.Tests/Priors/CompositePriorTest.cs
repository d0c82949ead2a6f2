using PriorNas.Files;
using PriorNas.Priors;
using PriorNas.Randomness;
using PriorNas.Sampling;
using PriorNas.SearchSpaces;
using PriorNas.Tests.SearchSpaces;

namespace PriorNas.Tests.Priors;

public class CompositePriorTest
{
    private const string NoSum = " must be names, each with at most one factor above 0 and up to 1000000, joined by plus signs, for example 0.5*flops+zen; ";
    private static readonly SearchSpace[] Spaces = [TestSpaces.Tiny, TestSpaces.Resnet48, TestSpaces.Bottlenecks];

    public static TheoryData<string, string> Faults => new()
    {
        { "flops+", "'' is none." },
        { "+flops", "'' is none." },
        { "*flops", "'*flops' is none." },
        { "0.5*", "'0.5*' is none." },
        { "2*3*flops", "'2*3*flops' is none." },
        { "zen+0*flops", "'0*flops' is none." },
        { "-1*flops", "'-1*flops' is none." },
        { "1000001*flops", "'1000001*flops' is none." },
        { "1e-999*flops", "'1e-999*flops' is none." },
        { "Infinity*flops", "'Infinity*flops' is none." },
        { "NaN*flops", "'NaN*flops' is none." },
        { "0,5*flops+zen", "'0,5*flops' is none." },
        { "half*flops", "'half*flops' is none." },
    };

    /// <summary>The mean and the deviation are computed here in two passes, of the definition.</summary>
    [Fact]
    public void A_score_is_the_sum_of_factors_times_standardised_logarithms()
    {
        (double Factor, string Name)[][] sums = [[(1, "flops"), (1, "zen")], [(0.5, "zen-residual"), (2, "params"), (1e-3, "depth")], [(1e6, "flops-paddle")], [(0.25, "zen"), (4, "params-paddle")]];
        foreach (var space in Spaces)
        {
            var (draws, others) = (Draws(space, 40, seed: 1), Draws(space, 10, seed: 2));
            foreach (var sum in sums)
            {
                var prior = CompositePrior.Parse(string.Join("+", sum.Select(term => FormattableString.Invariant($"{term.Factor}*{term.Name}"))), draws, ShapePrior.Named);
                foreach (var architecture in draws.Concat(others))
                {
                    var expected = sum.Sum(term => term.Factor * Standardised(term.Name, architecture, draws));
                    Assert.Equal(expected, prior.Score(architecture), 1e-9 * (1 + sum.Sum(term => term.Factor * Math.Abs(Standardised(term.Name, architecture, draws)))));
                }
            }
        }
    }

    [Fact]
    public void Over_the_draws_a_score_has_mean_0_and_one_name_with_a_factor_has_that_deviation()
    {
        var draws = Draws(TestSpaces.Tiny, 60, seed: 3);
        Assert.Equal(0, draws.Average(CompositePrior.Parse("0.5*flops+3*zen", draws, ShapePrior.Named).Score), 1e-9);
        var scores = draws.Select(CompositePrior.Parse("2.5*params", draws, ShapePrior.Named).Score).ToArray();
        Assert.Equal(2.5, Math.Sqrt(scores.Average(score => score * score)), 1e-9);
    }

    [Fact]
    public void A_sum_of_one_name_orders_as_that_prior_does_whatever_the_factor()
    {
        foreach (var name in (string[])["flops", "zen", "depth"])
        {
            var (single, draws) = (ShapePrior.Named(name), Draws(TestSpaces.Tiny, 30, seed: 4));
            var sum = CompositePrior.Parse("0.001*" + name, draws, ShapePrior.Named);
            foreach (var (a, b) in draws.SelectMany(a => draws.Select(b => (a, b))))
                Assert.Equal(Math.Sign(single.Score(a).CompareTo(single.Score(b))), Math.Sign(sum.Score(a).CompareTo(sum.Score(b))));
        }
    }

    [Fact]
    public void The_place_of_a_name_and_blanks_do_not_matter_and_the_heavier_name_decides()
    {
        var draws = Draws(TestSpaces.Resnet48, 50, seed: 5);
        var sum = CompositePrior.Parse("0.5*flops+zen", draws, ShapePrior.Named);
        var turned = CompositePrior.Parse(" zen +  0.5 * flops ", draws, ShapePrior.Named);
        Assert.All(draws, draw => Assert.Equal(sum.Score(draw), turned.Score(draw), 1e-12));

        var heavy = CompositePrior.Parse("1000000*depth+flops", draws, ShapePrior.Named);
        foreach (var (a, b) in draws.SelectMany(a => draws.Select(b => (a, b))))
        {
            var byDepth = ShapePrior.Named("depth").Score(a).CompareTo(ShapePrior.Named("depth").Score(b));
            if (byDepth != 0)
                Assert.Equal(Math.Sign(byDepth), Math.Sign(heavy.Score(a) - heavy.Score(b)));
        }
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public void What_is_no_sum_is_refused_with_the_part_that_is_wrong(string sum, string fault)
    {
        Assert.Equal($"prior '{sum}'{NoSum}{fault}", Assert.Throws<InputException>(() => CompositePrior.NamesOf(sum)).Message);
        Assert.Equal($"prior '{sum}'{NoSum}{fault}", Assert.Throws<InputException>(() => CompositePrior.Parse(sum, Draws(TestSpaces.Tiny, 2, seed: 1), ShapePrior.Named)).Message);
    }

    [Fact]
    public void A_name_that_stands_twice_is_unknown_or_orders_nothing_is_refused()
    {
        string Refusal(string sum) => Assert.Throws<InputException>(() => CompositePrior.Parse(sum, Draws(TestSpaces.Resnet20, 10, seed: 1), ShapePrior.Named)).Message;
        Assert.Equal("prior 'flops+2*flops' holds a name twice; give each one factor.", Refusal("flops+2*flops"));
        Assert.StartsWith("prior 'flop' is unknown, it may be flops, ", Refusal("2*flop+zen"), StringComparison.Ordinal);
        Assert.Equal("prior 'zen+depth': depth is the same for all architectures; leave it out.", Refusal("zen+depth"));
    }

    [Fact]
    public void Factors_from_the_smallest_to_a_million_are_taken()
    {
        Assert.Equal(["flops", "zen", "depth"], CompositePrior.NamesOf("1000000*flops+1e-300*zen+1E6 * depth"));
        Assert.True(CompositePrior.IsSum("2*flops") && CompositePrior.IsSum("flops+zen") && !CompositePrior.IsSum("zen-residual"));
    }

    private static double Standardised(string name, Architecture architecture, Architecture[] draws)
    {
        double Logarithm(Architecture a) => name.StartsWith("zen", StringComparison.Ordinal) ? ShapePrior.Named(name).Score(a) : Math.Log(ShapePrior.Named(name).Score(a));
        var mean = draws.Sum(Logarithm) / draws.Length;
        var variance = draws.Sum(draw => Math.Pow(Logarithm(draw) - mean, 2)) / draws.Length;
        return (Logarithm(architecture) - mean) / Math.Sqrt(variance);
    }

    private static Architecture[] Draws(SearchSpace space, int count, ulong seed)
    {
        var random = new RandomStream(seed);
        return [.. Enumerable.Range(0, count).Select(_ => UniformSampler.Draw(space, random))];
    }
}
