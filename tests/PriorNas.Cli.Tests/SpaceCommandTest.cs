using System.Text.Json;
using PriorNas.SearchSpaces;

namespace PriorNas.Cli.Tests;

public sealed class SpaceCommandTest : IDisposable
{
    private const string Largest = "13331111111111111111111";
    private readonly SmallRun small = new();

    public void Dispose() => small.Dispose();

    [Fact]
    public async Task A_sample_is_a_list_that_the_other_commands_read()
    {
        var list = small.At("sample.json");
        Assert.Equal($"50 architectures of resnet48-challenge: {list}", (await CommandRun.Succeed("space", "sample", "resnet48-challenge", "--count", "50", "--distinct", "--output", list)).TrimEnd());
        var read = ArchitectureList.ReadFile(list, SearchSpace.Open("resnet48-challenge"));
        Assert.Equal(("arch1", "arch50", 50), (read[0].Name, read[^1].Name, read.Select(a => a.Architecture.Canonical()).Distinct().Count()));
        Assert.Contains("50 entries: 50 valid, 0 invalid; 50 distinct networks, 50 of them in the domain", await CommandRun.Succeed("space", "check", "resnet48-challenge", "--architectures", list), StringComparison.Ordinal);
        await CommandRun.Succeed("prior", "--space", "resnet48-challenge", "--architectures", list, "--prior", "depth", "--output", small.At("priors.json"));
    }

    [Fact]
    public async Task A_sample_in_csv_holds_the_same_list()
    {
        string[] sample = ["space", "sample", "resnet20-width", "--count", "7"];
        await CommandRun.Succeed([.. sample, "--output", small.At("sample.csv")]);
        await CommandRun.Succeed([.. sample, "--output", small.At("sample.json")]);
        Assert.StartsWith("name,arch\narch1,", File.ReadAllText(small.At("sample.csv")), StringComparison.Ordinal);
        var space = SearchSpace.Open("resnet20-width");
        Assert.Equal(ArchitectureList.ReadFile(small.At("sample.json"), space), ArchitectureList.ReadFile(small.At("sample.csv"), space));
    }

    [Fact]
    public async Task Choices_of_inner_widths_are_shown_where_they_are_not_those_of_the_output()
    {
        var declaration = SearchSpace.Open("tiny").Declaration;
        var at = declaration.IndexOf("\"projection\": \"none\"", StringComparison.Ordinal);
        var file = small.Write("inner.json", declaration.Insert(at, "\"domain\": { \"innerChoices\": [1, 3] }, "));
        Assert.Contains("          domain: 1..3 blocks, choices 1 2 3 4, inner choices 1 3\n", await CommandRun.Succeed("space", "show", file), StringComparison.Ordinal);
        using var answer = JsonDocument.Parse(await CommandRun.Succeed("space", "show", file, "--json"));
        var stage = answer.RootElement.GetProperty("stages")[0];
        Assert.Equal([1, 3], stage.GetProperty("domainInnerChoices").EnumerateArray().Select(c => c.GetInt32()));
        Assert.False(stage.TryGetProperty("innerWidths", out _));
    }

    [Fact]
    public async Task The_seed_decides_the_sample()
    {
        async Task<string> Sample(params string[] seed) => await CommandRun.Succeed(["space", "sample", "tiny", "--count", "9", .. seed]);
        Assert.Equal(await Sample("--seed", "1"), await Sample());
        Assert.NotEqual(await Sample("--seed", "2"), await Sample());
    }

    [Fact]
    public async Task A_space_may_be_a_file()
    {
        var file = small.Write("own.json", SearchSpace.Open("tiny").Declaration.Replace("\"tiny\"", "\"own\"", StringComparison.Ordinal));
        Assert.StartsWith("own: ", await CommandRun.Succeed("space", "show", file), StringComparison.Ordinal);
        Assert.Equal(await CommandRun.Succeed("space", "count", "tiny"), await CommandRun.Succeed("space", "count", file));
    }

    [Fact]
    public async Task The_shown_codes_are_of_the_space()
    {
        foreach (var name in SearchSpace.EmbeddedNames)
        {
            using var answer = JsonDocument.Parse(await CommandRun.Succeed("space", "show", name, "--json"));
            var space = SearchSpace.Open(name);
            var extremes = answer.RootElement.GetProperty("domain");
            Assert.Equal(space.Largest.Code, extremes.GetProperty("largest").GetProperty("arch").GetString());
            Assert.True(space.Parse(answer.RootElement.GetProperty("code").GetProperty("example").GetString()!).IsInDomain());
            Assert.True(space.Parse(answer.RootElement.GetProperty("network").GetProperty("smallest").GetProperty("arch").GetString()!).TotalDepth() <= space.Smallest.TotalDepth());
        }
    }

