using PriorNas.Cli.Arguments;

namespace PriorNas.Cli.Tests;

/// <summary>What the user reads when something is wrong, word for word.</summary>
public sealed class MessageTest : IDisposable
{
    private const string Largest = "13331111111111111111111";
    private readonly SmallRun small = new();

    public void Dispose() => small.Dispose();

    [Theory]
    [InlineData("1333", "it has 4 characters, a code of this space has 23")]
    [InlineData("1333111111111111111111x", "character 23 is 'x', only digits may stand in a code")]
    [InlineData("23331111111111111111111", "digit 1 (image size) is 2, it must be 1")]
    [InlineData("14331111111111111111111", "digit 2 (depth of stage 1) is 4, it may be 1..3")]
    [InlineData("13331011111111111111111", "digit 6 (stage 1, block 1, inner width) is 0 in an active block, it may be 1..4")]
    [InlineData("13331511111111111111111", "digit 6 (stage 1, block 1, inner width) is 5, it may be 1..4")]
    [InlineData("13321111111111111111100", "")]
    [InlineData("13321111111111111111111", "digit 22 (stage 3, block 3, inner width) is 1, but the depth of the stage is 2: a block after that is written 00; digit 23 (stage 3, block 3, output width) is 1, but the depth of the stage is 2: a block after that is written 00")]
    public async Task A_code(string code, string fault)
    {
        string[] command = ["prior", "--space", "tiny", "--prior", "depth", "--architecture", code];
        if (fault.Length == 0)
            await CommandRun.Succeed(command);
        else
            await Refusal.Expect(small, $"architecture '{code}' is not of space 'tiny': {fault}.", command);
    }

    [Fact]
    public async Task A_list()
    {
        const string Short = "\"1\": { \"arch\": \"1\" }";
        await List($$"""[{ "arch": "{{Largest}}" }]""", "must be a JSON object of name -> {\"arch\": code}, but is an array.");
        await List("{}", " is empty: it must hold at least one architecture.");
        await List("""{ "a": 1 }""", ": entry 'a' must be an object with the code as text under 'arch'");
        await List("{ " + Short + " }", ": '1': architecture '1' is not of space 'tiny': it has 1 characters, a code of this space has 23");
        Assert.StartsWith(
            $"error: architecture list '{small.At("list.json")}' is not valid JSON at line 2, byte ", await Refusal.ErrorOf(small, Prior(small.Write("list.json", "{\n\"a\": }"))), StringComparison.Ordinal);
        Assert.StartsWith(
            $"error: architecture list '{small.At("list.json")}' is not valid JSON", await Refusal.ErrorOf(small, Prior(small.Write("list.json", "{" + Short + "," + Short + "}"))), StringComparison.Ordinal);
        await Refusal.Expect(
            small, $"architecture list '{small.At("none")}' cannot be read: Could not find file '{small.At("none")}'.", Prior(small.At("none")));

        async Task List(string json, string fault) =>
            await Refusal.Expect(small, $"architecture list '{small.Write("list.json", json)}'{(fault[0] == 'm' ? " " : "")}{fault}", Prior(small.At("list.json")));
    }

