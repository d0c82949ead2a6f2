namespace PriorNas.Cli.Tests;

/// <summary>Training and ranking on an image folder, and what is wrong with one.</summary>
public sealed class ImageFolderTest : IDisposable
{
    private readonly SmallRun small = new();

    public void Dispose() => small.Dispose();

    [Fact]
    public async Task A_supernet_is_trained_and_ranked_on_an_image_folder()
    {
        var data = ImageFolderWriter.Write(small.At("data"), classes: 10, trainImages: 4, validationImages: 2);
        var trained = await CommandRun.Succeed(Train(data));
        Assert.Contains("40 training images", trained, StringComparison.Ordinal);

        // The run knows its folder: neither rank nor --resume needs --data.
        string[] rank = ["rank", small.Run, "--architectures", small.WriteList(3), "--output"];
        await CommandRun.Succeed([.. rank, small.At("first.json")]);
        await CommandRun.Succeed("train", "--resume", small.Run);

        Directory.Move(data, small.At("moved"));
        await Refusal.Expect(small, $"{data}: no such folder; give one with the subfolders train and val.", "train", "--resume", small.Run);
        var again = await CommandRun.Succeed([.. rank, small.At("second.json"), "--data", small.At("moved")]);
        Assert.DoesNotContain("ranked 3/3 networks", again, StringComparison.Ordinal);
        Assert.Equal(File.ReadAllBytes(small.At("first.json")), File.ReadAllBytes(small.At("second.json")));
    }

    [Fact]
    public async Task Other_images_do_not_continue_a_run()
    {
        var data = ImageFolderWriter.Write(small.At("data"), classes: 10, trainImages: 4, validationImages: 2);
        await CommandRun.Succeed(Train(data));
        File.Delete(Path.Combine(data, "train", ImageFolderWriter.NameOf(3), "1.png"));
        var error = await Refusal.ErrorOf(small, "train", "--resume", small.Run);
        Assert.Contains($"run '{small.Run}' was made with data 40:", error, StringComparison.Ordinal);
        Assert.Contains(", now 39:", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_faulty_folder_is_refused()
    {
        var data = small.At("data");
        await Refusal.Expect(small, $"{data}: no such folder; give one with the subfolders train and val.", Train(data));
        Directory.CreateDirectory(data);
        await Refusal.Expect(small, $"{data}: no subfolder train; it needs train and val, each with a subfolder of images for each class.", Train(data));

        ImageFolderWriter.Write(data, classes: 9, trainImages: 4, validationImages: 2);
        await Refusal.Expect(small, $"data folder '{data}' has 9 classes, but search space 'tiny' has 10; give --set classes=9, or another folder.", Train(data));
        await Refusal.Expect(
            small,
            $"data folder '{data}' has 36 training images, fewer than data.batchSize 64; give --set data.batchSize=36 or less.",
            [.. Train(data), "--set", "classes=9", "--set", "data.batchSize=64"]);

        var lost = ImageFolderWriter.NameOf(4);
        Directory.Delete(Path.Combine(data, "val", lost), recursive: true);
        await Refusal.Expect(
            small, $"{data}/val: no class {lost}, which {data}/train has; both need the same class folders: add or remove it.", Train(data));

        await Refusal.Expect(
            small,
            $"--data '{data}' is given, but the recipe's data.source is synthetic; leave out --data or set data.source=folder.",
            [.. SmallRun.TrainArguments(small.Run), "--data", data]);
    }

    [Fact]
    public async Task An_undecodable_validation_image_is_refused_before_there_is_a_run()
    {
        var data = ImageFolderWriter.Write(small.At("data"), classes: 10, trainImages: 4, validationImages: 2);
        var broken = Path.Combine(data, "val", ImageFolderWriter.NameOf(7), "1.png");
        File.WriteAllBytes(broken, File.ReadAllBytes(broken)[..60]);
        var error = await Refusal.ErrorOf(small, Train(data));
        Assert.StartsWith($"error: {broken}: not a complete PNG or JPEG image (", error, StringComparison.Ordinal);
        Assert.EndsWith("); replace the file or remove it from the data set.\n", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_training_stopped_by_an_undecodable_image_goes_on_once_it_is_repaired()
    {
        var data = ImageFolderWriter.Write(small.At("data"), classes: 10, trainImages: 4, validationImages: 2);
        var broken = Path.Combine(data, "train", ImageFolderWriter.NameOf(7), "1.png");
        var whole = File.ReadAllBytes(broken);
        File.WriteAllText(broken, "no image");

        // Of 40 images a step takes 40: the first step meets the broken one.
        string[] train = [.. Train(data), "--set", "data.batchSize=40", "--set", "evaluation.calibrationImages=0"];
        var run = await CommandRun.Of(train);
        Assert.Equal(2, run.ExitCode);
        Assert.Equal($"error: {broken}: not a complete PNG or JPEG image (unknown format); replace the file or remove it from the data set.\n", run.Error);

        File.WriteAllBytes(broken, whole);
        await CommandRun.Succeed("train", "--resume", small.Run);
    }

    private string[] Train(string data) =>
        [.. SmallRun.TrainArguments(small.Run), "--data", data, "--set", "data.source=folder", "--set", "data.batchSize=20", "--set", "epochs=1"];
}
