using PriorNas.Files;
using PriorNas.Torch.Data;
using PriorNas.Torch.Data.Formats;

namespace PriorNas.Torch.Tests.Data.Formats;

public sealed class CifarFolderTest : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Cifar10_has_its_five_files_in_order_and_interleaves_the_planes()
    {
        DataSetWriter.WriteCifar10(folder.Path);
        var data = Open();
        Assert.Equal((50, 10), (data.Train.Count, data.Validation.Count));
        Assert.Equal([9, 8, 0, 9], ((int[])[0, 1, 9, 10]).Select(data.Train.Label));
        Assert.Equal(Enumerable.Range(0, 10).Select(i => $"{i}"), data.Train.Classes);
        Assert.Equal("CIFAR-10 training image 12", data.Train.Describe(12));

        // Record 2 of the second file: red 2 + i, green 52 + 1024 + i, blue 102 + 2048 + i at pixel i.
        var image = data.Train.Read(12);
        Assert.Equal((32, 32), (image.Width, image.Height));
        for (var i = 0; i < 1024; i++)
            Assert.Equal([(byte)(2 + i), (byte)(52 + 1024 + i), (byte)(102 + 2048 + i)], image.Pixels[(3 * i)..(3 * i + 3)]);
    }

    [Fact]
    public void Classes_are_named_by_the_files_that_come_with_the_data()
    {
        DataSetWriter.WriteCifar10(folder.Path);
        File.WriteAllText(folder.At("batches.meta.txt"), "airplane\nautomobile\nbird\ncat\ndeer\ndog\nfrog\nhorse\nship\ntruck\n\n");
        Assert.Equal("frog", Open().Validation.Classes[6]);
        File.WriteAllText(folder.At("batches.meta.txt"), "airplane\ncat\ncat\n");
        Fails($"{folder.At("batches.meta.txt")}: must hold 10 different class names, one a line, but has 2; restore or remove the file (the classes are then named by their numbers).");
        File.WriteAllLines(folder.At("batches.meta.txt"), Enumerable.Range(0, 11).Select(i => $"class {i}"));
        Fails($"{folder.At("batches.meta.txt")}: must hold 10 different class names, one a line, but has more; restore or remove the file (the classes are then named by their numbers).");
    }

    [Fact]
    public void Cifar100_has_fine_or_coarse_labels()
    {
        DataSetWriter.WriteCifar100(folder.Path);
        File.WriteAllLines(folder.At("coarse_label_names.txt"), Enumerable.Range(0, 20).Select(i => $"coarse {i}"));
        var fine = Open();
        Assert.Equal((100, 100, "99"), (fine.Train.Count, fine.Train.Classes.Count, fine.Train.Classes[99]));
        Assert.Equal((42, 57), (fine.Train.Label(42), fine.Validation.Label(42)));
        var coarse = Open(new DataOptions { Cifar100Labels = Cifar100Labels.Coarse });
        Assert.Equal((8, 11, "coarse 11"), (coarse.Train.Label(42), coarse.Validation.Label(42), coarse.Train.Classes[11]));
        Assert.Equal(fine.Train.Read(42).Pixels, coarse.Train.Read(42).Pixels);
    }

    [Fact]
    public void All_missing_files_are_named()
    {
        DataSetWriter.WriteCifar10(folder.Path);
        File.Delete(folder.At("data_batch_3.bin"));
        File.Delete(folder.At("test_batch.bin"));
        Fails($"{folder.Path}: no data_batch_3.bin, test_batch.bin; the binary version of CIFAR-10 has data_batch_1.bin, data_batch_2.bin, data_batch_3.bin, data_batch_4.bin, data_batch_5.bin, test_batch.bin: unpack or download it again.");
    }

    [Fact]
    public void Truncated_files_and_foreign_labels_are_all_named()
    {
        DataSetWriter.WriteCifar10(folder.Path);
        var whole = File.ReadAllBytes(folder.At("data_batch_2.bin"));
        File.WriteAllBytes(folder.At("data_batch_2.bin"), whole[..^1]);
        File.WriteAllBytes(folder.At("test_batch.bin"), []);
        const string Allowed = "but must hold whole records of 3073 bytes (1 of labels, 3072 of pixels), at least one; it is cut off or of another format: unpack or download it again.";
        Fails($"{folder.At("data_batch_2.bin")}: is 30729 bytes long, {Allowed.TrimEnd('.')}; {folder.At("test_batch.bin")}: is 0 bytes long, {Allowed}");

        whole[3073 * 4] = 10;
        File.WriteAllBytes(folder.At("data_batch_2.bin"), whole);
        File.WriteAllBytes(folder.At("test_batch.bin"), whole);
        const string Label = "record 4 has the label 10 where allowed is 0 to 9; the file is damaged or of another format: unpack or download it again.";
        Fails($"{folder.At("data_batch_2.bin")}: {Label.TrimEnd('.')}; {folder.At("test_batch.bin")}: {Label}");
    }

    private ImageData Open(DataOptions? options = null) => DataFolder.Open(folder.Path, options ?? new DataOptions());

    private void Fails(string message) => Assert.Equal(message, Assert.Throws<InputException>(() => Open()).Message);
}
