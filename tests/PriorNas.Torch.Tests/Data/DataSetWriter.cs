using System.Buffers.Binary;
using System.IO.Compression;

namespace PriorNas.Torch.Tests.Data;

/// <summary>Writes small data sets in the forms of CIFAR and MNIST.</summary>
internal static class DataSetWriter
{
    /// <summary>A CIFAR file of one record for each label; each image's bytes count up from the record's number.</summary>
    public static byte[] CifarFile(int labelBytes, params int[] labels) => [.. labels.SelectMany((label, record) => CifarRecord(labelBytes, label, record))];

    /// <summary>CIFAR-10 with as many records in each file as there are classes.</summary>
    public static void WriteCifar10(string folder)
    {
        foreach (var name in (string[])["data_batch_1", "data_batch_2", "data_batch_3", "data_batch_4", "data_batch_5", "test_batch"])
            File.WriteAllBytes(Path.Join(folder, name + ".bin"), CifarFile(1, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0));
    }

    /// <summary>CIFAR-100 with one record for each fine class in either file.</summary>
    public static void WriteCifar100(string folder)
    {
        File.WriteAllBytes(Path.Join(folder, "train.bin"), CifarFile(2, [.. Enumerable.Range(0, 100)]));
        File.WriteAllBytes(Path.Join(folder, "test.bin"), CifarFile(2, [.. Enumerable.Range(0, 100).Reverse()]));
    }

    /// <summary>The bytes of an IDX file: any sizes and contents.</summary>
    public static byte[] Idx(uint magic, int[] sizes, byte[] contents)
    {
        var header = new byte[4 + 4 * sizes.Length];
        BinaryPrimitives.WriteUInt32BigEndian(header, magic);
        for (var i = 0; i < sizes.Length; i++)
            BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4 + 4 * i), sizes[i]);
        return [.. header, .. contents];
    }

    /// <summary>Images of 3 x 2 pixels whose bytes count up.</summary>
    public static byte[] IdxImages(int count) => Idx(0x803, [count, 2, 3], [.. Enumerable.Range(0, 6 * count).Select(i => (byte)i)]);

    public static byte[] IdxLabels(params byte[] labels) => Idx(0x801, [labels.Length], labels);

    /// <summary>MNIST's four files with the labels 3, 7, 1 and 7, 3.</summary>
    public static void WriteIdx(string folder, string prefix = "", string test = "t10k")
    {
        File.WriteAllBytes(Path.Join(folder, prefix + "train-images-idx3-ubyte"), IdxImages(3));
        File.WriteAllBytes(Path.Join(folder, prefix + "train-labels-idx1-ubyte"), IdxLabels(3, 7, 1));
        File.WriteAllBytes(Path.Join(folder, prefix + test + "-images-idx3-ubyte"), IdxImages(2));
        File.WriteAllBytes(Path.Join(folder, prefix + test + "-labels-idx1-ubyte"), IdxLabels(7, 3));
    }

    /// <summary>Puts a compressed file in the position of one.</summary>
    public static void Compress(string path)
    {
        using (var target = new GZipStream(File.Create(path + ".gz"), CompressionLevel.Fastest))
            target.Write(File.ReadAllBytes(path));
        File.Delete(path);
    }

    private static byte[] CifarRecord(int labelBytes, int label, int record)
    {
        var bytes = new byte[labelBytes + 3072];
        bytes[labelBytes - 1] = (byte)label;
        if (labelBytes == 2)
            bytes[0] = (byte)(label / 5);
        for (var i = 0; i < 3072; i++)
            bytes[labelBytes + i] = (byte)(record + i / 1024 * 50 + i);
        return bytes;
    }
}
