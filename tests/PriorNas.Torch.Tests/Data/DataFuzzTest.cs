using PriorNas.Files;
using PriorNas.Randomness;
using PriorNas.Torch.Data;
using PriorNas.Torch.Data.Formats;
using SkiaSharp;

namespace PriorNas.Torch.Tests.Data;

/// <summary>Whatever the bytes are, the readers give a value or an <see cref="InputException"/>.</summary>
public sealed class DataFuzzTest
{
    [Fact]
    public void Idx_files()
    {
        byte[][] seeds = [DataSetWriter.IdxImages(3), DataSetWriter.IdxLabels(1, 2, 3, 4), [], DataSetWriter.Idx(0x803, [1, 1, 1], [7])];
        var accepted = Try(seeds, 100_000, (bytes, i) =>
        {
            using Stream stream = i % 3 == 0 ? new MemoryStream(bytes) : new NotSeekable(bytes);
            var file = IdxFile.Read(stream, "file", i % 2 == 0 ? 3 : 1);
            Assert.Equal(file.Sizes.Aggregate(1L, (product, size) => product * size), file.Bytes.Length);
            Assert.Equal(bytes.Length, 4 + 4 * file.Sizes.Length + file.Bytes.Length);
        });
        Assert.InRange(accepted, 1000, 99_000);
    }

    [Fact]
    public void Cifar_records()
    {
        byte[][] seeds = [DataSetWriter.CifarFile(1, 3, 9), DataSetWriter.CifarFile(2, 99), new byte[3074 * 2]];
        var accepted = Try(seeds, 100_000, (bytes, i) =>
        {
            var records = i % 2 == 0 ? CifarRecords.Cifar10 : CifarRecords.Cifar100(Cifar100Labels.Coarse);
            var labels = new int[records.Count("file", bytes.Length)];
            records.Read(new MemoryStream(bytes), "file", new byte[labels.Length * CifarRecords.ImageBytes], labels);
            Assert.All(labels, label => Assert.InRange(label, 0, records.Classes - 1));
        });
        Assert.InRange(accepted, 1000, 99_000);
    }

    /// <summary>Fewer, since each goes through the codecs; some are whole images with other bytes in them.</summary>
    [Fact]
    public void Image_files()
    {
        using var folder = new TemporaryFolder();
        byte[][] seeds = [File.ReadAllBytes(folder.MakeImage(SKColors.Teal, 9, 7, "a.png")), File.ReadAllBytes(folder.MakeImage(SKColors.Teal, 9, 7, "a.jpg")), []];
        var accepted = Try(seeds, 20_000, (bytes, _) =>
        {
            ImageDecoder.Inspect(bytes, "file");
            var image = ImageDecoder.Decode(bytes, "file");
            Assert.Equal(3L * image.Width * image.Height, image.Pixels.Length);
        });
        Assert.InRange(accepted, 100, 19_900);
    }

    /// <returns>How many inputs gave a value.</returns>
    private static int Try(byte[][] seeds, int count, Action<byte[], int> read)
    {
        var (random, accepted) = (new RandomStream(11), 0);
        for (var i = 0; i < count; i++)
        {
            try
            {
                read(Mutated(seeds[random.Next(seeds.Length)], random), i);
                accepted++;
            }
            catch (InputException e)
            {
                Assert.StartsWith("file: ", e.Message, StringComparison.Ordinal);
            }
        }

        return accepted;
    }

    /// <summary>Some bytes changed, the end cut off or something appended, or nothing at all.</summary>
    private static byte[] Mutated(byte[] seed, RandomStream random)
    {
        var bytes = (byte[])seed.Clone();
        for (var changes = random.Next(4); changes > 0 && bytes.Length > 0; changes--)
            bytes[random.Next(2) == 0 ? random.Next(Math.Min(24, bytes.Length)) : random.Next(bytes.Length)] = (byte)random.NextUInt64();
        return random.Next(6) switch
        {
            0 => bytes[..random.Next(bytes.Length + 1)],
            1 => [.. bytes, .. new byte[random.Next(9)]],
            _ => bytes,
        };
    }

    private sealed class NotSeekable(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;

        public override long Length => throw new NotSupportedException();
    }
}