    [Fact]
    public async Task A_setting()
    {
        const string Place = "recipe 'RECIPE': ";
        await Setting("--set 'epochs' must have the form key=value, for example optimizer.learningRate=0.1.", "epochs");
        await Setting("--set '=1' must have the form key=value, for example optimizer.learningRate=0.1.", "=1");
        await Setting("--set 'seed.x=1': 'seed' is a value, not a group of values.", "seed.x=1");
        await Setting(Place + "'epochs' must be a whole number.", "epochs=1.5");
        await Setting(Place + "'data.flip' must be true or false.", "data.flip=yes");
        await Setting(Place + "'data.augmentation' must be one of pad-crop, random-resized-crop, center-crop.", "data.augmentation=crop");
        await Setting(Place + "'epochs' is 0, allowed is 1 to 100000", "epochs=0");
        await Setting(
            Place + "'data.batchSize' is 1, allowed is 2 to 65536; 'sampling.sandwich' is true, allowed is false where sampling.nets is 1: the largest and the smallest subnet are two; 'optimizer.momentum' is 1, allowed is 0 to below 1; 'checkpoint.seconds' is -1, allowed is 0 (at epochs only) or more",
            "data.batchSize=1", "sampling.nets=1", "optimizer.momentum=1", "checkpoint.seconds=-1");
        await Setting(
            Place + "unknown key 'optimizer.learninRate', did you mean 'learningRate'? (allowed: gradientClip, learningRate, momentum, nesterov, referenceBatchSize, warmUpEpochs, warmUpSteps, weightAveraging, weightDecay)",
            "optimizer.learninRate=1");
        await Setting("search space 'tyni' is unknown: it is neither a file nor one of resnet20-width, resnet48, resnet48-challenge, resnet50, tiny.", "space=tyni");
    }

