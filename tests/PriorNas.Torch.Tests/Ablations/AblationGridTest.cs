using PriorNas.Files;
using PriorNas.Torch.Ablations;
using PriorNas.Torch.Tests.Training;

namespace PriorNas.Torch.Tests.Ablations;

public sealed class AblationGridTest : IDisposable
{
    private readonly TemporaryFolder temporary = new();

    public AblationGridTest() => File.WriteAllText(temporary.At("recipe.json"), TrainingRuns.Text);

    public void Dispose() => temporary.Dispose();

    [Fact]
    public void A_grid_is_the_product_of_its_values_and_the_baseline_is_trained_once()
    {
        var grid = Open(["rank.prior=flops,zen", "rank.pairs=0,1,2"], ["plain: rank.pairs=0; sampling.nets=2"]);
        Assert.Equal(
            [
                "baseline: rank.prior=flops, rank.pairs=1", "rank.prior=flops, rank.pairs=0", "rank.prior=flops, rank.pairs=2",
                "rank.prior=zen, rank.pairs=1", "rank.prior=zen, rank.pairs=2", "plain",
            ],
            grid.Arms.Select(arm => arm.Name));
        Assert.Equal([true, false, false, false, false, false], grid.Arms.Select(arm => arm.IsBaseline));
        Assert.Equal(4UL, grid.FirstSeed);
        var recipe = grid.RecipeOf(grid.Arms[^1], 9).Recipe;
        Assert.Equal((9UL, 0, 2), (recipe.Seed, recipe.Rank.Pairs, recipe.Sampling.Nets));
    }

    [Fact]
    public void Of_recipes_that_differ_only_in_keys_without_effect_one_is_trained_and_that_is_said()
    {
        var grid = Open(["rank.pairs=0,2", "rank.prior=flops,zen"], ["repeats: rank.zenRepeats=9"]);
        Assert.Equal(["baseline", "rank.pairs=0, rank.prior=flops", "rank.pairs=2, rank.prior=flops", "rank.pairs=2, rank.prior=zen"], grid.Arms.Select(arm => arm.Name));
        Assert.Equal(
            [
                "'rank.pairs=0, rank.prior=zen' differs from 'rank.pairs=0, rank.prior=flops' only in keys without effect there, and is not trained again.",
                "'repeats' differs from the baseline only in keys without effect there, and is not trained again.",
            ],
            grid.Notes);
        var e = Assert.Throws<InputException>(() => Open(["rank.zenRepeats=9"], []));
        Assert.StartsWith("there is nothing to compare: ", e.Message, StringComparison.Ordinal);
        Assert.EndsWith(" 'rank.zenRepeats=9' differs from the baseline only in keys without effect there, and is not trained again.", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Values_may_be_lists()
    {
        var grid = Open(["data.mean=[0,0,0],[0.5, 0.5, 0.5]"], []);
        Assert.Equal(["baseline", "data.mean=[0,0,0]", "data.mean=[0.5, 0.5, 0.5]"], grid.Arms.Select(arm => arm.Name));
    }

    [Fact]
    public void Folders_have_names_that_every_file_system_takes_and_no_two_the_same()
    {
        var grid = Open(["data.mean=[0,0,0],[0.5,0.5,0.5]", $"space=tiny"], ["..: rank.pairs=0", "a/b: rank.pairs=3", "a-b: rank.pairs=4", new string('x', 300) + ": rank.pairs=5"]);
        var names = grid.Arms.Select(arm => arm.FolderName).ToArray();
        Assert.Equal(names.Length, names.Distinct().Count());
        Assert.All(names, name => Assert.Matches("^[A-Za-z0-9][A-Za-z0-9.=,_+-]{0,150}$", name));
    }

    [Theory]
    [InlineData("rank.prior", null, "--vary 'rank.prior' must have the form KEY=VALUE,VALUE")]
    [InlineData("rank.prior=zen,", null, "must have the form KEY=VALUE,VALUE")]
    [InlineData("rank.prior=flops", null, "there is nothing to compare")]
    [InlineData("rank.prior=best", null, "rank.prior=best: recipe '")]
    [InlineData("rank.prior=zen,zen", null, "two recipes of the ablation are named 'rank.prior=zen'")]
    [InlineData(null, "uniform", "--variant 'uniform' must have the form")]
    [InlineData(null, "uniform: nothing", "--variant 'uniform: nothing' must have the form")]
    [InlineData("rank.prior=zen", "same: rank.prior=zen", "'same' and 'rank.prior=zen' are the same recipe")]
    public void What_cannot_be_compared_is_refused_in_words(string? vary, string? variant, string message)
    {
        var e = Assert.Throws<InputException>(() => Open(vary is null ? [] : [vary], variant is null ? [] : [variant]));
        Assert.Contains(message, e.Message, StringComparison.Ordinal);
    }

    private AblationGrid Open(string[] varied, string[] variants) => AblationGrid.Open(temporary.At("recipe.json"), [], varied, variants);
}
