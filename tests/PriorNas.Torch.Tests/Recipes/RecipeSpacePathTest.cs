using PriorNas.Files;
using PriorNas.SearchSpaces;
using PriorNas.Torch.Data;
using PriorNas.Torch.Recipes;
using PriorNas.Torch.Runs;

namespace PriorNas.Torch.Tests.Recipes;

/// <summary>From where the path of a recipe's space file counts.</summary>
public sealed class RecipeSpacePathTest : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_relative_path_in_a_file_counts_from_the_files_folder()
    {
        Write("deep/spaces/own.json", OwnSpace());
        Write("deep/recipes/r.json", """{ "space": "../spaces/own.json", "epochs": 1 }""");
        Assert.Equal("own", RecipeFile.Open(folder.At("deep/recipes/r.json"), []).Space.Name);
    }

    [Fact]
    public void A_path_in_a_setting_counts_from_the_current_folder()
    {
        Write("own.json", OwnSpace());
        Write("deep/r.json", """{ "space": "tiny", "epochs": 1 }""");
        var fromHere = Path.GetRelativePath(Directory.GetCurrentDirectory(), folder.At("own.json"));
        Assert.Equal("own", RecipeFile.Open(folder.At("deep/r.json"), [$"space={fromHere}"]).Space.Name);
    }

    [Fact]
    public void A_name_of_the_library_wins_over_a_file()
    {
        Write("tiny", OwnSpace());
        Write("r.json", """{ "space": "tiny", "epochs": 1 }""");
        Assert.Equal("tiny", RecipeFile.Open(folder.At("r.json"), []).Space.Name);
    }

    [Fact]
    public void A_missing_file_is_refused_with_the_place_that_was_looked_at()
    {
        Write("r.json", """{ "space": "none.json", "epochs": 1 }""");
        Assert.StartsWith(
            $"search space '{folder.At("none.json")}' is unknown: ", Assert.Throws<InputException>(() => RecipeFile.Open(folder.At("r.json"), [])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_path_that_is_right_only_from_the_current_folder_is_refused_in_words()
    {
        Write("own.json", OwnSpace());
        var fromHere = Path.GetRelativePath(Directory.GetCurrentDirectory(), folder.At("own.json"));
        Write("a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p/r.json", $$"""{ "space": "{{fromHere}}", "epochs": 1 }""");
        var message = Assert.Throws<InputException>(() => RecipeFile.Open(folder.At("a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p/r.json"), [])).Message;
        Assert.EndsWith("a relative path counts from the recipe's own folder, not from the current one.", message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_recipe_of_a_run_names_the_runs_own_copy_of_the_space()
    {
        Write("own.json", OwnSpace());
        Write("r.json", """{ "space": "own.json", "epochs": 1, "data": { "source": "synthetic", "syntheticTrainImages": 8, "syntheticValidationImages": 4 } }""");
        var file = RecipeFile.Open(folder.At("r.json"), []);
        RunFolder.Create(folder.At("run"), file, RunData.Open(file.Recipe, file.Space, null, TestContext.Current.CancellationToken)).Dispose();
        File.Delete(folder.At("own.json"));
        var again = RecipeFile.Open(folder.At("run/recipe.json"), []);
        Assert.Equal(file.Space.Hash, again.Space.Hash);
        Assert.Equal(DataSource.Synthetic, again.Recipe.Data.Source);
    }

    private static string OwnSpace() => SearchSpace.Open("tiny").Declaration.Replace("\"tiny\"", "\"own\"", StringComparison.Ordinal);

    private void Write(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(folder.At(name))!);
        File.WriteAllText(folder.At(name), text);
    }
}