    [Fact]
    public async Task A_recipe()
    {
        await Recipe("{ \"space\": \"tiny\",\n", "error: recipe 'FILE' is not valid JSON at line ");
        await Recipe("[]", "error: recipe 'FILE' must be a JSON object.\n");
        await Recipe("{ \"space\": \"tiny\" }", "error: recipe 'FILE': ");
        await Recipe("{ \"space\": \"tiny\", \"epochs\": 1, \"epochs\": 2 }", "error: recipe 'FILE' is not valid JSON");
        await Recipe("{ \"space\": null, \"epochs\": 1 }", "error: recipe 'FILE': ");

        async Task Recipe(string json, string beginning)
        {
            var file = small.Write("r.json", json);
            Assert.StartsWith(beginning.Replace("FILE", file, StringComparison.Ordinal), await Refusal.ErrorOf(small, "train", file, "--run", small.Run), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Two_rankings()
    {
        var a = small.Write("a.json", """{ "x": { "acc": 1, "arch": "1", "flops": 5 }, "y": { "acc": 2, "flops": 6 } }""");
        await Refusal.Expect(
            small,
            $"'{Write("z")}' (acc) lacks 1 of the 2 names in '{a}' (acc), the first is 'x'; both files must hold the same names.",
            "correlate", a, small.At("b.json"));
        await Refusal.Expect(small, $"score file '{a}': entry 'x' has no 'params', it has acc, flops; entry 'y' has no 'params', it has acc, flops.", "correlate", a, a + ":params");
        await Refusal.Expect(small, $"score file '{a}': 'arch' of entry 'x' is \"1\", a finite number must stand there; entry 'y' has no 'arch', it has acc, flops.", "correlate", a, a + ":arch");
        var one = small.Write("one.json", """{ "x": { "acc": 1 } }""");
        await Refusal.Expect(small, $"'{one}' (acc) has 1 entries, at least 2 are needed to compare.", "correlate", one, one);
        var list = small.Write("array.json", "[1, 2]");
        await Refusal.Expect(small, $"score file '{list}' must be a JSON object of name -> {{\"acc\": number}}.", "correlate", list, a);
        await Refusal.Expect(small, $"score file '{small.At("none")}' cannot be read: Could not find file '{small.At("none")}'.", "correlate", small.At("none"), a);

        await Refusal.Expect(small, "--top holds '3', allowed are whole numbers from 1 to 2, the number of architectures.", "correlate", a, a, "--top", "1,3");
        await Refusal.Expect(small, "--top holds '', allowed are whole numbers from 1 to 2, the number of architectures.", "correlate", a, a, "--top", "");
        await Refusal.Expect(small, $"'{Write("z")}' (acc) lacks 1 of the 2 names in '{a}' (acc), the first is 'x'; both files must hold the same names.", "correlate", a, a, "--given", small.At("b.json"));
        var table = small.Write("t.csv", "name,acc\nx,1\ny,high\n");
        await Refusal.Expect(small, $"score file '{table}': 'acc' of entry 'y' (line 3) is 'high', a finite number must stand there.", "correlate", a, table);
        await Refusal.Expect(small, $"score file '{table}' has no column 'flops', it has acc.", "correlate", a, table + ":flops");

        string Write(string name) => small.Write("b.json", $$"""{ "{{name}}": { "acc": 1 }, "y": { "acc": 2 } }""");
    }

    [Fact]
    public async Task A_truth_to_validate_priors_by()
    {
        var truth = small.Write("t.csv", $"name,arch,acc\na,{Largest},0.5\nb,1,0.6\n");
        await Refusal.Expect(
            small, $"architecture list '{truth}': 'b': architecture '1' is not of space 'tiny': it has 1 characters, a code of this space has 23", "prior", "validate", "--space", "tiny", "--truth", truth);
        var one = small.Write("one.csv", $"name,arch,acc\na,{Largest},0.5\n");
        await Refusal.Expect(small, $"'{one}' (acc) has 1 entries, at least 2 are needed to compare.", "prior", "validate", "--space", "tiny", "--truth", one);
        await Refusal.Expect(small, $"score file '{one}' has no column 'top1', it has arch, acc.", "prior", "validate", "--space", "tiny", "--truth", one + ":top1");
        await Refusal.Expect(small, "Option '--truth' is required. See 'prior validate --help'.", "prior", "validate", "--space", "tiny");
    }

    [Fact]
    public async Task A_command_line()
    {
        await Refusal.Expect(small, "Required command was not provided. See '--help'.");
        await Refusal.Expect(small, "Required command was not provided. Unrecognized command or argument 'trian'. See '--help'.", "trian");
        await Refusal.Expect(small, "Unrecognized option '--runs'. See 'train --help'.", "train", "--runs");
        await Refusal.Expect(small, "Unrecognized command or argument '--foo'. See 'train --help'.", "train", SmallRun.DemoRecipe, "--foo");
        await Refusal.Expect(small, "Unrecognized option '--jsn'. See 'correlate --help'.", "correlate", "a", "--jsn");
        await Refusal.Expect(small, "Required argument 'B' missing for command: 'correlate'. See 'correlate --help'.", "correlate", "a");
        await Refusal.Expect(
            small, "Option '--architectures' is required. Option '--output' is required. Required argument 'RUN' missing for command: 'rank'. See 'rank --help'.", "rank");
        await Refusal.Expect(small, "--seed is 'x', allowed is a whole number from 0 to 18446744073709551615. See 'train --help'.", "train", SmallRun.DemoRecipe, "--seed", "x");
        await Refusal.Expect(small, "--seed is '-1', allowed is a whole number from 0 to 18446744073709551615. See 'train --help'.", "train", SmallRun.DemoRecipe, "--seed", "-1");
        await Refusal.Expect(small, "--threads is 'x', allowed is a whole number from 1 to 1024. See 'demo --help'.", "demo", "--threads", "x");
        await Refusal.Expect(small, "--threads is '1025', allowed is a whole number from 1 to 1024. See 'demo --help'.", "demo", "--threads", "1025");
        await Refusal.Expect(
            small, "--validation-images is '1.5', allowed is a whole number, 0 or more. See 'rank --help'.", "rank", small.Run, "--architectures", "l", "--output", "o", "--validation-images", "1.5");
        await Refusal.Expect(small, "give a RECIPE to train by, or --resume DIR.", "train");
        await Refusal.Expect(small, "give --run DIR, the folder for the new run.", "train", SmallRun.DemoRecipe);
        await Refusal.Expect(
            small, "--resume continues by the recipe and the weights in the run folder; leave out RECIPE, --run, --warm-start, --set, --seed and --explain.", "train", SmallRun.DemoRecipe, "--resume", small.Run);
        await Refusal.Expect(small, "give either --architectures LIST or --architecture CODE.", "prior", "--space", "tiny");
        await Refusal.Expect(small, "search space 'tyni' is unknown: it is neither a file nor one of resnet20-width, resnet48, resnet48-challenge, resnet50, tiny.", "prior", "--space", "tyni", "--architecture", Largest);
        await Refusal.Expect(small, "prior 'flop' is unknown, it may be flops, flops-paddle, params, params-paddle, depth, zen, zen-residual, zen-sampled, zen-residual-sampled, or a sum such as 0.5*flops+zen.", "prior", "--space", "tiny", "--architecture", Largest, "--prior", "flop");
    }

    [Fact]
    public async Task A_file_and_its_key()
    {
        var scores = small.Write("s.json", """{ "a": { "acc": 1 }, "b": { "acc": 2 } }""");
        await Refusal.Expect(small, $"'{scores}:' names no key: write one after the colon, or leave the colon out for 'acc'.", "correlate", scores, scores + ":");
        Assert.Equal(("s", "flops"), ScoreArgument.Split("s:flops"));
        Assert.Equal((@"C:\s.json", "acc"), ScoreArgument.Split(@"C:\s.json"));
        Assert.Equal((@"C:\s.json", "flops"), ScoreArgument.Split(@"C:\s.json:flops"));
        Assert.Equal(("a:b", "c"), ScoreArgument.Split("a:b:c"));
    }

    [Fact]
    public async Task A_demo_on_other_images_or_in_another_space()
    {
        await Refusal.Expect(
            small,
            "demo works on the embedded images, because the true accuracies were measured on them; leave out --set data.source, and train on images of your own by 'train RECIPE --data DIR'.",
            "demo", "--run", small.Run, "--set", "data.source=folder");
        await Refusal.Expect(
            small,
            "demo compares with true accuracies of space 'tiny', not of 'resnet20-width' at 32 px and 10 classes; leave out --set space, imageSize and classes, or use 'train' and 'rank'.",
            "demo", "--run", small.Run, "--set", "space=resnet20-width", "--set", "classes=10");
        await Refusal.Expect(
            small,
            "demo compares with accuracies that were measured on other validation images: 'data.syntheticSeed' is 2, not 1; 'data.validationResize' is 32, not 0; "
                + "'data.augmentation', which decides how validation images are resized, is not pad-crop; leave out these --set, or use 'train' and 'rank'.",
            "demo", "--run", small.Run, "--set", "data.syntheticSeed=2", "--set", "data.validationResize=32", "--set", "data.augmentation=random-resized-crop");
    }

    [Fact]
    public async Task An_output_file()
    {
        var list = small.WriteList(2);
        await Refusal.Expect(small, "--architectures needs --output FILE for the scores.", "prior", "--space", "tiny", "--architectures", list);
        await Output("", "--output '' cannot be written: it must be the name of a file.");
        await Output(small.Folder, $"--output '{small.Folder}' cannot be written: it must be the name of a file.");
        await Output(small.At("no/out.json"), $"--output '{small.At("no/out.json")}' cannot be written: folder '{small.At("no")}' does not exist; make it first.");

        async Task Output(string file, string message)
        {
            await Refusal.Expect(small, message, "prior", "--space", "tiny", "--architectures", list, "--output", file);
            await Refusal.Expect(small, message, "rank", small.Run, "--architectures", list, "--output", file);
        }
    }

    private string[] Prior(string list) => ["prior", "--space", "tiny", "--architectures", list, "--output", small.At("out.json")];

    private async Task Setting(string message, params string[] settings) => await Refusal.Expect(
        small,
        message.Replace("RECIPE", SmallRun.DemoRecipe, StringComparison.Ordinal),
        ["train", SmallRun.DemoRecipe, "--run", small.Run, .. settings.SelectMany(s => new[] { "--set", s })]);
}
