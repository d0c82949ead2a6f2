using System.Text.Json;
using System.Text.Json.Nodes;

namespace PriorNas.Cli.Tests;

public sealed class TrainAloneTest : IDisposable
{
    private readonly SmallRun small = new();

    public void Dispose() => small.Dispose();

    [Fact]
    public async Task A_list_gives_a_truth_file_that_other_commands_read()
    {
        var list = small.WriteList(3);
        var output = await Train("--architectures", list, "--seeds", "2", "--jobs", "2", "--threads", "1", "--output", small.At("truth.json"));
        Assert.EndsWith($"3 architectures trained alone, 2 seeds each: {small.At("truth.json")}\n", output, StringComparison.Ordinal);
        Assert.Contains("\n6/6  ", output, StringComparison.Ordinal);
        var truth = JsonNode.Parse(File.ReadAllText(small.At("truth.json")))!.AsObject();
        Assert.Equal(["arch1", "arch2", "arch3"], truth.Select(entry => entry.Key));
        Assert.All(truth, entry => Assert.Equal((double)entry.Value!["acc"]!, ((double)entry.Value["acc_seed1"]! + (double)entry.Value["acc_seed2"]!) / 2, 1e-12));
        await CommandRun.Succeed("correlate", small.At("truth.json:acc_seed1"), small.At("truth.json:acc_seed2"));
        await CommandRun.Succeed("prior", "validate", "--space", "tiny", "--truth", small.At("truth.json"));

        // The same command has nothing left to train; a longer one only the rest.
        await Train("--architectures", list, "--seeds", "2", "--threads", "1", "--output", small.At("again.csv"));
        await CommandRun.Succeed("correlate", small.At("truth.json"), small.At("again.csv"));
        Assert.Equal(6, Lines(await Train("--architectures", small.WriteList(9), "--threads", "1", "--output", small.At("longer.json")), "  top-1 "));
    }

    [Fact]
    public async Task One_architecture_is_shown_in_training_and_its_weights_are_kept()
    {
        const string Code = "11114440000440000440000";
        var output = await Train("--architecture", Code, "--threads", "1");
        Assert.Contains("epoch 3: validation top-1 ", output, StringComparison.Ordinal);
        Assert.DoesNotContain("smallest", output, StringComparison.Ordinal);
        Assert.Contains($"{Code}  top-1 ", output, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(small.Run, "networks", $"{Code}-seed1.safetensors")));
    }

    [Fact]
    public async Task A_network_is_extracted_from_a_supernet()
    {
        await CommandRun.Succeed([.. SmallRun.TrainArguments(small.Run), "--set", "epochs=1", .. SmallRun.Light]);
        var list = small.WriteList(1);
        await CommandRun.Succeed("rank", small.Run, "--architectures", list, "--output", small.At("ranked.json"));
        using var ranked = JsonDocument.Parse(File.ReadAllText(small.At("ranked.json")));
        var entry = ranked.RootElement.GetProperty("arch1");
        var output = await CommandRun.Succeed("extract", small.Run, "--architecture", entry.GetProperty("arch").GetString()!, "--output", small.At("network.safetensors"), "--checkpoint", "last");
        Assert.Contains("epoch-0099", await Refusal.ErrorOf(small, "extract", small.Run, "--architecture", entry.GetProperty("arch").GetString()!, "--output", small.At("n.safetensors"), "--checkpoint", "epoch-0099"), StringComparison.Ordinal);
        Assert.Contains(FormattableString.Invariant($"top-1 {100 * entry.GetProperty("acc").GetDouble():F2} % inside the supernet"), output, StringComparison.Ordinal);
        Assert.True(File.Exists(small.At("network.safetensors")));
    }

    [Fact]
    public async Task What_cannot_be_trained_is_refused_before_anything_is_made()
    {
        string[] command = ["train-alone", SmallRun.DemoRecipe, "--run", small.Run, .. SmallRun.Settings];
        await Refusal.Expect(small, "give either --architectures LIST or --architecture CODE.", command);
        await Refusal.Expect(small, "--seeds is '0', allowed is a whole number from 1 to 1000. See 'train-alone --help'.", [.. command, "--architecture", "11114440000440000440000", "--seeds", "0"]);
        await Refusal.Expect(small, "--jobs is '0', allowed is a whole number from 1 to 1024. See 'train-alone --help'.", [.. command, "--architecture", "11114440000440000440000", "--jobs", "0"]);
        await Refusal.Expect(
            small,
            $"--output '{small.At("no/truth.json")}' cannot be written: folder '{small.At("no")}' does not exist; make it first.",
            [.. command, "--architecture", "11114440000440000440000", "--output", small.At("no/truth.json")]);
        await Refusal.Expect(
            small,
            "'pretrained.importanceReordering' is true, which sorts channels by weights that were trained; networks that are trained alone start with random ones. Set it to false.",
            [.. command, "--architecture", "11114440000440000440000", "--set", "pretrained.importanceReordering=true"]);
    }

    [Fact]
    public async Task What_does_not_fit_the_images_is_refused_before_anything_is_made() => await Refusal.Expect(
        small,
        "'evaluation.validationImages' is 1000, but there are only 32 images; set it to at most that.",
        ["train-alone", SmallRun.DemoRecipe, "--run", small.Run, .. SmallRun.Settings, "--architecture", "11114440000440000440000", "--set", "evaluation.validationImages=1000"]);

    [Fact]
    public async Task An_existing_folder_is_checked_before_the_images_and_gone_on_with_by_its_own_threads()
    {
        string[] one = ["--architecture", "11114440000440000440000"];
        await Train([.. one, "--set", "epochs=1", "--jobs", "2"]);
        await Train([.. one, "--set", "epochs=1", "--jobs", "1", "--seeds", "2"]);
        await Refusal.Expect(
            small,
            $"run folder '{small.Run}' was made by another recipe (see its recipe.json); continue with the same recipe and settings, or give another --run.",
            ["train-alone", SmallRun.DemoRecipe, "--run", small.Run, .. SmallRun.Settings, .. one, "--set", "epochs=1", "--set", "data.source=folder", "--data", small.At("none")]);
    }

    [Fact]
    public async Task Networks_trained_alone_are_no_supernet()
    {
        await Train("--architecture", "11114440000440000440000", "--threads", "1", "--set", "epochs=1");
        var message = $"run folder '{small.Run}' holds networks trained alone, not a supernet; give another folder.";
        await Refusal.Expect(small, message, "train", "--resume", small.Run);
        await Refusal.Expect(small, message, "rank", small.Run, "--architectures", small.WriteList(2), "--output", small.At("ranked.json"));
    }

    private async Task<string> Train(params string[] more) => await CommandRun.Succeed(["train-alone", SmallRun.DemoRecipe, "--run", small.Run, .. SmallRun.Settings, .. more]);

    private static int Lines(string output, string part) => output.Split('\n').Count(line => line.Contains(part, StringComparison.Ordinal));
}