    [Fact]
    public async Task Entries_that_are_faulty_are_told_one_by_one_and_the_rest_is_checked()
    {
        var space = SearchSpace.Open("resnet48");
        var list = small.Write("list.json", $$"""
            { "a": { "arch": "{{space.Largest.Code}}" }, "b": { "arch": "12" }, "c": {}, "d": { "arch": "{{space.Largest.Code.Replace("15585" + "1" + "11", "15585" + "2" + "12", StringComparison.Ordinal)}}" },
              "e": { "arch": "1558522222222222111111111111111111111111111111111111" } }
            """);
        var run = await CommandRun.Of("space", "check", "resnet48", "--architectures", list);
        Assert.Equal(
            $"""
            invalid: 'b': architecture '12' is not of space 'resnet48': it has 2 characters, a code of this space has 52.
            invalid: entry 'c' must be an object with the code as text under 'arch'
            """.Split('\n'),
            run.Output.Split('\n').Where(l => l.StartsWith("invalid", StringComparison.Ordinal) && !l.Contains("'d'", StringComparison.Ordinal)));
        Assert.Contains("'d': architecture", run.Output, StringComparison.Ordinal);
        Assert.Contains($"same network {space.Largest.Code}: a, e\n", run.Output, StringComparison.Ordinal);
        Assert.EndsWith("5 entries: 2 valid, 3 invalid; 1 distinct networks, 1 of them in the domain\n", run.Output.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.Equal((2, $"error: architecture list '{list}': 3 of 5 entries are not of space 'resnet48'.\n"), (run.ExitCode, run.Error));
    }

    [Fact]
    public async Task Bad_input_is_refused_in_words()
    {
        await Refusal.Expect(small, "Option '--count' is required. See 'space sample --help'.", "space", "sample", "tiny");
        await Refusal.Expect(small, "--count is '0', allowed is a whole number from 1 to 1000000. See 'space sample --help'.", "space", "sample", "tiny", "--count", "0");
        await Refusal.Expect(
            small,
            $"--output '{small.At("no/l.json")}' cannot be written: folder '{small.At("no")}' does not exist; make it first.",
            "space", "sample", "tiny", "--count", "1", "--output", small.At("no/l.json"));
        await Refusal.Expect(small, "give either --architecture CODE or --architectures LIST.", "space", "check", "tiny");
        await Refusal.Expect(
            small,
            "architecture '14331511111111111111111' is not of space 'tiny': digit 2 (depth of stage 1) is 4, it may be 1..3.",
            "space", "check", "tiny", "--architecture", "14331511111111111111111");
        await Refusal.Expect(small, "search space 'tyni' is unknown: it is neither a file nor one of resnet20-width, resnet48, resnet48-challenge, resnet50, tiny.", "space", "count", "tyni");
        await Refusal.Expect(small, "Unrecognized option '--jsn'. See 'space show --help'.", "space", "show", "--jsn");
        await Refusal.Expect(small, "Argument 'run' not recognized. Must be one of: 'recipe' 'space' See 'schema --help'.", "schema", "run");
    }

    [Fact]
    public async Task More_distinct_networks_than_there_are_cannot_be_drawn()
    {
        var space = small.Write("one.json", """
            {
              "name": "one", "imageSize": 24, "classes": 10,
              "stem": { "kind": "conv3x3", "followsFirstStage": true, "widths": { "channels": [4] } },
              "stages": [ { "depth": { "min": 1, "max": 2 }, "projection": "none", "widths": { "channels": [4] } } ]
            }
            """);
        await CommandRun.Succeed("space", "sample", space, "--count", "2", "--distinct");
        await CommandRun.Succeed("space", "sample", space, "--count", "3");
        await Refusal.Expect(
            small, "3 distinct networks are wanted, but the domain of space 'one' has 2; ask for at most so many.", "space", "sample", space, "--count", "3", "--distinct");
    }

    [Fact]
    public async Task The_version_stands_after_any_command()
    {
        Assert.Equal(CommandLine.ProgramVersion + "\n", (await CommandRun.Succeed("--version")).ReplaceLineEndings("\n"));
        Assert.Equal(CommandLine.ProgramVersion + "\n", (await CommandRun.Succeed("rank", "--version")).ReplaceLineEndings("\n"));
        Assert.Equal(CommandLine.ProgramVersion + "\n", (await CommandRun.Succeed("space", "show", "--version")).ReplaceLineEndings("\n"));
        Assert.Contains($"error: search space 'x' is unknown", (await CommandRun.Of("space", "show", "x", "--verbose")).Error, StringComparison.Ordinal);
        Assert.Contains("at PriorNas.SearchSpaces.SearchSpace.Open", (await CommandRun.Of("space", "show", "x", "--verbose")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_code_that_is_valid_is_explained() =>
        Assert.Contains("same network     no other code names it", await CommandRun.Succeed("space", "check", "tiny", "--architecture", Largest), StringComparison.Ordinal);
}
