using System.Text.Json.Nodes;

namespace PriorNas.Cli.Tests;

/// <summary>A space of bottlenecks through every command; runs that start with the weights of others; kept checkpoints; a disk without room.</summary>
public sealed class WarmStartTest : IDisposable
{
    private const string Space = """
        {
          "name": "bottlenecks", "imageSize": 24, "classes": 10, "block": "bottleneck", "code": "digits",
          "stem": { "kind": "conv3x3", "widths": { "channels": [16, 8] } },
          "stages": [
            { "depth": { "min": 1, "max": 2 }, "projection": "first-block", "widths": { "channels": [32, 16] }, "innerWidths": { "channels": [8, 4] } },
            { "depth": { "min": 1, "max": 2 }, "stride": 2, "projection": "first-block", "widths": { "channels": [64, 48, 32] }, "innerWidths": { "channels": [16, 8] } }
          ]
        }
        """;

    private readonly SmallRun small = new();

    public void Dispose() => small.Dispose();

    [Fact]
    public async Task Bottlenecks_are_trained_ranked_by_two_checkpoints_and_trained_on_with_other_classes()
    {
        var list = small.Write("list.json", """{ "largest": { "arch": "122111111111" }, "smallest": { "arch": "111222002300" } }""");
        await CommandRun.Succeed([.. Train(small.At("a")), "--set", "checkpoint.keep=2", "--set", "network.outerActivation=prelu"]);
        Assert.Equal(
            ["epoch-0002.safetensors", "epoch-0003.safetensors", "last.safetensors"],
            Directory.GetFiles(Path.Combine(small.At("a"), "checkpoint")).Select(Path.GetFileName).Order(StringComparer.Ordinal));

        string[] Rank(string checkpoint) => ["rank", small.At("a"), "--architectures", list, "--output", small.At(checkpoint + ".json"), "--checkpoint", checkpoint];
        await CommandRun.Succeed(Rank("epoch-0002"));
        await CommandRun.Succeed(Rank("epoch-0003"));
        await CommandRun.Succeed(Rank("last"));
        Assert.Equal(File.ReadAllText(small.At("epoch-0003.json")), File.ReadAllText(small.At("last.json")));
        await Refusal.Expect(small, $"run '{small.At("a")}' has no checkpoint 'epoch-0001'; it has epoch-0002, epoch-0003, last. The recipe's checkpoint.keep says how many epochs are kept.", Rank("epoch-0001"));

        var output = await CommandRun.Succeed([.. Train(small.At("b")), "--set", "classes=7", "--warm-start", small.At("a")]);
        var manifest = JsonNode.Parse(File.ReadAllText(Path.Combine(small.At("b"), "manifest.json")))!["warmStart"]!;
        Assert.Equal(Path.Combine(small.At("a"), "checkpoint", "last.safetensors"), manifest["source"]!.GetValue<string>());
        Assert.Equal(["headBias", "headWeight"], manifest["notTaken"]!.AsArray().Select(n => n!.GetValue<string>()));
        Assert.StartsWith(
            $"warm start from {manifest["source"]} (step 9, sha256 {manifest["sha256"]!.GetValue<string>()[..12]}): {manifest["taken"]} of {manifest["taken"]!.GetValue<int>() + 2} tensors taken; not taken, so as in a new network: headBias, headWeight\n",
            output.ReplaceLineEndings("\n"),
            StringComparison.Ordinal);
        Directory.Delete(small.At("a"), recursive: true);
        await CommandRun.Succeed("train", "--resume", small.At("b"));
    }

    [Fact]
    public async Task Weights_that_are_not_there_or_do_not_fit_are_refused()
    {
        await Refusal.Expect(
            small,
            $"--warm-start '{small.At("none")}': there is no file '{small.At("none")}'; give the folder of a trained run, a checkpoint, or a network as safetensors or .pdparams.",
            [.. SmallRun.TrainArguments(small.Run), "--warm-start", small.At("none")]);
        await CommandRun.Succeed([.. Train(small.At("a")), "--set", "epochs=1"]);
        var checkpoint = Path.Combine(small.At("a"), "checkpoint", "last.safetensors");
        Assert.StartsWith(
            $"error: checkpoint '{checkpoint}' is of another network than space 'tiny' has: ", await Refusal.ErrorOf(small, [.. SmallRun.TrainArguments(small.Run), "--warm-start", small.At("a")]), StringComparison.Ordinal);
        File.WriteAllText(checkpoint, "damaged");
        Assert.StartsWith(
            $"error: '{checkpoint}' is damaged or no safetensors file: ", await Refusal.ErrorOf(small, [.. SmallRun.TrainArguments(small.Run), "--warm-start", checkpoint]), StringComparison.Ordinal);
    }

    /// <summary>A hundred thousand checkpoints of about 150 MiB: no disk has room for them.</summary>
    [Fact]
    public async Task A_run_that_the_disk_has_no_room_for_is_refused()
    {
        var space = small.Write("wide.json", """
            {
              "name": "wide", "imageSize": 24, "classes": 10, "code": "digits", "stem": { "kind": "conv3x3", "followsFirstStage": true, "widths": { "channels": [1024] } },
              "stages": [{ "depth": { "min": 1, "max": 1 }, "projection": "none", "widths": { "channels": [1024] } }]
            }
            """);
        var error = await Refusal.ErrorOf(small, [.. SmallRun.TrainArguments(small.Run), "--set", $"space={space}", "--set", "epochs=100000", "--set", "checkpoint.keep=100000", "--set", "rank.pairs=0"]);
        Assert.Matches(
            $"^error: run '{small.Run}' needs about 1[0-9]{{4}}\\.[0-9] GiB \\(100002 checkpoints of 145 MiB, and a margin\\), but only [0-9.]+ [GM]iB are free in '{small.Folder}'; lower checkpoint.keep, free some space or use another disk\\.\n$",
            error);
    }

    private string[] Train(string run) =>
        [.. SmallRun.TrainArguments(run), .. SmallRun.Light, "--set", $"space={small.Write("space.json", Space)}", "--set", "network.outerActivation=relu"];
}
