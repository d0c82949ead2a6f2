using PriorNas.Files;
using PriorNas.Randomness;
using PriorNas.Testing;
using PriorNas.Torch.Recipes;
using PriorNas.Torch.Tests.Training;

namespace PriorNas.Torch.Tests.Recipes;

public class RecipeFuzzTest
{
    private const string Smallest = """{"space":"tiny","epochs":3}""";
    private const long ConstantBytes = 100_000;
    private const long BytesPerCharacter = 100;

    private static readonly RecipeFile Valid = RecipeFile.Read(TrainingRuns.Text, "recipe", ["imageSize=16", "classes=7", "rank.prior=zen"]);

    private static readonly char[][] HostileTokens = [.. Tokens.Hostile.Append("\"tiny\"").Append("\"resnet48\"").Select(Tokens.Of<char>)];

    private static readonly Mutations<char> Texts = new(
        [Compact(TrainingRuns.Text).ToCharArray(), Compact(StrictJson.Write(Valid.Recipe)).ToCharArray(), Smallest.ToCharArray()], HostileTokens);

    private static readonly string[] ValidSettings = [.. Valid.Explain().Select(value => $"{value.Key}={value.Value}"), "rank.prior=zen", "data={\"padding\":2}"];

    private static readonly Mutations<char> Settings = new([.. ValidSettings.Select(setting => setting.ToCharArray())], HostileTokens);

    /// <summary>Of the inputs, half have settings, and half of these a valid text.</summary>
    [Fact]
    public void Any_text_with_any_settings_is_a_recipe_that_reads_back_or_bad_input()
    {
        var accepted = new ReaderTrial("recipe", ConstantBytes, BytesPerCharacter).Run(
            Draw,
            input => input.Json.Length + input.Settings.Sum(setting => setting.Length),
            input => RecipeFile.Read(input.Json, "recipe", input.Settings),
            (_, file) => Use(file),
            input => $"{input.Json}\nsettings: {string.Join("\n", input.Settings)}");
        Assert.InRange(accepted, ReaderTrial.Cases / 100, ReaderTrial.Cases / 2);
    }

    private static (string Json, string[] Settings) Draw(RandomStream random)
    {
        var kind = random.Next(4);
        var json = kind == 0 ? Smallest : new string(Texts.Draw(random));
        return (json, [.. Enumerable.Range(0, kind < 2 ? 1 + random.Next(3) : 0).Select(_ => DrawSetting(random))]);
    }

    private static string DrawSetting(RandomStream random) =>
        random.Next(2) == 0 ? ValidSettings[random.Next(ValidSettings.Length)] : new string(Settings.Draw(random));

    private static void Use(RecipeFile file)
    {
        var written = StrictJson.Write(file.Recipe);
        Assert.Equal(written, StrictJson.Write(RecipeFile.Read(written, "written", []).Recipe));
        Assert.NotEmpty(file.Explain());
    }

    private static string Compact(string json) => string.Concat(json.Split('\n').Select(line => line.TrimStart()));
}
