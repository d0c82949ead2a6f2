using PriorNas.Files;
using PriorNas.Torch.Recipes;
using PriorNas.Torch.Tests.Training;

namespace PriorNas.Torch.Tests.Recipes;

public class EffectiveRecipeTest
{
    [Theory]
    [InlineData("rank.pairs=0", "rank.prior=zen; rank.margin=0.1; rank.weight=2; rank.schedule=sine")]
    [InlineData("rank.pairs=2", "rank.zenRepeats=9")]
    [InlineData("distillation.teacher=none", "distillation.loss=spherical; distillation.temperature=3; distillation.labelWeight=1")]
    [InlineData("distillation.loss=spherical", "distillation.clip=6; distillation.alphaMinimum=-2; distillation.alphaMaximum=2; distillation.targetWeight=2; distillation.nonTargetWeight=1")]
    [InlineData("sampling.sampler=size-biased", "sampling.candidates=400")]
    [InlineData("sampling.sampler=uniform", "sampling.groupSteps=3")]
    [InlineData("sampling.sandwich=false; distillation.teacher=none", "sampling.smallest=false")]
    [InlineData("sampling.phases=[{\"until\":2,\"depth\":1,\"width\":0.5}]", "sampling.sampler=progressive")]
    [InlineData("data.augmentation=center-crop", "data.padding=3; data.workers=4; data.skipBroken=true; data.format=idx; data.idxPrefix=x")]
    public void Values_that_nothing_reads_make_no_other_recipe(string common, string more) => Assert.Equal(Effect(common), Effect($"{common}; {more}"));

    [Theory]
    [InlineData("rank.pairs=2", "rank.prior=zen")]
    [InlineData("rank.pairs=2; rank.prior=zen-sampled", "rank.zenRepeats=9")]
    [InlineData("rank.pairs=0", "rank.pairs=1")]
    [InlineData("distillation.teacher=none", "loss.labelSmoothing=0.1")]
    [InlineData("distillation.loss=alpha-divergence", "distillation.clip=6")]
    [InlineData("distillation.loss=decoupled", "distillation.targetWeight=2")]
    [InlineData("sampling.sampler=size-biased", "sampling.candidates=401")]
    [InlineData("sampling.sampler=fair", "sampling.groupSteps=3")]
    [InlineData("sampling.sandwich=true", "sampling.smallest=false")]
    [InlineData("sampling.sandwich=false; distillation.teacher=none", "sampling.sampler=progressive")]
    [InlineData("sampling.sandwich=true", "sampling.phases=[{\"until\":2,\"depth\":1,\"width\":0.5}]")]
    [InlineData("sampling.sandwich=true", "network.initialization=uniform-fan-in")]
    [InlineData("data.augmentation=pad-crop", "data.padding=3")]
    [InlineData("rank.pairs=0", "data.syntheticSeed=2")]
    [InlineData("rank.pairs=0", "checkpoint.keep=1")]
    public void Values_that_are_read_make_another(string common, string more) => Assert.NotEqual(Effect(common), Effect($"{common}; {more}"));

    private static string Effect(string settings) => StrictJson.Write(EffectiveRecipe.Of(RecipeFile.Read(TrainingRuns.Text, "recipe 'test'", settings.Split("; ")).Recipe));
}
