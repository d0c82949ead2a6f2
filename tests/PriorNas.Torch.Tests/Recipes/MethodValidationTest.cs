using PriorNas.Files;
using PriorNas.Torch.Recipes;

namespace PriorNas.Torch.Tests.Recipes;

/// <summary>Every refusal of the method's values in words, and beside each what is just allowed.</summary>
public class MethodValidationTest
{
    private const string Progressive = "sampling.sampler=progressive";
    private const string NoRandomNet = "'sampling.sampler' is progressive, allowed is uniform where a step or phase has no random subnet beside the sandwich, as here; raise sampling.nets (without phases of its own, progressive takes half of them at first)";

    /// <summary>Settings that are separated by blanks, and the faults.</summary>
    public static TheoryData<string, string> Refusals => new()
    {
        { "sampling.nets=1025", "'sampling.nets' is 1025, allowed is 1 to 1024" },
        { "sampling.nets=0 sampling.sandwich=false distillation.teacher=none", "'sampling.nets' is 0, allowed is 1 to 1024" },
        { "sampling.nets=1", "'sampling.sandwich' is true, allowed is false where sampling.nets is 1: the largest and the smallest subnet are two" },
        { "sampling.nets=1 sampling.smallest=false", "'sampling.nets' is 1, allowed is 2 to 1024 with the sandwich: the largest subnet alone is for a phase of depth 0 and width 0" },
        { "sampling.sampler=size-biased sampling.nets=8 sampling.smallest=false sampling.candidates=6", "'sampling.candidates' is 6, allowed is at least the 7 random subnets of a step" },
        { "sampling.groupSteps=0", "'sampling.groupSteps' is 0, allowed is 1 or more" },
        { "sampling.candidates=2", "'sampling.sampler' is uniform, allowed is flops-balanced or size-biased where sampling.candidates is given; leave that out" },
        { "sampling.sampler=flops-balanced sampling.candidates=0", "'sampling.candidates' is 0, allowed is 1 to 1000000" },
        { "sampling.sampler=flops-balanced sampling.candidates=1000001", "'sampling.candidates' is 1000001, allowed is 1 to 1000000" },
        { "sampling.sampler=size-biased sampling.nets=8 sampling.candidates=5", "'sampling.candidates' is 5, allowed is at least the 6 random subnets of a step" },
        { "sampling.sampler=size-biased sampling.nets=403", "'sampling.candidates' is 400, allowed is at least the 401 random subnets of a step" },
        { "sampling.sampler=stratified sampling.nets=2", "'sampling.sampler' is stratified, allowed is uniform where a step or phase has no random subnet beside the sandwich, as here; raise sampling.nets (without phases of its own, progressive takes half of them at first)" },
        { Progressive, NoRandomNet },

        { "distillation.teacher=in-place sampling.sandwich=false", "'distillation.teacher' is in-place, allowed is none or external without sampling.sandwich: the largest subnet, which teaches, is then in no step" },
        { "distillation.teacher=external", "'distillation.network' is not given, allowed is the file of the external teacher" },
        { "distillation.teacher=none distillation.network=\"/t\"", "'distillation.network' is '/t', allowed is a file only with distillation.teacher external; leave it out" },
        { "distillation.temperature=0", "'distillation.temperature' is 0, allowed is above 0, to 1000000" },
        { "distillation.weight=-1", "'distillation.weight' is -1, allowed is 0 to 1000000" },
        { "distillation.labelWeight=1e7", "'distillation.labelWeight' is 10000000, allowed is 0 to 1000000" },
        { "distillation.weight=0", "'distillation.teacher' is in-place, allowed is none where distillation.weight and distillation.labelWeight are 0: the taught subnets would learn nothing" },
        { "distillation.alphaMinimum=-101", "'distillation.alphaMinimum' is -101, allowed is -100 to 100" },
        { "distillation.alphaMaximum=100.5", "'distillation.alphaMaximum' is 100.5, allowed is -100 to 100" },
        { "distillation.loss=alpha-divergence distillation.alphaMinimum=1.5", "'distillation.alphaMinimum' is 1.5, allowed is at most distillation.alphaMaximum, 1" },
        { "distillation.loss=alpha-divergence distillation.alphaMinimum=101", "'distillation.alphaMinimum' is 101, allowed is -100 to 100" },
        { "distillation.clip=0.5", "'distillation.clip' is 0.5, allowed is 1 to 1000000" },
        { "distillation.targetWeight=-1", "'distillation.targetWeight' is -1, allowed is 0 to 1000000" },
        { "distillation.nonTargetWeight=1e7", "'distillation.nonTargetWeight' is 10000000, allowed is 0 to 1000000" },

        { "rank.pairs=1025", "'rank.pairs' is 1025, allowed is 0 (off) to 1024" },
        { "rank.zenRepeats=0", "'rank.zenRepeats' is 0, allowed is 1 to 1000000" },
        { "rank.weight=-0.5", "'rank.weight' is -0.5, allowed is 0 to 1000000" },
        { "rank.margin=-1", "'rank.margin' is -1, allowed is 0 to 1000000" },
        { "rank.minimalPriorGap=101", "'rank.minimalPriorGap' is 101, allowed is 0 to 100 standard deviations of the prior" },
        { "rank.minimalHammingDistance=-1", "'rank.minimalHammingDistance' is -1, allowed is 0 to 19, the positions after the depths in space 'tiny'" },
        { "rank.pairs=1 rank.source=step sampling.nets=3", "'rank.source' is step, allowed is drawn, where a step has 1 random subnet: two are needed to compare; raise sampling.nets" },
        { "rank.pairs=1 rank.source=step sampling.nets=2", "'rank.source' is step, allowed is drawn, where a step has 0 random subnets: two are needed to compare; raise sampling.nets" },
        { "rank.pairs=1 rank.source=step sampling.nets=2 sampling.smallest=false", "'rank.source' is step, allowed is drawn, where a step has 1 random subnet: two are needed to compare; raise sampling.nets" },
        { "rank.pairs=2 rank.source=step", "'rank.pairs' is 2, allowed is 1 to 1 where rank.source is step and a step or phase has 2 random subnets, which form no more; raise sampling.nets" },
        { "rank.pairs=7 rank.source=step sampling.sampler=fair", "'rank.pairs' is 7, allowed is 1 to 6 where rank.source is step and a step or phase has 4 random subnets, which form no more; raise sampling.nets" },
        { "rank.pairs=4 rank.source=step sampling.nets=10 " + Progressive, "'rank.pairs' is 4, allowed is 1 to 3 where rank.source is step and a step or phase has 3 random subnets, which form no more; raise sampling.nets" },
        { "rank.pairs=1 rank.loss=list-mle", "'rank.loss' is list-mle, allowed is hinge or softplus unless rank.source is step: a list is made of the random subnets of the step" },
        { "rank.pairs=1 rank.loss=list-mle rank.source=step rank.bothSides=true", "'rank.loss' is list-mle, allowed is hinge or softplus where rank.margin, bothSides, gapWeighted, minimalHammingDistance or minimalPriorGap is set: they are of pairs" },
    };

