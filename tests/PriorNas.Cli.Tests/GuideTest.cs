namespace PriorNas.Cli.Tests;

/// <summary>What the guide shows is what the program answers.</summary>
public class GuideTest
{
    [Theory]
    [InlineData("tiny", "12131213100420000112131")]
    [InlineData("resnet20-width", "12-4-12-16-12-12-12-20-24-12-4-8-8-12-56-12-52-8-40-60")]
    public async Task Codes_are_taken_apart_as_by_space_check(string space, string code)
    {
        var answer = (await CommandRun.Succeed("space", "check", space, "--architecture", code)).ReplaceLineEndings("\n").Split('\n');
        var parts = answer[1..].TakeWhile(line => line.StartsWith("  ", StringComparison.Ordinal)).Select(line => line[2..]);
        Assert.Contains($"```\n{code}\n\n{string.Join('\n', parts)}\n```", Guide(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_faulty_code_is_refused_in_these_words() => Assert.Contains(
        (await CommandRun.Of("space", "check", "tiny", "--architecture", "12131213100420000112132")).Error.ReplaceLineEndings("\n"), Guide(), StringComparison.Ordinal);

    private static string Guide() => File.ReadAllText(Path.Combine(CommandRun.RepositoryRoot, "docs", "guide.md")).ReplaceLineEndings("\n");
}
