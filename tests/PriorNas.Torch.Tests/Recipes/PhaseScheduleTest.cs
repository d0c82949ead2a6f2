using System.Collections.Immutable;
using PriorNas.Sampling;
using PriorNas.SearchSpaces;
using PriorNas.Torch.Recipes;

namespace PriorNas.Torch.Tests.Recipes;

public class PhaseScheduleTest
{
    private static readonly SearchSpace Resnet48 = SearchSpace.Open("resnet48");

    private static readonly Recipe Progressive = new()
    {
        Space = "resnet48",
        Epochs = 70,
        Data = new() { BatchSize = 256 },
        Sampling = new SamplingOptions { Sampler = SamplerKind.Progressive, Sandwich = false, Nets = 4 },
        Optimizer = new OptimizerOptions { LearningRate = 0.001, WarmUpEpochs = 3 },
    };

    /// <summary>The table of the published solution: end epochs, least depth of stages 1 and 3, widths, subnets.</summary>
    [Theory]
    [InlineData(0, 19, 4, 6, 1, 2)]
    [InlineData(20, 27, 3, 4, 1, 2)]
    [InlineData(28, 33, 2, 2, 1, 2)]
    [InlineData(34, 44, 2, 2, 2, 4)]
    [InlineData(45, 49, 2, 2, 3, 4)]
    [InlineData(60, 64, 2, 2, 6, 4)]
    [InlineData(65, 69, 2, 2, 7, 4)]
    public void Without_phases_of_its_own_a_run_has_the_published_ones(int firstEpoch, int lastEpoch, int depth1, int depth3, int widths, int subnets)
    {
        const int StepsPerEpoch = 7;
        var schedule = PhaseSchedule.Of(Progressive, Resnet48, StepsPerEpoch);
        foreach (var step in new[] { firstEpoch * StepsPerEpoch, (lastEpoch + 1) * StepsPerEpoch - 1 })
        {
            var (domain, always, random) = schedule.At(step);
            Assert.Equal((depth1, 5), (domain.Stages[0].Depth.Min, domain.Stages[0].Depth.Max));
            Assert.Equal((depth3, 8), (domain.Stages[2].Depth.Min, domain.Stages[2].Depth.Max));
            Assert.Equal(widths, domain.Stages[3].Choices.Length);
            Assert.Equal((0, subnets), (always.Length, random));
        }
    }

    [Fact]
    public void The_learning_rate_begins_anew_with_the_widths_and_warms_up_once()
    {
        var schedule = PhaseSchedule.Of(Progressive, Resnet48, stepsPerEpoch: 10);
        double At(int epoch) => schedule.LearningRateAt(epoch * 10);
        Assert.Equal(0.0001 / 3, At(0), 1e-12);
        Assert.Equal(0.001, At(3), 1e-12);
        Assert.Equal(LearningRate.At(0.001, 30, 200, 340), At(20), 1e-15);
        Assert.True(schedule.LearningRateAt(339) < 1e-6);
        Assert.Equal(0.0005, At(34), 1e-12);
        Assert.Equal(LearningRate.At(0.0005, 0, 110, 360), At(45), 1e-15);
    }

    [Fact]
    public void Phases_of_a_recipe_are_taken_as_they_stand()
    {
        ShrinkingPhase[] phases =
        [
            new() { Until = 1.5, Depth = 0, Width = 0, Nets = 1 },
            new() { Until = 4, Depth = 1, Width = 0.5, LearningRate = 0.2, WarmUpEpochs = 1 },
        ];
        var recipe = Progressive with { Epochs = 4, Sampling = Progressive.Sampling with { Phases = phases } };
        var schedule = PhaseSchedule.Of(recipe, Resnet48, stepsPerEpoch: 10);
        Assert.Equal(Resnet48.Largest, schedule.At(14).Domain.Smallest);
        Assert.Equal<Architecture>([Resnet48.Largest], schedule.At(14).Fixed);
        Assert.Empty(schedule.At(15).Fixed);
        Assert.Equal((0, 4), (schedule.At(14).Random, schedule.At(15).Random));
        Assert.Equal(0.02, schedule.LearningRateAt(15), 1e-12);
        Assert.Equal(0.2, schedule.LearningRateAt(25), 1e-12);
    }

