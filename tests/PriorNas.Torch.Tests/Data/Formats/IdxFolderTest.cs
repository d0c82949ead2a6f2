using PriorNas.Files;
using PriorNas.Torch.Data;
using PriorNas.Torch.Data.Formats;

namespace PriorNas.Torch.Tests.Data.Formats;

public sealed class IdxFolderTest : IDisposable
{
    private const string Again = "; it is cut off, damaged or not an IDX file: download it again.";
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Grey_values_become_three_equal_channels_and_labels_are_numbered_in_order()
    {
        DataSetWriter.WriteIdx(folder.Path);
        var data = Open();
        Assert.Equal(["1", "3", "7"], data.Train.Classes);
        Assert.Equal([1, 2, 0], Enumerable.Range(0, 3).Select(data.Train.Label));
        Assert.Equal([2, 1], Enumerable.Range(0, 2).Select(data.Validation.Label));
        var image = data.Train.Read(1);
        Assert.Equal((3, 2), (image.Width, image.Height));
        Assert.Equal([6, 6, 6, 7, 7, 7, 8, 8, 8, 9, 9, 9, 10, 10, 10, 11, 11, 11], image.Pixels);
    }

    [Fact]
    public void Compressed_files_are_read_alike()
    {
        DataSetWriter.WriteIdx(folder.Path, test: "test");
        var plain = Open();
        foreach (var file in Directory.GetFiles(folder.Path))
            DataSetWriter.Compress(file);
        var compressed = Open();
        Assert.Equal(plain.Train.Read(2).Pixels, compressed.Train.Read(2).Pixels);
        Assert.Equal(plain.Validation.Label(0), compressed.Validation.Label(0));
    }

    [Fact]
    public void Of_several_prefixes_one_must_be_chosen()
    {
        DataSetWriter.WriteIdx(folder.Path, "emnist-letters-", "test");
        Assert.Equal(3, Open().Train.Count);
        DataSetWriter.WriteIdx(folder.Path, "emnist-digits-", "test");
        Fails($"{folder.Path}: holds IDX files with the prefixes 'emnist-digits-', 'emnist-letters-'; choose one by --set data.idxPrefix=emnist-letters-.");
        Assert.Equal(3, Open("emnist-digits-").Train.Count);
        Fails($"{folder.Path}: holds no IDX files with the prefix 'x' (data.idxPrefix); those there have 'emnist-digits-', 'emnist-letters-'.", "x");
    }

    [Fact]
    public void Missing_files_are_named()
    {
        DataSetWriter.WriteIdx(folder.Path);
        File.Delete(folder.At("train-labels-idx1-ubyte"));
        File.Delete(folder.At("t10k-images-idx3-ubyte"));
        Assert.StartsWith(
            $"{folder.Path}: no IDX file of train labels, test images; needed are train-images-idx3-ubyte, ", Assert.Throws<InputException>(() => Open()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void All_files_that_are_damaged_are_named()
    {
        DataSetWriter.WriteIdx(folder.Path);
        var (images, labels) = (folder.At("train-images-idx3-ubyte"), folder.At("train-labels-idx1-ubyte"));
        File.WriteAllBytes(images, DataSetWriter.IdxImages(3)[..^1]);
        File.WriteAllBytes(labels, DataSetWriter.IdxImages(3));
        Fails($"{images}: is 33 bytes long, but its header announces 3 x 2 x 3 bytes after 16 of its own{Again.TrimEnd('.')}; "
            + $"{labels}: starts with the number 0x00000803, where 0x00000801 must stand for labels of bytes{Again}");
    }

    [Theory]
    [InlineData("0000", "ends after 2 bytes, before the end of the header of 16")]
    [InlineData("1F8B0800000000000000000000000000", "starts with the number 0x1F8B0800, where 0x00000803 must stand for images of bytes")]
    [InlineData("00000803000000000000001C0000001C", "announces the size 0 in dimension 1, allowed is 1 to 2147483591")]
    [InlineData("0000080300000001000010010000001C", "announces the size 4097 in dimension 2, allowed is 1 to 4096")]
    [InlineData("00000803000002580000010000000100", "is 16 bytes long, but its header announces 600 x 256 x 256 bytes after 16 of its own")]
    [InlineData("000008030000EA600000100000001000", "announces 1006632960000 bytes; at most 2147483591 can be held in memory")]
    public void A_header_is_believed_only_as_far_as_there_are_bytes(string bytes, string fault)
    {
        using var stream = new MemoryStream(Convert.FromHexString(bytes));
        Assert.Equal($"file: {fault}{Again}", Assert.Throws<InputException>(() => IdxFile.Read(stream, "file", 3)).Message);
    }

    [Fact]
    public void A_lying_header_of_a_compressed_file_takes_no_memory()
    {
        DataSetWriter.WriteIdx(folder.Path);
        var path = folder.At("train-images-idx3-ubyte");
        File.WriteAllBytes(path, DataSetWriter.Idx(0x803, [30_000, 256, 256], new byte[100]));
        DataSetWriter.Compress(path);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Fails($"{path}.gz: ends after 100 bytes of data, before what its header announces{Again}");
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 << 20);

        File.WriteAllBytes(path, [.. DataSetWriter.IdxImages(3), 0]);
        DataSetWriter.Compress(path);
        Fails($"{path}.gz: continues after the 18 bytes that its header announces{Again}");
        File.WriteAllText(path + ".gz", "no gzip file");
        Assert.StartsWith($"{path}.gz: is not a gzip file, or a damaged one (", Assert.Throws<InputException>(() => Open()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_that_do_not_belong_together_are_named()
    {
        DataSetWriter.WriteIdx(folder.Path);
        File.WriteAllBytes(folder.At("train-labels-idx1-ubyte"), DataSetWriter.IdxLabels(3, 7));
        File.WriteAllBytes(folder.At("t10k-labels-idx1-ubyte"), DataSetWriter.IdxLabels(9, 8));
        Fails($"{folder.At("train-images-idx3-ubyte")}: has 3 images, but {folder.At("train-labels-idx1-ubyte")} has 2 labels; they must belong together; "
            + $"{folder.At("t10k-labels-idx1-ubyte")}: has the labels 8, 9, which no training image in {folder.At("train-labels-idx1-ubyte")} has; they must be of one data set.");
    }

    private ImageData Open(string? prefix = null) => DataFolder.Open(folder.Path, new DataOptions { IdxPrefix = prefix });

    private void Fails(string message, string? prefix = null) => Assert.Equal(message, Assert.Throws<InputException>(() => Open(prefix)).Message);
}
