using PriorNas.Cli.Display;
using PriorNas.Torch.Training;

namespace PriorNas.Cli.Tests.Display;

/// <summary>The line of the last steps, for each set of subnets that a step may have.</summary>
public class TrainingDisplayTest
{
    [Theory]
    [InlineData("1,2,3", "largest 1.000 smallest 2.000 random 3.000")]
    [InlineData("1,2,", "largest 1.000 smallest 2.000")]
    [InlineData("1,,3", "largest 1.000 random 3.000")]
    [InlineData(",,3", "random 3.000")]
    [InlineData("1,,", "1.000")]
    [InlineData("1,,;3,,", "2.000")]
    [InlineData("9,,;9,,;1,2,3;2,4,5", "largest 1.500 smallest 3.000 random 4.000")]
    [InlineData("9,8,7;1,,", "1.000")]
    public void It_has_the_mean_losses_of_the_steps_of_the_last_kind(string steps, string losses)
    {
        var reports = steps.Split(';').Select((step, index) => new StepReport(index + 1, Losses(step), 0.1, 0.5)).ToArray();
        Assert.EndsWith($"  64 images/s  loss {losses}  0:00:00 left\n", Shown(reports), StringComparison.Ordinal);
    }

    [Fact]
    public void Pairs_follow_where_there_are_some() => Assert.EndsWith(
        "loss largest 1.000 random 3.000  rank 0.500 violated 25 %  0:00:00 left\n",
        Shown([new StepReport(1, Losses("1,,3") with { Rank = 0.5, ViolatedPairs = 1, Pairs = 4 }, 0.1, 0.5)]),
        StringComparison.Ordinal);

    private static StepLosses Losses(string step)
    {
        double?[] values = [.. step.Split(',').Select(text => text.Length == 0 ? (double?)null : text[0] - '0')];
        return new StepLosses(values[0], values[1], values[2], 0, 0, 0, 0);
    }

    private static string Shown(StepReport[] reports)
    {
        using var output = new StringWriter();
        TrainingDisplay.Show(Terminal.Of(output, TextWriter.Null), observer =>
        {
            observer.OnStart(new TrainingPlan(0, reports.Length, 10, 32));
            foreach (var report in reports)
                observer.OnStep(report);
            return true;
        });
        return output.ToString().ReplaceLineEndings("\n");
    }
}
