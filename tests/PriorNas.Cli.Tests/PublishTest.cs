using System.Text.Json.Nodes;

namespace PriorNas.Cli.Tests;

/// <summary>A trained supernet that is handed on.</summary>
public sealed class PublishTest : IDisposable
{
    private readonly SmallRun small = new();

    public void Dispose() => small.Dispose();

    [Fact]
    public async Task A_published_run_ranks_as_the_run_does_and_knows_no_place_of_the_machine()
    {
        await Train();
        var list = small.WriteList(4);
        var output = await CommandRun.Succeed("publish", small.Run, "--output", small.At("zoo"), "--checkpoint", "epoch-0001");
        Assert.Matches(@"^\S+zoo: \d\.\d\d MB of weights\. Rank by it as by any run: rank \S+zoo --data DIR \.\.\.\n$", output.ReplaceLineEndings("\n"));
        Assert.Equal(
            [".gitignore", "checkpoint/last.safetensors", "manifest.json", "recipe.json", "space.json"],
            Directory.GetFiles(small.At("zoo"), "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(small.At("zoo"), file).Replace('\\', '/')).Order(StringComparer.Ordinal));
        await CommandRun.Succeed("rank", small.Run, "--architectures", list, "--output", small.At("run.json"), "--checkpoint", "epoch-0001");
        await CommandRun.Succeed("rank", small.At("zoo"), "--architectures", list, "--output", small.At("zoo.json"));
        Assert.Equal(File.ReadAllText(small.At("run.json")), File.ReadAllText(small.At("zoo.json")));
        Assert.DoesNotContain(small.Folder, File.ReadAllText(Path.Combine(small.At("zoo"), "manifest.json")), StringComparison.Ordinal);

        // The momentum is as large as the weights.
        long Length(string run) => new FileInfo(Path.Combine(small.At(run), "checkpoint", "last.safetensors")).Length;
        Assert.InRange(Length("zoo"), 1, 0.6 * Length("run"));
    }

    [Fact]
    public async Task Of_a_warm_start_the_name_alone_is_handed_on()
    {
        await Train();
        await CommandRun.Succeed([.. SmallRun.TrainArguments(small.At("on")), "--set", "epochs=1", .. SmallRun.Light, "--warm-start", small.Run]);
        await CommandRun.Succeed("publish", small.At("on"), "--output", small.At("zoo"));
        var manifest = JsonNode.Parse(File.ReadAllText(Path.Combine(small.At("zoo"), "manifest.json")))!;
        Assert.Equal("last.safetensors", (string)manifest["warmStart"]!["source"]!);
    }

    [Fact]
    public async Task Training_does_not_go_on_from_it_but_may_begin_with_it()
    {
        await Train();
        await CommandRun.Succeed("publish", small.Run, "--output", small.At("zoo"));
        var checkpoint = Path.Combine(small.At("zoo"), "checkpoint", "last.safetensors");
        var run = await CommandRun.Of("train", "--resume", small.At("zoo"));
        Assert.Equal(
            (2, $"error: checkpoint '{checkpoint}' was published without the state of training, so that training cannot continue from it; start a new run with --warm-start.\n"),
            (run.ExitCode, run.Error.ReplaceLineEndings("\n")));
        await CommandRun.Succeed([.. SmallRun.TrainArguments(small.At("on")), "--set", "epochs=1", .. SmallRun.Light, "--warm-start", small.At("zoo")]);
    }

    [Fact]
    public async Task What_cannot_be_published_is_refused()
    {
        await Train();
        await Refusal.Expect(
            small,
            $"run '{small.Run}' has no checkpoint 'epoch-0007'; it has epoch-0001, last. The recipe's checkpoint.keep says how many epochs are kept.",
            ["publish", small.Run, "--output", small.At("zoo"), "--checkpoint", "epoch-0007"]);
        await Refusal.Expect(
            small,
            $"folder '{small.Run}' exists already; give another --output.",
            ["publish", small.Run, "--output", small.Run]);
        Directory.CreateDirectory(small.At("zoo.partial"));
        await Refusal.Expect(
            small,
            $"folder '{small.At("zoo")}' cannot be made: '{small.At("zoo")}.partial', where it is made ready, exists; delete it if nothing else uses it.",
            ["publish", small.Run, "--output", small.At("zoo")]);
    }

    private async Task Train() =>
        await CommandRun.Succeed([.. SmallRun.TrainArguments(small.Run), "--set", "epochs=1", "--set", "checkpoint.keep=1", .. SmallRun.Light]);
}
