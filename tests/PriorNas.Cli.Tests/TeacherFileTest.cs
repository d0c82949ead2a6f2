using PriorNas.Randomness;
using PriorNas.SearchSpaces;
using PriorNas.Torch.Supernet;

namespace PriorNas.Cli.Tests;

/// <summary>A teacher that cannot teach is found before images are read: here there are none, which would be the next error.</summary>
public sealed class TeacherFileTest : IDisposable
{
    private readonly SmallRun small = new();

    public void Dispose() => small.Dispose();

    [Fact]
    public async Task It_is_opened_before_the_images()
    {
        string[] command = ["train", SmallRun.DemoRecipe, "--run", small.Run, "--set", "data.source=folder", "--data", small.At("no-images"), .. Teacher];
        Assert.StartsWith($"error: '{small.At("t")}' cannot be read: Could not find file ", await Refusal.ErrorOf(small, command), StringComparison.Ordinal);
        WriteTeacher();
        await Refusal.Expect(small, $"teacher '{small.At("t")}' has 10 classes, the run has 7; give a network that was trained on the same classes.", [.. command, "--set", "classes=7"]);
        Assert.Contains("no-images", await Refusal.ErrorOf(small, command), StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_opened_before_the_images_of_a_run_that_goes_on()
    {
        WriteTeacher();
        await CommandRun.Succeed([.. SmallRun.TrainArguments(small.Run), .. Teacher, "--set", "epochs=1", .. SmallRun.Light]);
        File.Delete(small.At("t"));
        Assert.StartsWith($"error: '{small.At("t")}' cannot be read: Could not find file ", await Refusal.ErrorOf(small, "train", "--resume", small.Run), StringComparison.Ordinal);
    }

    private string[] Teacher => ["--set", "distillation.teacher=external", "--set", $"distillation.network={small.At("t")}"];

    private void WriteTeacher()
    {
        using var network = new ElasticResNet(SearchSpace.Open("tiny").Smallest, new NetworkOptions(), new RandomStream(1));
        PlainNetworkFile.Write(small.At("t"), network);
    }
}