    [Fact]
    public void Every_step_of_any_run_has_nets_in_the_domain()
    {
        for (var epochs = 1; epochs <= 12; epochs++)
        {
            var schedule = PhaseSchedule.Of(Progressive with { Epochs = epochs }, Resnet48, stepsPerEpoch: 3);
            for (var step = 0; step < 3 * epochs; step++)
            {
                var (domain, always, random) = schedule.At(step);
                Assert.True(always.IsEmpty && random >= 1 && SamplingDomain.Of(Resnet48).Contains(domain.Smallest) && double.IsFinite(schedule.LearningRateAt(step)));
            }
        }
    }

    /// <summary>Which subnets are in each step, by the sandwich, whether it has the smallest, and the phase.</summary>
    [Theory]
    [InlineData(true, true, "largest smallest", 3)]
    [InlineData(true, false, "largest", 4)]
    [InlineData(false, true, "", 5)]
    [InlineData(false, false, "", 5)]
    public void The_sandwich_is_of_the_phase_and_one_network_alone_is_trained_once(bool sandwich, bool smallest, string always, int random)
    {
        ShrinkingPhase[] phases =
        [
            new() { Until = 1, Depth = 0, Width = 0, Nets = 7 }, new() { Until = 2, Depth = 0, Width = 0.5 }, new() { Until = 70, Depth = 1, Width = 1 },
        ];
        var sampling = new SamplingOptions { Nets = 5, Sandwich = sandwich, Smallest = smallest, Phases = phases };
        var schedule = PhaseSchedule.Of(Progressive with { Sampling = sampling }, Resnet48, stepsPerEpoch: 1);
        Assert.Equal<Architecture>([Resnet48.Largest], schedule.At(0).Fixed);
        Assert.Equal(0, schedule.At(0).Random);
        var part = SamplingDomain.Of(Resnet48).Shrunk(0, 0.5);
        Assert.Equal(always, Named(schedule.At(1), part.Largest, part.Smallest));
        Assert.Equal(always, Named(schedule.At(2), Resnet48.Largest, Resnet48.Smallest));
        Assert.Equal((random, random), (schedule.At(1).Random, schedule.At(2).Random));

        static string Named((SamplingDomain Domain, ImmutableArray<Architecture> Fixed, int Random) step, Architecture largest, Architecture smallest) =>
            string.Join(' ', step.Fixed.Select(subnet => subnet.Equals(largest) ? "largest" : subnet.Equals(smallest) ? "smallest" : subnet.Code));
    }

    [Theory]
    [InlineData(SamplerKind.Uniform)]
    [InlineData(SamplerKind.Fair)]
    [InlineData(SamplerKind.SizeBiased)]
    public void Every_sampler_has_the_phases_of_a_recipe(SamplerKind sampler)
    {
        ShrinkingPhase[] phases = [new() { Until = 2, Depth = 0, Width = 0 }, new() { Until = 70, Depth = 1, Width = 0, Nets = 3, LearningRate = 0.4 }];
        var schedule = PhaseSchedule.Of(Progressive with { Sampling = new SamplingOptions { Sampler = sampler, Phases = phases } }, Resnet48, stepsPerEpoch: 10);
        Assert.True(PhaseSchedule.IsOneNetwork(schedule.At(19).Domain));
        Assert.False(PhaseSchedule.IsOneNetwork(schedule.At(20).Domain));
        Assert.Equal(1, schedule.At(20).Random);
        Assert.Equal(0.4, schedule.LearningRateAt(20), 1e-12);
    }

    [Fact]
    public void Other_samplers_see_the_whole_domain_all_the_time()
    {
        var schedule = PhaseSchedule.Of(Progressive with { Sampling = new SamplingOptions() }, Resnet48, stepsPerEpoch: 10);
        Assert.Equal(Resnet48.Smallest, schedule.At(0).Domain.Smallest);
        Assert.Equal(LearningRate.At(0.001, 30, 500, 700), schedule.LearningRateAt(500), 1e-15);
    }
}
