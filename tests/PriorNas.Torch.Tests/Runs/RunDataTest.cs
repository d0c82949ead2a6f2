using PriorNas.Files;
using PriorNas.Torch.Recipes;
using PriorNas.Torch.Runs;
using PriorNas.Torch.Tests.Data;
using PriorNas.Torch.Tests.Training;
using SkiaSharp;

namespace PriorNas.Torch.Tests.Runs;

public sealed class RunDataTest : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_folder_is_asked_for_where_the_recipe_needs_one_and_refused_where_not()
    {
        var e = Assert.Throws<InputException>(() => Open(null, "data.source=folder"));
        Assert.Equal("the recipe trains on a data folder: give it by --data DIR (DIR/train/CLASS/*.png|jpg and DIR/val/CLASS/..., or the files of CIFAR or MNIST).", e.Message);
        e = Assert.Throws<InputException>(() => Open("x"));
        Assert.Equal("--data 'x' is given, but the recipe's data.source is synthetic; leave out --data or set data.source=folder.", e.Message);
    }

    [Fact]
    public void Classes_and_batch_size_must_fit_the_folder()
    {
        foreach (var part in new[] { "train", "val" })
        {
            foreach (var name in new[] { "a", "b", "c" })
                folder.MakeImage(SKColors.Red, 24, 24, part, name, "1.png");
        }

        var e = Assert.Throws<InputException>(() => Open(folder.Path, "data.source=folder"));
        Assert.Equal(
            $"data folder '{folder.Path}' has 3 classes, but search space 'tiny' has 10; give --set classes=3, or another folder; "
            + $"data folder '{folder.Path}' has 3 training images, fewer than data.batchSize 32; give --set data.batchSize=3 or less.",
            e.Message);
        e = Assert.Throws<InputException>(() => Open(folder.Path, "data.source=folder", "classes=3"));
        Assert.Equal($"data folder '{folder.Path}' has 3 training images, fewer than data.batchSize 32; give --set data.batchSize=3 or less.", e.Message);
        var data = Open(folder.Path, "data.source=folder", "classes=3", "data.batchSize=3");
        Assert.Equal((folder.Path, 3), (data.Folder, data.Images.Train.Count));
    }

    [Fact]
    public void The_fingerprint_tells_other_images_apart()
    {
        Assert.Equal(TrainingRuns.Data.Fingerprint, Open(null).Fingerprint);
        Assert.NotEqual(TrainingRuns.Data.Fingerprint, Open(null, "data.syntheticTrainImages=97").Fingerprint);
        Assert.NotEqual(TrainingRuns.Data.Fingerprint, Open(null, "data.syntheticSeed=2").Fingerprint);
    }

    [Fact]
    public void The_fingerprint_covers_the_bytes_of_every_file_but_not_the_place()
    {
        Write("data");
        var first = Open(folder.At("data"), Folder).Fingerprint;
        Assert.Matches("^6:[0-9a-f]{16}-3:[0-9a-f]{16}$", first);
        Directory.Move(folder.At("data"), folder.At("moved"));
        Assert.Equal(first, Open(folder.At("moved"), Folder).Fingerprint);
        folder.MakeImage(SKColors.Blue, 24, 24, "moved", "train", "b", "2.png");
        var changed = Open(folder.At("moved"), Folder).Fingerprint;
        Assert.NotEqual(first, changed);
        Assert.Equal(first.Split('-')[1], changed.Split('-')[1]);
        folder.MakeImage(SKColors.Blue, 24, 24, "moved", "val", "b", "1.png");
        Assert.NotEqual(changed.Split('-')[1], Open(folder.At("moved"), Folder).Fingerprint.Split('-')[1]);
    }

    [Fact]
    public void Every_unreadable_header_is_named_at_once()
    {
        Write("data");
        var (train, val) = (folder.At("data", "train", "a", "1.png"), folder.At("data", "val", "c", "1.png"));
        File.WriteAllText(train, "no image");
        File.WriteAllBytes(val, MadeImages.Png(100_000, 100_000, length: 100));
        Assert.Equal(
            $"{train}: not a complete PNG or JPEG image (unknown format); replace the file or remove it from the data set; "
            + $"{val}: has 100000 x 100000 pixels, allowed are 100 million; shrink the image or remove it from the data set. "
            + "(data.skipBroken=true in the recipe leaves such images out.)",
            Assert.Throws<InputException>(() => Open(folder.At("data"), Folder)).Message);
    }

    [Fact]
    public void What_only_decoding_shows_is_found_before_a_training()
    {
        Write("data");
        var cut = Cut("data", "train", "a", "1.png");
        var data = Open(folder.At("data"), Folder);
        Assert.Equal(
            $"{cut}: not a complete PNG or JPEG image (IncompleteInput); replace the file or remove it from the data set. (data.skipBroken=true in the recipe leaves such images out.)",
            Assert.Throws<InputException>(() => data.DecodeTraining(TestContext.Current.CancellationToken)).Message);
    }

    [Fact]
    public void Broken_images_are_left_out_where_the_recipe_says_so()
    {
        Write("whole");
        Write("data");
        var (train, val) = (Cut("data", "train", "b", "1.png"), Cut("data", "val", "c", "1.png"));
        File.Delete(folder.At("whole", "train", "b", "1.png"));
        var data = Open(folder.At("data"), [.. Folder, "data.skipBroken=true"]);
        Assert.Equal([train, val], data.Skipped.Select(message => message.Split(": ")[0]));
        Assert.Equal((5, 2), (data.Images.Train.Count, data.Images.Validation.Count));
        Assert.Equal([0, 0, 1, 2, 2], Enumerable.Range(0, 5).Select(data.Images.Train.Label));
        Assert.Equal(Open(folder.At("whole"), Folder).Fingerprint.Split('-')[0], data.Fingerprint.Split('-')[0]);

        // The images that are left must still fit.
        Cut("data", "train", "b", "2.png");
        Assert.Equal(
            $"data folder '{folder.At("data")}' has no usable training image of class b; add some, or remove the class.",
            Assert.Throws<InputException>(() => Open(folder.At("data"), [.. Folder, "data.skipBroken=true"])).Message);
    }

    /// <summary>The disk and permissions say nothing of what a file holds: to leave images out for them would make another data set.</summary>
    [Theory]
    [InlineData("data.skipBroken=true")]
    [InlineData("data.skipBroken=false")]
    public void A_file_that_cannot_be_read_is_never_left_out(string setting)
    {
        Write("data");
        Cut("data", "train", "b", "1.png");
        var link = folder.At("data", "train", "c", "0.png");
        File.CreateSymbolicLink(link, folder.At("nowhere.png"));
        var message = Assert.Throws<InputException>(() => Open(folder.At("data"), [.. Folder, setting])).Message;
        Assert.StartsWith($"{link}: cannot be read (", message, StringComparison.Ordinal);
        Assert.EndsWith("); restore the file and its permissions, or remove it from the data set.", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_lost_before_the_decoding_is_not_called_broken()
    {
        Write("data");
        var data = Open(folder.At("data"), Folder);
        var lost = folder.At("data", "train", "a", "1.png");
        File.Delete(lost);
        Directory.CreateDirectory(lost);
        var message = Assert.Throws<InputException>(() => data.DecodeTraining(TestContext.Current.CancellationToken)).Message;
        Assert.StartsWith($"{lost}: cannot be read (", message, StringComparison.Ordinal);
        Assert.DoesNotContain("skipBroken", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Cifar_and_idx_files_need_nothing_but_their_folder()
    {
        DataSetWriter.WriteCifar10(folder.MakeFolder("cifar"));
        var cifar = Open(folder.At("cifar"), "data.source=folder");
        Assert.Equal((50, 10), (cifar.Images.Train.Count, cifar.Images.Validation.Count));
        cifar.DecodeTraining(TestContext.Current.CancellationToken);
        Assert.Equal(cifar.Fingerprint, Open(folder.At("cifar"), "data.source=folder", "data.format=cifar10").Fingerprint);
        Assert.StartsWith(
            $"{folder.At("cifar")}: no train.bin, test.bin; ",
            Assert.Throws<InputException>(() => Open(folder.At("cifar"), "data.source=folder", "data.format=cifar100", "data.cifar100Labels=coarse")).Message,
            StringComparison.Ordinal);
        DataSetWriter.WriteIdx(folder.MakeFolder("idx"));
        var plain = Open(folder.At("idx"), Folder).Fingerprint;
        foreach (var file in Directory.GetFiles(folder.At("idx")))
            DataSetWriter.Compress(file);
        Assert.Equal(plain, Open(folder.At("idx"), Folder).Fingerprint);
        Assert.NotEqual(plain, cifar.Fingerprint);
    }

    private static string[] Folder { get; } = ["data.source=folder", "classes=3", "data.batchSize=3"];

    /// <summary>Three classes of two training images and one validation image.</summary>
    private void Write(string name)
    {
        foreach (var label in (string[])["a", "b", "c"])
        {
            folder.MakeImage(SKColors.Red, 24, 24, name, "train", label, "1.png");
            folder.MakeImage(SKColors.Lime, 24, 24, name, "train", label, "2.png");
            folder.MakeImage(SKColors.Gray, 24, 24, name, "val", label, "1.png");
        }
    }

    /// <summary>Leaves the header of an image and a part of its pixels.</summary>
    private string Cut(params string[] parts)
    {
        var path = folder.At(parts);
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..^30]);
        return path;
    }

    private static RunData Open(string? path, params string[] settings)
    {
        var file = RecipeFile.Read(TrainingRuns.Text, "recipe 'test'", settings);
        return RunData.Open(file.Recipe, file.Space, path);
    }
}
