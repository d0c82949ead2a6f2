using System.Text.Json.Nodes;

namespace PriorNas.Cli.Tests;

/// <summary>Runs that cannot be continued with.</summary>
public sealed class DamagedRunTest : IDisposable
{
    private readonly SmallRun small = new();

    public void Dispose() => small.Dispose();

    [Fact]
    public async Task A_truncated_or_altered_checkpoint_is_refused()
    {
        await TrainShortly();
        var path = Path.Combine(small.Run, "checkpoint", "last.safetensors");
        var whole = File.ReadAllBytes(path);
        var list = small.WriteList(2);

        // The lengths around the header, then every 32nd part; a flipped byte in the header's length, the header, and the data.
        const int Parts = 32;
        int[] lengths = [0, 1, 7, 8, 9, 1000, .. Enumerable.Range(1, Parts - 1).Select(i => (int)((long)whole.Length * i / Parts)), whole.Length - 1];
        int[] flipped = [0, 8, 200, whole.Length / 2, whole.Length - 1];
        var damaged = lengths.Select(length => whole[..length]).Concat(flipped.Select(at => Flipped(whole, at))).Append([.. whole, 0]).ToArray();
        for (var i = 0; i < damaged.Length; i++)
        {
            File.WriteAllBytes(path, damaged[i]);
            string[] command = i % 2 == 0 ? ["train", "--resume", small.Run] : ["rank", small.Run, "--architectures", list, "--output", small.At("out.json")];
            Assert.Contains($"'{path}'", await Refusal.ErrorOf(small, command), StringComparison.Ordinal);
        }

        File.WriteAllBytes(path, whole);
        await CommandRun.Succeed("train", "--resume", small.Run);
    }

    [Fact]
    public async Task A_run_of_another_machine_is_refused()
    {
        await TrainShortly();
        const string Remedy = "It would not end with the same weights; restore what differs, or give --accept-differences.";
        await Refusal.Expect(small, $"run '{small.Run}' was made with threads 1, now 2. {Remedy}", "train", "--resume", small.Run, "--threads", "2");

        var processor = Edit("manifest.json", manifest =>
        {
            var machine = manifest["machine"]!.AsObject();
            var old = machine["processor"]!.GetValue<string>();
            machine["processor"] = "Other";
            return old;
        });
        await Refusal.Expect(small, $"run '{small.Run}' was made with processor Other, now {processor}. {Remedy}", "train", "--resume", small.Run);
        await CommandRun.Succeed("train", "--resume", small.Run, "--accept-differences");
    }

    [Fact]
    public async Task A_run_in_use_is_refused()
    {
        await TrainShortly();
        using var held = new FileStream(Path.Combine(small.Run, "lock"), FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        string[][] commands = [["train", "--resume", small.Run], ["rank", small.Run, "--architectures", small.WriteList(2), "--output", small.At("out.json")]];
        foreach (var command in commands)
        {
            Assert.StartsWith(
                $"error: run folder '{small.Run}' cannot be used: another process works in it, or it is read-only (", await Refusal.ErrorOf(small, command), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task An_edited_or_incomplete_run_folder_is_refused()
    {
        await TrainShortly();
        var recipe = Path.Combine(small.Run, "recipe.json");
        Edit("recipe.json", values => values["seed"] = -1);
        await Refusal.Expect(small, $"recipe '{recipe}': 'seed' must be a whole number from 0 to 18446744073709551615.", "train", "--resume", small.Run);
        Edit("recipe.json", values => values["seed"] = 1);
        Edit("recipe.json", values => values["rank"]!["pairs"] = -1);
        await Refusal.Expect(small, $"recipe '{recipe}': 'rank.pairs' is -1, allowed is 0 (off) to 1024", "train", "--resume", small.Run);
        Edit("recipe.json", values => values["epoch"] = 1);
        Assert.StartsWith($"error: recipe '{recipe}': unknown key 'epoch', did you mean 'epochs'?", await Refusal.ErrorOf(small, "train", "--resume", small.Run), StringComparison.Ordinal);
        File.Delete(recipe);
        Assert.StartsWith($"error: recipe '{recipe}' cannot be read: ", await Refusal.ErrorOf(small, "train", "--resume", small.Run), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_new_run_takes_no_folder_that_exists()
    {
        Directory.CreateDirectory(small.Run);
        var exists = $"run folder '{small.Run}' exists already and is no run: it has no manifest.json; give another --run.";
        await Refusal.Expect(small, exists, SmallRun.TrainArguments(small.Run));
        await Refusal.Expect(small, exists, ["demo", "--run", small.Run, .. SmallRun.Settings]);
        await Refusal.Expect(
            small, $"'{small.Run}' is not a run folder: it has no manifest.json. Give the folder of a run; 'train RECIPE --run DIR' makes one where there is no DIR yet.", "train", "--resume", small.Run);
        await Refusal.Expect(small, "run folder '' has no name; give --run DIR.", SmallRun.TrainArguments(""));
    }

    [Fact]
    public async Task Settings_that_do_not_fit_the_images_are_refused_before_there_is_a_run()
    {
        await Refusal.Expect(
            small,
            "'evaluation.calibrationImages' is 97, but there are only 96 images; set it to at most that.",
            [.. SmallRun.TrainArguments(small.Run), "--set", "evaluation.calibrationImages=97"]);
        await Refusal.Expect(
            small,
            "batch size 97: there are only 96 training images, so an epoch has no complete batch; lower the batch size to at most 96 or add images.",
            [.. SmallRun.TrainArguments(small.Run), "--set", "data.batchSize=97"]);
    }

    private async Task TrainShortly() => await CommandRun.Succeed([.. SmallRun.TrainArguments(small.Run), "--set", "epochs=1", "--threads", "1"]);

    private T Edit<T>(string file, Func<JsonObject, T> change)
    {
        var path = Path.Combine(small.Run, file);
        var values = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        var result = change(values);
        File.WriteAllText(path, values.ToJsonString());
        return result;
    }

    private static byte[] Flipped(byte[] whole, int at)
    {
        var altered = (byte[])whole.Clone();
        altered[at] ^= 1;
        return altered;
    }
}
