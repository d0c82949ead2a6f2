using PriorNas.Cli.Display;
using PriorNas.Ranking;
using PriorNas.Torch.Training;

namespace PriorNas.Cli.Tests;

public sealed class TruthWatchingTest : IDisposable
{
    private readonly SmallRun small = new();

    public void Dispose() => small.Dispose();

    [Fact]
    public void A_measurement_is_one_line()
    {
        var report = new ConsistencyReport(3, 9, 64, 1000, new Estimate(0.81249, 0.7, 0.88), new Estimate(0.6, 0.5, 0.71), 12.34);
        Assert.Equal("epoch 3: agreement with 64 stand-alone accuracies: Pearson 0.812 [0.700, 0.880]  tau-b 0.600 [0.500, 0.710]  (1000 images, 12.3 s)", TrainingDisplay.Describe(report));
        Assert.Equal(
            "epoch 3: agreement with 64 stand-alone accuracies: Pearson undefined  tau-b undefined  (1000 images, 12.3 s)",
            TrainingDisplay.Describe(report with { Pearson = new Estimate(double.NaN), KendallTau = new Estimate(double.NaN) }));
    }

    [Fact]
    public async Task Training_shows_and_keeps_how_far_it_agrees()
    {
        var truth = Path.Combine(CommandRun.RepositoryRoot, "truth", "tiny.json");
        string[] train = [.. SmallRun.TrainArguments(small.Run), .. SmallRun.Light, "--truth", truth, "--truth-every", "2", "--truth-images", "16"];
        var lines = (await CommandRun.Succeed(train)).ReplaceLineEndings("\n").Split('\n').Where(line => line.Contains(" stand-alone accuracies: ", StringComparison.Ordinal)).ToArray();
        Assert.Equal(2, lines.Length);
        Assert.StartsWith("epoch 2: agreement with 64 stand-alone accuracies: Pearson ", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("epoch 3: agreement with 64 stand-alone accuracies: Pearson ", lines[1], StringComparison.Ordinal);
        Assert.Contains("  (16 images, ", lines[1], StringComparison.Ordinal);
        Assert.Contains("\"file\": \"tiny.json\"", File.ReadAllText(Path.Combine(small.Run, "manifest.json")), StringComparison.Ordinal);
        Assert.Equal(3, File.ReadAllLines(Path.Combine(small.Run, "consistency.csv")).Length);
        await CommandRun.Succeed("train", "--resume", small.Run, "--truth", truth);
        Assert.StartsWith(
            $"error: run '{small.Run}' has been compared with 'tiny.json' (acc, SHA-256 ",
            await Refusal.ErrorOf(small, "train", "--resume", small.Run, "--truth", truth + ":acc_seed1"),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_watched_is_refused_before_there_is_a_run()
    {
        string[] train = [.. SmallRun.TrainArguments(small.Run), .. SmallRun.Light];
        await Refusal.Expect(small, "--truth-every has a meaning only with --truth; leave it out, or give --truth FILE.", [.. train, "--truth-every", "2"]);
        await Refusal.Expect(small, "--truth-images has a meaning only with --truth; leave it out, or give --truth FILE.", [.. train, "--truth-images", "2"]);
        await Refusal.Expect(small, "--truth-every is '0', allowed is a whole number, 1 or more. See 'train --help'.", [.. train, "--truth-every", "0"]);
        await Refusal.Expect(small, $"stand-alone accuracies '{small.At("none")}' cannot be read: Could not find file '{small.At("none")}'.", [.. train, "--truth", small.At("none")]);
    }
}