    /// <summary>As the recipe file has them, each phase until, depth, width and further keys.</summary>
    public static TheoryData<string, string> Phases => new()
    {
        { "5,1,1", "'sampling.phases' is a list that ends at epoch 5, allowed is one whose last phase ends with the run, at epoch 6" },
        { "4,1,1;4,1,1;6,1,1", "'sampling.phases[1].until' is 4, allowed is above 4, to the run's 6 epochs" },
        { "6,1.5,1", "'sampling.phases[0].depth' is 1.5, allowed is 0 to 1" },
        { "6,1,-0.5", "'sampling.phases[0].width' is -0.5, allowed is 0 to 1" },
        { "6,1,1,\"nets\":1025", "'sampling.phases[0].nets' is 1025, allowed is 2 to 1024" },
        { "3,0,0,\"nets\":0;6,1,1", "'sampling.phases[0].nets' is 0, allowed is 1 to 1024" },
        { "6,1,1,\"nets\":1", NoRandomNet + "; 'sampling.phases[0].nets' is 1, allowed is 2 to 1024" },
        { "6,1,1,\"learningRate\":0", "'sampling.phases[0].learningRate' is 0, allowed is above 0, to 1000000" },
        { "6,1,1,\"learningRate\":1,\"warmUpEpochs\":7", "'sampling.phases[0].warmUpEpochs' is 7, allowed is 0 to the run's 6 epochs" },
        { "6,1,1,\"warmUpEpochs\":1", "'sampling.phases[0].warmUpEpochs' is 1, allowed is 0 where the phase has no learningRate: it continues with that of the phase before" },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public void A_value_or_a_combination_is_refused_in_words(string settings, string faults) =>
        Assert.Equal($"recipe 'r': {Absolute(faults)}", Refusal("tiny", "", settings.Split(' ')));

    [Theory]
    [MemberData(nameof(Phases))]
    public void A_phase_is_refused_in_words(string phases, string faults) =>
        Assert.Equal($"recipe 'r': {faults}", Refusal("tiny", PhasesOf(phases), [Progressive, "sampling.nets=6"]));

    /// <summary>What is needed is needed in each phase that samples; of those of one network alone nothing is.</summary>
    [Theory]
    [InlineData("2,0,0,\"nets\":1;4,1,1,\"nets\":3;6,1,1", "rank.pairs=1 rank.source=step", "'rank.source' is step, allowed is drawn, where a step has 1 random subnet: two are needed to compare; raise sampling.nets")]
    [InlineData("2,0,0;4,1,0;6,1,1", "rank.pairs=1 rank.source=step sampling.sampler=fair", "'rank.source' is step, allowed is drawn, where a step has 1 random subnet: two are needed to compare; raise sampling.nets")]
    [InlineData("2,0,0;6,1,1,\"nets\":2", "sampling.sampler=stratified", "'sampling.sampler' is stratified, allowed is uniform where a step or phase has no random subnet beside the sandwich, as here; raise sampling.nets (without phases of its own, progressive takes half of them at first)")]
    [InlineData("3,1,1,\"nets\":9;6,1,1", "sampling.sampler=size-biased sampling.candidates=5", "'sampling.candidates' is 5, allowed is at least the 7 random subnets of a step")]
    [InlineData("6,0,0", "rank.pairs=1", "'rank.pairs' is 1, allowed is 0 where every step trains one network alone, as here: there is nothing to compare")]
    [InlineData("2,0,0;6,1,1", "sampling.sandwich=false", "'distillation.teacher' is in-place, allowed is none or external without sampling.sandwich: the largest subnet, which teaches, is then in no step")]
    public void A_phase_that_does_not_go_with_the_rest_is_refused(string phases, string settings, string faults) =>
        Assert.Equal($"recipe 'r': {faults}", Refusal("tiny", PhasesOf(phases), ["sampling.nets=6", .. settings.Split(' ')]));

    /// <summary>In resnet20-width, whose depth is fixed, the published phases of depth have the largest network alone, whatever half of the subnets is.</summary>
    [Fact]
    public void Published_phases_of_one_network_need_no_random_net()
    {
        Assert.Null(Refusal("resnet20-width", "", [Progressive]));
        Assert.Equal("recipe 'r': " + NoRandomNet, Refusal("resnet20-width", "", [Progressive, "sampling.nets=2"]));
        Assert.Null(Refusal("resnet20-width", "", [Progressive, "sampling.sandwich=false", "distillation.teacher=none"]));
    }

    [Fact]
    public void All_faults_are_named_at_once() => Assert.Equal(
        "recipe 'r': 'sampling.groupSteps' is 0, allowed is 1 or more; 'distillation.clip' is 0, allowed is 1 to 1000000; 'rank.margin' is -1, allowed is 0 to 1000000",
        Refusal("tiny", "", ["rank.margin=-1", "distillation.clip=0", "sampling.groupSteps=0"]));

    /// <summary>The bounds themselves, and what has no effect.</summary>
    [Theory]
    [InlineData("sampling.nets=1024 sampling.groupSteps=1 distillation.temperature=1000000 distillation.clip=1 distillation.labelWeight=1000000")]
    [InlineData("sampling.nets=1 sampling.sandwich=false distillation.teacher=none")]
    [InlineData("sampling.sampler=size-biased sampling.nets=8 sampling.candidates=6")]
    [InlineData("sampling.nets=2 sampling.smallest=false sampling.sampler=stratified")]
    [InlineData("sampling.nets=3 sampling.smallest=false rank.pairs=1 rank.source=step")]
    [InlineData("sampling.nets=1 sampling.smallest=false sampling.sandwich=false distillation.teacher=none")]
    [InlineData("sampling.sampler=flops-balanced sampling.candidates=1")]
    [InlineData("sampling.sampler=fair sampling.nets=2 rank.pairs=6 rank.source=step")]
    [InlineData("sampling.sampler=progressive sampling.nets=6")]
    [InlineData("distillation.weight=0 distillation.labelWeight=1")]
    [InlineData("distillation.loss=alpha-divergence distillation.alphaMinimum=1 distillation.alphaMaximum=1")]
    [InlineData("distillation.alphaMinimum=100 distillation.alphaMaximum=-100")]
    [InlineData("rank.pairs=1 rank.source=step")]
    [InlineData("rank.pairs=1024 rank.source=step rank.loss=list-mle")]
    [InlineData("rank.pairs=1024 rank.margin=1000000 rank.minimalPriorGap=100 rank.minimalHammingDistance=19")]
    [InlineData("rank.pairs=0 rank.source=step sampling.nets=2")]
    [InlineData("rank.pairs=0 rank.loss=list-mle rank.margin=1 rank.bothSides=true")]
    public void What_is_just_within_the_bounds_is_read(string settings) => Assert.Null(Refusal("tiny", "", settings.Split(' ')));

    [Theory]
    [InlineData("6,1,1")]
    [InlineData("2.5,0,1,\"nets\":3;6,1,0,\"nets\":1024,\"learningRate\":1000000,\"warmUpEpochs\":6")]
    [InlineData("3,0.25,0;6,0,0.2")]
    public void Phases_just_within_the_bounds_are_read(string phases) => Assert.Null(Refusal("tiny", PhasesOf(phases), [Progressive, "sampling.nets=6"]));

    /// <summary>A network by itself needs nothing of what the other phases do.</summary>
    [Theory]
    [InlineData("sampling.sampler=uniform")]
    [InlineData("sampling.sampler=size-biased sampling.candidates=2")]
    [InlineData("sampling.sampler=stratified rank.pairs=1 rank.source=step")]
    [InlineData("sampling.sampler=fair rank.pairs=6 rank.source=step")]
    [InlineData("sampling.smallest=false rank.pairs=3 rank.source=step")]
    [InlineData("sampling.sandwich=false distillation.teacher=none")]
    public void A_phase_may_be_one_network_with_every_sampler(string settings) =>
        Assert.Null(Refusal("tiny", PhasesOf("3,0,0,\"nets\":1;4,0.2,0.1;6,1,1"), ["sampling.nets=4", .. settings.Split(' ')]));

    /// <returns>The message, or null where the recipe is read.</returns>
    private static string? Refusal(string space, string sampling, string[] settings)
    {
        var json = $$"""{ "space": "{{space}}", "epochs": 6, "sampling": { {{sampling}} } }""";
        return Record.Exception(() => RecipeFile.Read(json, "recipe 'r'", settings)) is { } e ? Assert.IsType<InputException>(e).Message : null;
    }

    private static string PhasesOf(string phases)
    {
        var written = phases.Split(';').Select(phase => phase.Split(',', 4)).Select(parts => $$"""{ "until": {{parts[0]}}, "depth": {{parts[1]}}, "width": {{parts[2]}}{{(parts.Length > 3 ? $", {parts[3]}" : "")}} }""");
        return $"\"phases\": [{string.Join(", ", written)}]";
    }

    /// <summary>A path as the machine writes it from its root.</summary>
    private static string Absolute(string faults) => faults.Replace("'/t'", $"'{Path.GetFullPath("/t")}'", StringComparison.Ordinal);
}
