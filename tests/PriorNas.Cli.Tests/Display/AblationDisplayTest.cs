using System.Collections.Immutable;
using PriorNas.Cli.Display.Ablations;
using PriorNas.Ranking;
using PriorNas.Torch.Ablations;

namespace PriorNas.Cli.Tests.Display;

public class AblationDisplayTest
{
    [Theory]
    [InlineData("Nothing is decided: ", 0.1)]
    [InlineData("Nothing is decided: ", 0.1, 0.1)]
    [InlineData("Nothing is decided: ", 0.1, 0.1001)]
    [InlineData("Nothing is decided: ", 0.1, 0.1, 0.1)]
    [InlineData("Of 1 the interval contains 0: ", 0.1, -0.1, 0.2)]
    [InlineData("Decided to be ahead of the baseline in tau-b: other. Of 1 intervals about 0.1 exclude 0 by chance.", 0.1, 0.1001, 0.1002)]
    [InlineData("Decided to be behind it: other. ", -0.1, -0.1001, -0.1002)]
    public void Only_three_seeds_that_differ_decide(string claim, params double[] differences)
    {
        Assert.Contains($"\n{claim}", AblationDisplay.Markdown(Table(differences)), StringComparison.Ordinal);
    }

    [Fact]
    public void An_interval_of_equal_differences_is_not_shown()
    {
        Assert.Contains("| +0.100 |\n", AblationDisplay.Markdown(Table([0.1, 0.1])), StringComparison.Ordinal);
        Assert.Contains("| +0.100 [", AblationDisplay.Markdown(Table([0.1, 0.1001])), StringComparison.Ordinal);
    }

    private static AblationTable Table(double[] differences) =>
        new("truth", 5, [Row("baseline", differences, null), Row("other", differences, SeedStatistic.Of(differences))]);

    private static AblationRow Row(string name, double[] values, SeedStatistic? ahead)
    {
        var statistic = new AblationStatistic([.. values], SeedStatistic.Of(values), ahead);
        ImmutableArray<ulong> seeds = [.. Enumerable.Range(1, values.Length).Select(seed => (ulong)seed)];
        return new AblationRow(new AblationArm(name, [], IsBaseline: ahead is null), seeds, [], [], statistic, statistic, statistic);
    }
}
