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
        await Refusal.Expect(small, $"{data}: no such folder; give that of the data set by --data DIR.", "train", "--resume", small.Run);
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
        await Refusal.Expect(small, $"{data}: no such folder; give that of the data set by --data DIR.", Train(data));
        Directory.CreateDirectory(data);
        Assert.StartsWith($"error: {data}: no data set that is known here; it may be ", await Refusal.ErrorOf(small, Train(data)), StringComparison.Ordinal);
        Directory.CreateDirectory(Path.Combine(data, "val"));
        await Refusal.Expect(
            small,
            $"{data}: no subfolder train; it needs train and val, each with a subfolder of images for each class; "
            + $"{data}/val: no class folders; put the images of each class into a subfolder named after it.",
            Train(data));

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
    public async Task Changed_pixels_do_not_continue_a_run()
    {
        var data = ImageFolderWriter.Write(small.At("data"), classes: 10, trainImages: 4, validationImages: 2);
        await CommandRun.Succeed(Train(data));
        File.Copy(Path.Combine(data, "train", ImageFolderWriter.NameOf(3), "1.png"), Path.Combine(data, "train", ImageFolderWriter.NameOf(3), "2.png"), overwrite: true);
        Assert.Contains($"run '{small.Run}' was made with data 40:", await Refusal.ErrorOf(small, "train", "--resume", small.Run), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("train")]
    [InlineData("val")]
    public async Task An_undecodable_image_is_refused_before_there_is_a_run(string part)
    {
        var data = ImageFolderWriter.Write(small.At("data"), classes: 10, trainImages: 4, validationImages: 2);
        var broken = Path.Combine(data, part, ImageFolderWriter.NameOf(7), "1.png");
        File.WriteAllBytes(broken, File.ReadAllBytes(broken)[..^30]);
        var error = await Refusal.ErrorOf(small, Train(data));
        Assert.StartsWith($"error: {broken}: not a complete PNG or JPEG image (IncompleteInput); replace the file or remove it from the data set.", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Undecodable_images_are_left_out_and_counted_where_the_recipe_says_so()
    {
        var data = ImageFolderWriter.Write(small.At("data"), classes: 10, trainImages: 4, validationImages: 2);
        var broken = Path.Combine(data, "train", ImageFolderWriter.NameOf(7), "1.png");
        File.WriteAllText(broken, "no image");
        var output = await CommandRun.Succeed([.. Train(data), "--set", "data.skipBroken=true"]);
        Assert.Contains("39 training images", output, StringComparison.Ordinal);
        Assert.Contains($"Left out, since they cannot be decoded: 1 of 60 images, the first: {broken}: not a complete PNG or JPEG image (unknown format)", output, StringComparison.Ordinal);
        Assert.Contains("\"skippedImages\": 1", File.ReadAllText(Path.Combine(small.Run, "manifest.json")), StringComparison.Ordinal);
        await CommandRun.Succeed("train", "--resume", small.Run);
    }

    [Fact]
    public async Task A_supernet_is_trained_on_idx_files()
    {
        var data = small.At("idx");
        Directory.CreateDirectory(data);
        WriteIdx(Path.Combine(data, "train-images-idx3-ubyte"), [0, 0, 8, 3, 0, 0, 0, 40, 0, 0, 0, 28, 0, 0, 0, 28], 40 * 28 * 28, value => value * 7);
        WriteIdx(Path.Combine(data, "train-labels-idx1-ubyte"), [0, 0, 8, 1, 0, 0, 0, 40], 40, value => value % 10);
        WriteIdx(Path.Combine(data, "t10k-images-idx3-ubyte"), [0, 0, 8, 3, 0, 0, 0, 20, 0, 0, 0, 28, 0, 0, 0, 28], 20 * 28 * 28, value => value * 5);
        WriteIdx(Path.Combine(data, "t10k-labels-idx1-ubyte"), [0, 0, 8, 1, 0, 0, 0, 20], 20, value => value % 10);
        Assert.Contains("40 training images", await CommandRun.Succeed(Train(data)), StringComparison.Ordinal);

        static void WriteIdx(string path, byte[] header, int count, Func<int, int> value) =>
            File.WriteAllBytes(path, [.. header, .. Enumerable.Range(0, count).Select(i => (byte)value(i))]);
    }

    private string[] Train(string data) =>
        [.. SmallRun.TrainArguments(small.Run), "--data", data, "--set", "data.source=folder", "--set", "data.batchSize=20", "--set", "epochs=1"];
}
