namespace PriorNas.Cli.Tests.Golden;

/// <summary>Help and answers, as they are shown.</summary>
public sealed class TerminalTextTest : IDisposable
{
    private readonly SmallRun small = new();

    public void Dispose() => small.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData("demo")]
    [InlineData("train")]
    [InlineData("rank")]
    [InlineData("rank merge")]
    [InlineData("prior")]
    [InlineData("prior validate")]
    [InlineData("prior zen")]
    [InlineData("correlate")]
    [InlineData("smooth")]
    [InlineData("train-alone")]
    [InlineData("landmarks")]
    [InlineData("ablate")]
    [InlineData("extract")]
    [InlineData("publish")]
    [InlineData("space")]
    [InlineData("space show")]
    [InlineData("space count")]
    [InlineData("space sample")]
    [InlineData("space check")]
    [InlineData("schema")]
    [InlineData("doctor")]
    public async Task Help(string command)
    {
        string[] words = command.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        GoldenFile.Matches(string.Join('-', words.Append("help")), await CommandRun.Succeed([.. words, "--help"]));
    }

    [Fact]
    public void Every_command_has_its_help_here()
    {
        using var writer = new StringWriter();
        var commands = CommandLine.Create(Terminal.Of(writer, writer)).Subcommands;
        Assert.Equal(["demo", "train", "rank", "prior", "correlate", "smooth", "train-alone", "landmarks", "ablate", "extract", "publish", "space", "schema", "doctor"], commands.Select(c => c.Name));
        Assert.Equal(["show", "count", "sample", "check"], commands.Single(c => c.Name == "space").Subcommands.Select(c => c.Name));
    }

    [Fact]
    public async Task Priors_of_an_architecture() =>
        GoldenFile.Matches("prior", await CommandRun.Succeed("prior", "--space", "tiny", "--architecture", "13331111111111111111111"));

    [Theory]
    [InlineData("tiny")]
    [InlineData("resnet48-challenge")]
    [InlineData("resnet20-width")]
    [InlineData("resnet50")]
    public async Task A_space(string name)
    {
        GoldenFile.Matches($"space-show-{name}", await CommandRun.Succeed("space", "show", name));
        GoldenFile.Matches($"space-count-{name}", await CommandRun.Succeed("space", "count", name));
        GoldenFile.Matches($"space-show-{name}-json", await CommandRun.Succeed("space", "show", name, "--json"));
        GoldenFile.Matches($"space-count-{name}-json", await CommandRun.Succeed("space", "count", name, "--json"));
    }

    [Fact]
    public async Task A_code_that_is_checked()
    {
        GoldenFile.Matches("space-check", await CommandRun.Succeed("space", "check", "resnet48-challenge", "--architecture", "1252222232000000132323132313530000000000005515000000"));
        GoldenFile.Matches("space-sample", await CommandRun.Succeed("space", "sample", "tiny", "--count", "3", "--seed", "7"));
    }

    [Fact]
    public async Task Agreement_of_two_rankings()
    {
        var a = small.Write("a.json", """{ "w": { "acc": 0.1, "one": 1 }, "x": { "acc": 0.2, "one": 1 }, "y": { "acc": 0.4, "one": 1 }, "z": { "acc": 0.3, "one": 1 } }""");
        var b = small.Write("b.json", """{ "z": { "flops": 3 }, "y": { "flops": 2 }, "x": { "flops": 2 }, "w": { "flops": 1 } }""");
        GoldenFile.Matches("correlate", await CommandRun.Succeed("correlate", a, b + ":flops"));
        GoldenFile.Matches("correlate-json", await CommandRun.Succeed("correlate", a, b + ":flops", "--json"));

        // All equal on one side: no correlation is defined.
        GoldenFile.Matches("correlate-constant", await CommandRun.Succeed("correlate", a, a + ":one"));
        GoldenFile.Matches("correlate-constant-json", await CommandRun.Succeed("correlate", a, a + ":one", "--json"));
    }

    [Fact]
    public async Task Agreement_given_another_and_at_the_top()
    {
        var scores = small.Write("s.csv", "name,arch,acc,flops,zen\n" + string.Join('\n', Enumerable.Range(0, 12).Select(i => $"a{i},1,{0.5 + 0.01 * (i * 7 % 12)},{i * 5 % 11 * 100},{i * i % 13}")));
        string[] arguments = ["correlate", scores + ":zen", scores, "--given", scores + ":flops", "--top", "1,3", "--seed", "2"];
        GoldenFile.Matches("correlate-given", (await CommandRun.Succeed(arguments)).Replace(small.Folder, "FOLDER", StringComparison.Ordinal));
        GoldenFile.Matches("correlate-given-json", (await CommandRun.Succeed([.. arguments, "--json"])).Replace(small.Folder, "FOLDER", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Values_of_the_demo_recipe() =>
        GoldenFile.Matches("train-explain", await CommandRun.Succeed("train", SmallRun.DemoRecipe, "--explain", "--set", "epochs=2", "--seed", "7"));
}
