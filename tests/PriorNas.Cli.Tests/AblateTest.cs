using System.Text.Json.Nodes;

namespace PriorNas.Cli.Tests;

public sealed class AblateTest : IDisposable
{
    private readonly SmallRun small = new();

    public void Dispose() => small.Dispose();

    [Fact]
    public async Task Recipes_are_compared_in_a_table_and_an_interrupted_ablation_goes_on()
    {
        var expected = await Ablate("whole");
        Assert.Contains("4 trainings: 2 recipes, 2 seeds each; 8 architectures, ", expected, StringComparison.Ordinal);
        var table = JsonNode.Parse(File.ReadAllText(small.At("whole/ablation.json")))!;
        Assert.Equal(["baseline", "rank.pairs=0"], table["recipes"]!.AsArray().Select(row => (string)row!["name"]!));
        Assert.Equal(2, table["recipes"]![1]!["kendall"]!["values"]!.AsArray().Count);
        Assert.Null(table["recipes"]![0]!["kendall"]!["aheadOfBaseline"]);
        Assert.Equal("loss", (string)table["score"]!);
        var markdown = File.ReadAllText(small.At("whole/ablation.md"));
        Assert.Contains("8 architectures ranked by loss, ", markdown, StringComparison.Ordinal);

        // By another score, of the outcomes that are there.
        var byAccuracy = await CommandRun.Succeed([.. Arguments("whole", "--vary", "rank.pairs=0", "--seeds", "2"), "--score", "accuracy"]);
        Assert.Contains("8 architectures ranked by accuracy, ", byAccuracy, StringComparison.Ordinal);
        Assert.DoesNotContain("epoch", byAccuracy, StringComparison.Ordinal);
        await Ablate("whole");
        Assert.Contains("| baseline | 2 | ", markdown, StringComparison.Ordinal);

        // Each training is a run like any other.
        await CommandRun.Succeed("rank", small.At("whole/rank.pairs=0/seed2"), "--architectures", small.At("list.json"), "--output", small.At("ranked.json"));

        // As if killed: of one training nothing, of one no outcome, of one half a run is there.
        CopyFolder(small.At("whole"), small.At("again"));
        Directory.Delete(small.At("again/baseline/seed1"), recursive: true);
        File.Delete(small.At("again/baseline/seed2/outcome.json"));
        File.Delete(small.At("again/rank.pairs=0/seed1/outcome.json"));

        // As an earlier version left it: its supernet is ranked again, not trained again.
        var outcome = small.At("again/rank.pairs=0/seed2/outcome.json");
        var earlier = JsonNode.Parse(File.ReadAllText(outcome))!.AsObject();
        Assert.Equal(8, earlier["losses"]!.AsArray().Count);
        Assert.True(earlier.Remove("losses") && earlier.Remove("margins"));
        File.WriteAllText(outcome, earlier.ToJsonString());
        File.Delete(small.At("again/rank.pairs=0/seed1/checkpoint/last.safetensors"));
        Assert.Contains("\n4/4  ", await Ablate("again"), StringComparison.Ordinal);
        Assert.Equal(File.ReadAllText(small.At("whole/rank.pairs=0/seed2/outcome.json")), File.ReadAllText(outcome));
        Assert.Equal(File.ReadAllText(small.At("whole/ablation.json")), File.ReadAllText(small.At("again/ablation.json")));
    }

