using PriorNas.Files;
using PriorNas.Torch.Data;
using PriorNas.Torch.Data.Formats;
using SkiaSharp;

namespace PriorNas.Torch.Tests.Data.Formats;

public sealed class DataFolderTest : IDisposable
{
    private const string ImageFolders = "the folders train and val, each with a folder of images for each class";
    private const string Cifar10 = "the binary files of CIFAR-10 (data_batch_1.bin to data_batch_5.bin, test_batch.bin)";
    private const string Cifar100 = "those of CIFAR-100 (train.bin, test.bin)";
    private const string Idx = "IDX files as MNIST's (train-images-idx3-ubyte, ...)";
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_form_is_recognised_by_its_names()
    {
        folder.MakeImage(SKColors.Red, 2, 2, "images", "train", "a", "1.png");
        folder.MakeImage(SKColors.Red, 2, 2, "images", "val", "a", "1.png");
        DataSetWriter.WriteCifar10(folder.MakeFolder("ten"));
        DataSetWriter.WriteCifar100(folder.MakeFolder("hundred"));
        DataSetWriter.WriteIdx(folder.MakeFolder("grey"));
        Assert.Equal([1, 50, 100, 3], ((string[])["images", "ten", "hundred", "grey"]).Select(name => Open(name).Train.Count));
    }

    [Fact]
    public void An_unknown_folder_is_told_what_may_be_there_and_what_may_be_meant()
    {
        var known = $"no data set that is known here; it may be {ImageFolders}; or {Cifar10}; or {Cifar100}; or {Idx}.";
        folder.MakeFolder("empty");
        Fails($"{folder.At("empty")}: {known}", "empty");
        DataSetWriter.WriteCifar100(folder.MakeFolder("unpacked", "cifar-100-binary"));
        Fails($"{folder.At("unpacked")}: {known} Its subfolder holds one: give --data {folder.At("unpacked", "cifar-100-binary")}", "unpacked");
        folder.MakeFolder("python");
        File.WriteAllText(folder.At("python", "data_batch_1"), "");
        Fails($"{folder.At("python")}: {known} This is the Python version of CIFAR; take the binary version.", "python");
        Fails($"{folder.At("none")}: no such folder; give that of the data set by --data DIR.", "none");
    }

    [Fact]
    public void Nothing_is_guessed_where_there_are_several_forms()
    {
        folder.MakeImage(SKColors.Red, 2, 2, "two", "train", "a", "1.png");
        folder.MakeImage(SKColors.Red, 2, 2, "two", "val", "a", "1.png");
        DataSetWriter.WriteIdx(folder.At("two"));
        Fails($"{folder.At("two")}: holds the names of several data sets: {ImageFolders}; and {Idx}. Choose one by --set data.format=image-folder or idx.", "two");
        Assert.Equal(1, Open("two", DataFormat.ImageFolder).Train.Count);
        Assert.Equal(3, Open("two", DataFormat.Idx).Train.Count);
    }

    private ImageData Open(string name, DataFormat format = DataFormat.Auto) => DataFolder.Open(folder.At(name), new DataOptions { Format = format });

    private void Fails(string message, string name) => Assert.Equal(message, Assert.Throws<InputException>(() => Open(name)).Message);
}
