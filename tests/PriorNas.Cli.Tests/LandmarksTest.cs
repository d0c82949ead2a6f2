using System.Text.Json.Nodes;
using PriorNas.Cli.Display;
using PriorNas.Cli.Tests.Golden;
using PriorNas.Randomness;
using PriorNas.Ranking.Surrogates;
using PriorNas.SearchSpaces;
using PriorNas.Torch.Runs;

namespace PriorNas.Cli.Tests;

public sealed class LandmarksTest : IDisposable
{
    private readonly SmallRun small = new();

    public void Dispose() => small.Dispose();

    [Fact]
    public async Task Landmarks_are_trained_once_and_weigh_the_priors()
    {
        var output = (await Run()).ReplaceLineEndings("\n");
        Assert.Contains("\n8/8  ", output, StringComparison.Ordinal);
        Assert.Contains("\n8 landmarks of tiny, 95 % intervals in brackets\n", output, StringComparison.Ordinal);
        Assert.Contains("\nThis used stand-alone accuracies of 8 landmarks, each trained for 1 epoch.\nCost of all trainings in the folder: 8 networks, 8 epochs, ", output, StringComparison.Ordinal);
        var list = ArchitectureList.ReadFile(Path.Combine(small.Run, "landmarks.json"), SearchSpace.Open("tiny"));
        Assert.Equal(8, list.Length);
        await CommandRun.Succeed("prior", "validate", "--space", "tiny", "--truth", Path.Combine(small.Run, "landmarks.json"));

        var text = File.ReadAllText(Path.Combine(small.Run, "weighing.json"));
        var weighing = JsonNode.Parse(text)!;
        Assert.Equal("used stand-alone accuracies of 8 landmarks, each trained for 1 epoch", (string)weighing["note"]!);
        Assert.Equal(["flops", "params", "depth", "zen", "zen-residual"], weighing["priors"]!.AsArray().Select(prior => (string)prior!["name"]!));
        if ((string?)weighing["prior"] is { } sum)
            Assert.Contains(sum, await CommandRun.Succeed("train", SmallRun.DemoRecipe, "--explain", "--set", $"rank.prior={sum}"), StringComparison.Ordinal);

        // Nothing is left to train, and what is written is the same.
        Assert.DoesNotContain("/8  ", await Run(), StringComparison.Ordinal);
        Assert.Equal(text, File.ReadAllText(Path.Combine(small.Run, "weighing.json")));
    }

    /// <summary>Of scores that are nearly the accuracies the supernet's name has the weight; of scores that are the reverse of them it has none.</summary>
    [Fact]
    public async Task Scores_of_a_supernet_are_weighed_beside_the_priors()
    {
        await Run();
        var landmarks = JsonNode.Parse(File.ReadAllText(Path.Combine(small.Run, "landmarks.json")))!.AsObject();
        string Scores(string name, double sign) => small.Write(
            name, new JsonObject(landmarks.Select((entry, i) => KeyValuePair.Create<string, JsonNode?>(
                entry.Key, new JsonObject { ["arch"] = (string)entry.Value!["arch"]!, ["score"] = sign * (double)entry.Value["acc"]! + 1e-6 * i }))).ToJsonString());
        var before = File.ReadAllText(Path.Combine(small.Run, "weighing.json"));
        var output = await Run("--scores", Scores("good.json", 1));
        Assert.Contains("\nsupernet        1.000", output.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.Matches("\n(To join with the supernet's scores, by rank or smooth: --join 0\\.\\d+|The landmarks want no prior beside the supernet's scores: leave --join out)", output);
        var joining = JsonNode.Parse(File.ReadAllText(Path.Combine(small.Run, "joining.json")))!;
        Assert.Equal("supernet", (string)joining["priors"]![0]!["name"]!);
        Assert.Equal(1, (double)joining["priors"]![0]!["weight"]!);
        Assert.NotNull(joining["join"]);
        Assert.Equal(before, File.ReadAllText(Path.Combine(small.Run, "weighing.json")));
        Assert.Matches("The landmarks give the supernet's scores no weight beside the priors\\.|Neither the supernet nor a prior agrees with the landmarks", await Run("--scores", Scores("bad.json", -1)));
    }

    [Fact]
    public async Task Scores_that_lack_a_landmark_are_refused()
    {
        string[] command = ["landmarks", SmallRun.DemoRecipe, "--run", small.Run, .. SmallRun.Settings, "--count", "8"];
        var scores = small.WriteList(4);
        Assert.Matches(
            $"^error: --scores '{scores}' has no score of 8 of the 8 landmarks, the first is \\d+; rank the landmarks.json of the folder, which is there when they are trained.\n$",
            await Refusal.ErrorOf(small, [.. command, "--scores", scores]));
    }

    [Fact]
    public async Task What_cannot_be_weighed_is_refused_before_anything_is_made()
    {
        string[] command = ["landmarks", SmallRun.DemoRecipe, "--run", small.Run, .. SmallRun.Settings];
        await Refusal.Expect(small, "--count is '7', allowed is a whole number from 8 to 1000. See 'landmarks --help'.", [.. command, "--count", "7"]);
        await Refusal.Expect(small, "--epochs is '0', allowed is a whole number from 1 to 1000. See 'landmarks --help'.", [.. command, "--epochs", "0"]);
        await Refusal.Expect(
            small,
            "--prior holds the sum 'flops+zen'; give its terms as names of their own, since they are what is weighed.",
            [.. command, "--prior", "flops+zen"]);
        Assert.StartsWith("error: prior 'size' is unknown, it may be ", await Refusal.ErrorOf(small, [.. command, "--prior", "size"]), StringComparison.Ordinal);
        await Refusal.Expect(
            small,
            "--prior 'depth': each is the same for all architectures of space 'resnet20-width'; give others.",
            [.. command, "--set", "space=resnet20-width", "--set", "classes=10", "--prior", "depth"]);
    }

    [Fact]
    public void The_table_and_what_the_landmarks_decide()
    {
        GoldenFile.Matches("landmarks-decided", Shown([0.4, 1, 0], ["depth"]));
        GoldenFile.Matches("landmarks-undecided", Shown([0, 1, 0], []));
        GoldenFile.Matches("landmarks-nothing", Shown([0, 0, -1], []));
    }

    /// <summary>A truth that is a sum of made scorings.</summary>
    private static string Shown(double[] factors, string[] constant)
    {
        const int Count = 30;
        var random = new RandomStream(5);
        var scorings = factors.Select(_ => Enumerable.Range(0, Count).Select(_ => random.NextGaussian()).ToArray()).ToArray();
        if (factors[1] == 0)
            scorings = [scorings[2]];
        double[] truth = [.. Enumerable.Range(0, Count).Select(i => factors.Length == scorings.Length ? factors.Zip(scorings, (factor, scores) => factor * scores[i]).Sum() : -scorings[0][i])];
        string[] names = scorings.Length == 1 ? ["zen"] : ["flops", "zen", "params"];
        var weighing = ScoreWeighing.Of(names, scorings, truth, new RandomStream(1));
        using var output = new StringWriter();
        LandmarkWeighingDisplay.Write(new LandmarkWeighing("made", 2, new LandmarkCost { Networks = 31, Epochs = 62, Seconds = 123.456 }, weighing, [.. constant]), output);
        return output.ToString();
    }

    private Task<string> Run(params string[] more) => CommandRun.Succeed(
        ["landmarks", SmallRun.DemoRecipe, "--run", small.Run, .. SmallRun.Settings, "--count", "8", "--threads", "1", .. more]);
}
