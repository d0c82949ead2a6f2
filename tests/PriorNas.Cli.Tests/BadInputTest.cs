namespace PriorNas.Cli.Tests;

/// <summary>Bad input: exit code 2, one clear line, nothing written.</summary>
public sealed class BadInputTest : IDisposable
{
    private const string Largest = "13331111111111111111111";
    private readonly SmallRun small = new();

    public void Dispose() => small.Dispose();

    [Theory]
    [InlineData("1333111111111111111111", "architecture '1333111111111111111111' is not of space 'tiny': it has 22 characters, a code of this space has 23")]
    [InlineData("13331111111111111111119", "digit 23 (stage 3, block 3, output width) is 9, it may be 1..4")]
    [InlineData("13331111111111111111100", "digit 22 (stage 3, block 3, inner width) is 0 in an active block, it may be 1..4")]
    public async Task A_faulty_code_is_refused(string code, string message)
    {
        await Refuses(message, "prior", "--space", "tiny", "--architecture", code);
        var list = small.Write("list.json", $$"""{ "a": { "arch": "{{Largest}}" }, "b": { "arch": "{{code}}" } }""");
        await Refuses(message, "prior", "--space", "tiny", "--architectures", list, "--output", small.At("out.json"));
    }

    [Fact]
    public async Task A_faulty_recipe_is_refused()
    {
        await Refuses("unknown key 'epoch', did you mean 'epochs'?", "train", small.Write("r.json", """{ "space": "tiny", "epoch": 1 }"""), "--run", small.Run);
        await Refuses("is not valid JSON at line 1", "train", small.Write("r.json", """{ "space": """), "--run", small.Run);
        await Refuses("search space 'huge' is unknown", "train", small.Write("r.json", """{ "space": "huge", "epochs": 1 }"""), "--run", small.Run);
        await Refuses($"recipe '{small.At("none.json")}' cannot be read", "train", small.At("none.json"), "--run", small.Run);
        await Refuses("'epochs' is 0, allowed is 1 to 100000; 'data.batchSize' is 1, allowed is 2 to 65536", "train", SmallRun.DemoRecipe, "--run", small.Run, "--set", "epochs=0", "--set", "data.batchSize=1");
    }

    [Fact]
    public async Task A_faulty_data_folder_is_refused()
    {
        string[] train = ["train", SmallRun.DemoRecipe, "--run", small.Run, "--set", "data.source=folder"];
        await Refuses("give it by --data DIR", train);
        await Refuses(small.At("none"), [.. train, "--data", small.At("none")]);
        Directory.CreateDirectory(small.At("data/train/a"));
        File.WriteAllText(small.At("data/train/a/1.png"), "no image");
        await Refuses("val", [.. train, "--data", small.At("data")]);
    }

    [Fact]
    public async Task A_faulty_command_line_is_refused()
    {
        await Refuses("See '--help'.", "trian");
        await Refuses("See 'train --help'.", "train", "--sett", "a=1");
        await Refuses("give a RECIPE to train by, or --resume DIR.", "train");
        await Refuses("give --run DIR", "train", SmallRun.DemoRecipe);
        await Refuses("--set 'epochs' must have the form key=value", "train", SmallRun.DemoRecipe, "--run", small.Run, "--set", "epochs");
        await Refuses($"'{small.Folder}' is not a run folder", "train", "--resume", small.Folder);
        await Refuses("--threads is '0', allowed is a whole number from 1 to 1024.", [.. SmallRun.TrainArguments(small.Run), "--threads", "0"]);
    }

    [Fact]
    public async Task Rankings_that_do_not_match_are_refused()
    {
        var a = small.Write("a.json", """{ "x": { "acc": 1 }, "y": { "acc": 2 } }""");
        await Refuses("lacks 1 of the 2 names", "correlate", a, small.Write("b.json", """{ "x": { "acc": 1 } }"""));
        await Refuses("entry 'x' has no 'flops', it has acc", "correlate", a, a + ":flops");
        await Refuses("'acc' of entry 'x' is \"1\", a finite number must stand there", "correlate", a, small.Write("c.json", """{ "x": { "acc": "1" } }"""));
    }

    [Fact]
    public async Task A_damaged_or_foreign_run_is_refused()
    {
        var list = small.WriteList(2);
        await CommandRun.Succeed(SmallRun.TrainArguments(small.Run));
        await Refuses("exists already", SmallRun.TrainArguments(small.Run));
        await Refuses("does not exist; make it first.", "rank", small.Run, "--architectures", list, "--output", small.At("no/out.json"));
        await Refuses("'evaluation.calibrationImages' is 1, allowed is 0", "rank", small.Run, "--architectures", list, "--output", small.At("out.json"), "--calibration-images", "1");

        var checkpoint = Path.Combine(small.Run, "checkpoint", "last.safetensors");
        var whole = File.ReadAllBytes(checkpoint);
        var altered = (byte[])whole.Clone();
        altered[whole.Length / 2] ^= 1;
        foreach (var damaged in new[] { [], whole[..7], whole[..^1], whole[..(whole.Length / 3)], altered })
        {
            File.WriteAllBytes(checkpoint, damaged);
            await Refuses("last.safetensors", "train", "--resume", small.Run);
            await Refuses("last.safetensors", "rank", small.Run, "--architectures", list, "--output", small.At("out.json"));
        }

        File.WriteAllBytes(checkpoint, whole);
        var manifest = Path.Combine(small.Run, "manifest.json");
        File.WriteAllText(manifest, File.ReadAllText(manifest).Replace("\"libTorch\": \"", "\"libTorch\": \"0.", StringComparison.Ordinal));
        await Refuses("It would not end with the same weights; restore what differs, or give --accept-differences.", "train", "--resume", small.Run);
        await CommandRun.Succeed("train", "--resume", small.Run, "--accept-differences");
    }

    private async Task Refuses(string message, params string[] arguments)
    {
        var before = small.Listing();
        var run = await CommandRun.Of(arguments);
        Assert.Equal(2, run.ExitCode);
        Assert.StartsWith("error: ", run.Error, StringComparison.Ordinal);
        Assert.Single(run.Error.TrimEnd().Split('\n'));
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
        Assert.Equal(before, small.Listing());
    }
}
