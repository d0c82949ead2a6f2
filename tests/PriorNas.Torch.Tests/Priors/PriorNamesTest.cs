using PriorNas.Files;
using PriorNas.Priors;
using PriorNas.Randomness;
using PriorNas.Sampling;
using PriorNas.SearchSpaces;
using PriorNas.Torch.Priors;
using PriorNas.Torch.Recipes;

namespace PriorNas.Torch.Tests.Priors;

public class PriorNamesTest
{
    private const string Allowed = "flops, flops-paddle, params, params-paddle, depth, zen, zen-residual, zen-sampled, zen-residual-sampled, or a sum such as 0.5*flops+zen";
    private const string NoSum = "must be names, each with at most one factor above 0 and up to 1000000, joined by plus signs, for example 0.5*flops+zen";

    /// <summary>The recipe's prior, and why it is refused.</summary>
    public static TheoryData<string, string> Faults => new()
    {
        { "", "" },
        { "Flops", "" },
        { "flops,zen", "" },
        { "2*3*flops", $" (prior '2*3*flops' {NoSum}; '2*3*flops' is none)" },
        { "zen+2*3*flops", $" (prior 'zen+2*3*flops' {NoSum}; '2*3*flops' is none)" },
        { "0*flops", $" (prior '0*flops' {NoSum}; '0*flops' is none)" },
        { "2e6*flops", $" (prior '2e6*flops' {NoSum}; '2e6*flops' is none)" },
        { "flops+", $" (prior 'flops+' {NoSum}; '' is none)" },
        { "flops+flops", " (prior 'flops+flops' holds a name twice; give each one factor)" },
        { "flops+2*flop", $" (prior 'flop' is unknown, it may be {Allowed})" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_recipe_whose_prior_is_none_is_refused_when_it_is_read(string prior, string reason)
    {
        var e = Assert.Throws<InputException>(() => RecipeFile.Read("""{ "space": "tiny", "epochs": 1 }""", "recipe 'r'", [$"rank.prior=\"{prior}\""]));
        Assert.Equal($"recipe 'r': 'rank.prior' is {prior}, allowed is {Allowed}{reason}", e.Message);
        Assert.Throws<InputException>(() => PriorNames.Open(prior, TestSpaces.Tiny));
    }

    /// <summary>Whatever a recipe is allowed to name, the training can open.</summary>
    [Fact]
    public void What_passes_the_check_opens()
    {
        string[] factors = ["", "1*", "0.5 *", "1e-3*", "1000000*", "2*3*", "-1*", "1e7*", "*", "x*"];
        string[] names = ["flops", "zen", "depth", "flop", "", "zen "];
        string[] sums = [.. factors.SelectMany(factor => names.Select(name => factor + name)), .. factors.Select(factor => factor + "flops+zen"), .. factors.Select(factor => "params+" + factor + "zen")];
        var passed = 0;
        foreach (var sum in sums.Distinct())
        {
            var isAllowed = Record.Exception(() => PriorNames.Check(sum, TestSpaces.Tiny)) is null;
            passed += isAllowed ? 1 : 0;
            Assert.True(isAllowed == (Record.Exception(() => PriorNames.Open(sum, TestSpaces.Tiny)) is null), sum);
        }

        // Five of the factors are one: three names after each, a name and a blank after four of them, and two sums of each.
        Assert.Equal(15 + 4 + 10, passed);
    }

    [Fact]
    public void A_sum_is_standardised_over_the_same_thousand_draws_of_the_domain()
    {
        var space = SearchSpace.Open("resnet48-challenge");
        var random = new RandomStream(0).Split("prior-scale");
        var draws = Enumerable.Range(0, 1000).Select(_ => UniformSampler.Draw(space, random)).ToArray();
        double[] flops = [.. draws.Select(draw => Math.Log(ShapePrior.Named("flops").Score(draw)))];
        double[] zen = [.. draws.Select(ShapePrior.Named("zen").Score)];
        var prior = PriorNames.Open("0.5*flops+zen", space);
        for (var i = 0; i < draws.Length; i += 37)
            Assert.Equal(0.5 * Standardised(flops, i) + Standardised(zen, i), prior.Score(draws[i]), 1e-9);
    }

    [Fact]
    public void A_name_opens_the_prior_of_that_name()
    {
        Assert.All(PriorNames.All, name => Assert.Equal(name, PriorNames.Open(name, TestSpaces.Tiny).Name));
        Assert.Equal("2*flops", PriorNames.Open("2*flops", TestSpaces.Tiny).Name);
    }

    private static double Standardised(double[] values, int index)
    {
        var mean = values.Average();
        return (values[index] - mean) / Math.Sqrt(values.Average(value => (value - mean) * (value - mean)));
    }
}