    [Fact]
    public async Task A_plan_says_how_many_seeds_it_takes_and_trains_nothing()
    {
        WriteTruth(8);
        var none = await CommandRun.Succeed(Arguments("run", "--vary", "rank.pairs=0", "--plan", "0.1"));
        Assert.False(Directory.Exists(small.At("run")));
        Assert.Contains("\nrank.pairs=0  0            -                            -            -\n", none.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.EndsWith("train these first by the same command without --plan, with --seeds 3 or more.\n", none.ReplaceLineEndings("\n"), StringComparison.Ordinal);

        await CommandRun.Succeed(Arguments("run", "--vary", "rank.pairs=0", "--seeds", "3"));
        var before = small.Listing();
        var plan = (await CommandRun.Succeed(Arguments("run", "--vary", "rank.pairs=0", "--plan", "0.1"))).ReplaceLineEndings("\n");
        Assert.Equal(before, small.Listing());
        Assert.StartsWith("Seeds for a 95 % interval of ±0.1 around each difference in tau-b to the baseline of the same seed, ranked by loss:\n", plan, StringComparison.Ordinal);
        Assert.Matches(@"\nrank\.pairs=0  3            \d\.\d{3}, at most \d\.\d{3} +\d+ +\d+\n\n--seeds \d+ likely does for all; \d+ in nine cases of ten, since the spread of few seeds is little known\.\n$", plan);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("NaN")]
    [InlineData("3")]
    public async Task A_width_that_cannot_be_planned_for_is_refused(string width)
    {
        WriteTruth(3);
        await Refusal.Expect(small, $"--plan is '{width}', allowed is a number above 0, to 2. See 'ablate --help'.", [.. Arguments("run", "--vary", "rank.pairs=0"), $"--plan={width}"]);
    }

    [Fact]
    public async Task Two_processes_share_the_work()
    {
        WriteTruth(3);
        string[] command = Arguments("run", "--vary", "rank.pairs=0", "--seeds", "2");
        using var one = ProgramRun.Start(small.Folder, command);
        using var other = ProgramRun.Start(small.Folder, command);
        var ended = await Task.WhenAll(one.End(), other.End());
        Assert.All(ended, run => Assert.True(run.ExitCode == 0, run.Error));
        var outputs = ended.Select(run => run.Output).ToArray();
        Assert.Equal(4, outputs.Sum(output => output.Split('\n').Count(line => line.Contains(" s a training  ", StringComparison.Ordinal))));
        Assert.All(outputs, output => Assert.Contains("Also in ", output, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_training_that_diverges_is_a_row_of_the_table()
    {
        small.WriteList(3);
        WriteTruth(3);
        var output = await CommandRun.Succeed(Arguments("run", "--variant", "steep: optimizer.learningRate=1e6; optimizer.gradientClip=0", "--seeds", "1"));
        Assert.Contains("steep, seed 1: diverged", output, StringComparison.Ordinal);
        Assert.Contains("1, 1 diverged", output, StringComparison.Ordinal);
        Assert.Contains("Nothing is decided", output, StringComparison.Ordinal);
        var again = await CommandRun.Succeed(Arguments("run", "--variant", "steep: optimizer.learningRate=1e6; optimizer.gradientClip=0", "--seeds", "1"));
        Assert.DoesNotContain("epoch", again, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Outcomes_of_another_machine_are_refused_unless_accepted()
    {
        WriteTruth(3);
        var command = Arguments("run", "--variant", "zen: rank.pairs=0; rank.prior=zen", "--vary", "rank.pairs=0", "--seeds", "1");
        var output = await CommandRun.Succeed(command);
        const string Note = "'zen' differs from 'rank.pairs=0' only in keys without effect there, and is not trained again.\n";
        Assert.StartsWith($"{Note}2 trainings: 2 recipes, 1 seed each; ", output, StringComparison.Ordinal);
        Assert.EndsWith($"\n\n{Note}", File.ReadAllText(small.At("run/ablation.md")), StringComparison.Ordinal);

        var manifest = small.At("run/rank.pairs=0/seed1/manifest.json");
        File.WriteAllText(manifest, File.ReadAllText(manifest).Replace("\"threads\": 1,", "\"threads\": 77,", StringComparison.Ordinal));
        await Refusal.Expect(
            small,
            $"training '{small.At("run/rank.pairs=0/seed1")}' was made with threads 77, now 1. A table would mix them; restore what differs, give another --run, or --accept-differences.",
            command);
        Assert.DoesNotContain("epoch", await CommandRun.Succeed([.. command, "--accept-differences"]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Waiting_for_the_trainings_of_others_is_said_and_ends_by_an_interrupt()
    {
        WriteTruth(3);
        foreach (var arm in (string[])["baseline", "rank.pairs=0"])
            Directory.CreateDirectory(small.At($"run/{arm}"));
        using var first = Hold("run/baseline/seed1.lock");
        using var second = Hold("run/rank.pairs=0/seed1.lock");
        using var source = new CancellationTokenSource();
        using var output = new CancellingWriter("Waiting for ", source);
        using var error = new StringWriter();
        Assert.Equal(130, await CommandLine.RunAsync(Arguments("run", "--vary", "rank.pairs=0", "--seeds", "1"), Terminal.Of(output, error), source.Token));
        Assert.Contains("\nWaiting for other processes, which work on baseline, seed 1; rank.pairs=0, seed 1.\nInterrupted; what was trained is kept.", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Waiting_for_the_reports_of_others_is_said_and_ends_by_an_interrupt()
    {
        WriteTruth(3);
        Directory.CreateDirectory(small.At("run"));
        using var held = Hold("run/reports.lock");
        using var source = new CancellationTokenSource();
        using var output = new CancellingWriter("Waiting for another process, which writes the reports.", source);
        using var error = new StringWriter();
        Assert.Equal(130, await CommandLine.RunAsync(Arguments("run", "--vary", "rank.pairs=0", "--seeds", "1"), Terminal.Of(output, error), source.Token));
        Assert.Equal("error: interrupted.\n", error.ToString());
        Assert.False(File.Exists(small.At("run/ablation.md")));
    }

    [Fact]
    public async Task What_does_not_fit_is_refused_before_anything_is_made()
    {
        WriteTruth(3);
        Assert.Contains("evaluation.validationImages", await Refusal.ErrorOf(small, Arguments("run", "--vary", "evaluation.validationImages=16,1000")), StringComparison.Ordinal);
    }

    private async Task<string> Ablate(string run)
    {
        WriteTruth(8);
        return await CommandRun.Succeed(Arguments(run, "--vary", "rank.pairs=0", "--seeds", "2"));
    }

    private string[] Arguments(string run, params string[] more) =>
        ["ablate", SmallRun.DemoRecipe, "--truth", small.At("list.json"), "--run", small.At(run), .. SmallRun.Settings, "--set", "epochs=1", "--set", "sampling.nets=2", "--threads", "1", .. more];

    private void WriteTruth(int count)
    {
        var list = JsonNode.Parse(File.ReadAllText(small.WriteList(count)))!.AsObject();
        foreach (var (index, entry) in list.Index())
            entry.Value!["acc"] = 0.1 * (index % 5);
        File.WriteAllText(small.At("list.json"), list.ToJsonString());
    }

    private FileStream Hold(string path) => new(small.At(path), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);

    private static void CopyFolder(string from, string to)
    {
        foreach (var file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }

    /// <summary>Cancels at a line that starts so.</summary>
    private sealed class CancellingWriter(string beginning, CancellationTokenSource source) : StringWriter
    {
        public override void WriteLine(string? value)
        {
            base.WriteLine(value);
            if (value?.StartsWith(beginning, StringComparison.Ordinal) == true)
                source.Cancel();
        }
    }
}
