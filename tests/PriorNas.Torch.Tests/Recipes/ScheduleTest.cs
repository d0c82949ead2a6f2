using PriorNas.Torch.Losses;
using PriorNas.Torch.Recipes;

namespace PriorNas.Torch.Tests.Recipes;

public class ScheduleTest
{
    [Theory]
    [InlineData(RankWeightSchedule.Constant, 0, 1)]
    [InlineData(RankWeightSchedule.Constant, 70, 1)]
    [InlineData(RankWeightSchedule.WarmUp, 0, 0)]
    [InlineData(RankWeightSchedule.WarmUp, 15, 1.5)]
    [InlineData(RankWeightSchedule.WarmUp, 20, 2)]
    [InlineData(RankWeightSchedule.WarmUp, 70, 2)]
    [InlineData(RankWeightSchedule.Sine, 0, 0)]
    [InlineData(RankWeightSchedule.Sine, 50, 2)]
    [InlineData(RankWeightSchedule.Sine, 70, 1.618)]
    [InlineData(RankWeightSchedule.FourStage, 5, 0)]
    [InlineData(RankWeightSchedule.FourStage, 12.5, 1)]
    [InlineData(RankWeightSchedule.FourStage, 20, 2)]
    [InlineData(RankWeightSchedule.FourStage, 50, 2)]
    [InlineData(RankWeightSchedule.FourStage, 60, 1)]
    [InlineData(RankWeightSchedule.FourStage, 70, 0)]
    [InlineData(RankWeightSchedule.Fading, 0, 2)]
    [InlineData(RankWeightSchedule.Fading, 35, 1)]
    [InlineData(RankWeightSchedule.Fading, 70, 0)]
    public void Lambda_has_the_published_shape_over_seventy_epochs(RankWeightSchedule schedule, double epoch, double expected)
    {
        const long Steps = 70_000;
        Assert.Equal(expected, RankWeight.At(schedule, (long)(epoch * 1000), Steps), 1e-3);
    }

    [Fact]
    public void The_learning_rate_rises_to_its_peak_and_falls_to_nothing()
    {
        Assert.Equal(0.01, LearningRate.At(0.1, 10, 0, 110), 1e-12);
        Assert.Equal(0.1, LearningRate.At(0.1, 10, 9, 110), 1e-12);
        Assert.Equal(0.1, LearningRate.At(0.1, 10, 10, 110), 1e-12);
        Assert.Equal(0.05, LearningRate.At(0.1, 10, 60, 110), 1e-12);
        Assert.Equal(0, LearningRate.At(0.1, 10, 110, 110), 1e-12);
        Assert.Equal(0.1, LearningRate.At(0.1, 0, 0, 110), 1e-12);
    }

    [Theory]
    [InlineData(1, 2.0, 3.0, 1.0, 1)]
    [InlineData(1, 3.0, 2.0, 0.0, 0)]
    [InlineData(-1, 3.0, 2.0, 1.0, -1)]
    [InlineData(-1, 2.0, 3.0, 0.0, 0)]
    [InlineData(0, 2.0, 3.0, 0.0, 0)]
    [InlineData(0, 3.0, 2.0, 0.0, 0)]
    public void The_rank_loss_is_the_seeds_one_sided_hinge(int secondIsBetter, double first, double second, double value, double gradient)
    {
        var loss = RankLoss.Of(RankLossKind.Hinge, margin: 0, secondIsBetter, first, second);
        Assert.Equal(value, loss.Value);
        Assert.Equal(gradient, secondIsBetter * loss.Derivative);
    }
}
