using PriorNas.Files;
using PriorNas.Torch.Recipes;

namespace PriorNas.Torch.Tests.Issues;

/// <summary>Settings that are JSON, but no text or nested too deeply, gave the serialiser's exceptions.</summary>
public class SettingValueTest
{
    private const string Smallest = """{ "space": "tiny", "epochs": 3 }""";

    [Fact]
    public void Half_a_surrogate_pair_is_bad_input()
    {
        Assert.Equal("--set 'rank.prior=\"\\ud800\"': the value holds text that is not Unicode.", Refuse("rank.prior=\"\\ud800\""));
        Assert.StartsWith("recipe: 'rank.prior' is ", Refuse("rank.prior=\uD800"), StringComparison.Ordinal);
    }

    [Fact]
    public void Deep_nesting_is_bad_input()
    {
        Assert.Equal("recipe: 'classes' must be a whole number.", Refuse($"classes={new string('[', 64)}{new string(']', 64)}"));
        Assert.StartsWith("recipe: unknown key 'a' (allowed: ", Refuse($"{string.Join('.', Enumerable.Repeat("a", 16))}={new string('[', 32)}{new string(']', 32)}"), StringComparison.Ordinal);
        var longer = string.Join('.', Enumerable.Repeat("a", 2000)) + "=1";
        Assert.Equal($"--set '{longer}': the key has 2000 parts, allowed are 1 to 16.", Refuse(longer));
    }

    private static string Refuse(string setting) => Assert.Throws<InputException>(() => RecipeFile.Read(Smallest, "recipe", [setting])).Message;
}
