using PriorNas.Files;

namespace PriorNas.Torch.Data.Formats;

/// <summary>
/// The records of CIFAR's binary files (Krizhevsky 2009): label bytes, then 32 x 32 pixels in three planes. CIFAR-10 has one label,
/// CIFAR-100 a coarse and a fine one.
/// </summary>
/// <param name="LabelRanges">For each label byte the number of classes.</param>
/// <param name="UsedLabel">Which label byte counts.</param>
internal sealed record CifarRecords(int[] LabelRanges, int UsedLabel)
{
    /// <summary>Width and height of the images.</summary>
    public const int Side = 32;

    /// <summary>Bytes of an image.</summary>
    public const int ImageBytes = 3 * Side * Side;

    /// <summary>CIFAR-10.</summary>
    public static CifarRecords Cifar10 { get; } = new([10], 0);

    /// <summary>CIFAR-100 with 20 or 100 classes.</summary>
    public static CifarRecords Cifar100(Cifar100Labels labels) => new([20, 100], labels == Cifar100Labels.Coarse ? 0 : 1);

    /// <summary>The number of classes.</summary>
    public int Classes => LabelRanges[UsedLabel];

    private int RecordBytes => LabelRanges.Length + ImageBytes;

    /// <summary>How many records a file has.</summary>
    /// <exception cref="InputException">The length is not that of whole records, or 0.</exception>
    public int Count(string path, long length)
    {
        if (length == 0 || length % RecordBytes != 0)
            throw new InputException(FormattableString.Invariant($"{path}: is {length} bytes long, but must hold whole records of {RecordBytes} bytes ({LabelRanges.Length} of labels, {ImageBytes} of pixels), at least one; it is cut off or of another format: unpack or download it again."));
        if (length / RecordBytes * ImageBytes > Array.MaxLength)
            throw new InputException(FormattableString.Invariant($"{path}: is {length} bytes long; pixels of at most {Array.MaxLength} bytes can be held in memory. Split the data set or write an image folder."));
        return (int)(length / RecordBytes);
    }

    /// <summary>Reads records one after the other.</summary>
    /// <param name="stream">Stands at the first record.</param>
    /// <param name="path">For messages.</param>
    /// <param name="pixels">[labels.Length, 3, 32, 32] bytes.</param>
    /// <param name="labels">The used label of each record.</param>
    /// <exception cref="InputException">A label is out of its range.</exception>
    /// <exception cref="EndOfStreamException">The stream ends before the last record.</exception>
    public void Read(Stream stream, string path, Span<byte> pixels, Span<int> labels)
    {
        Span<byte> read = stackalloc byte[LabelRanges.Length];
        for (var record = 0; record < labels.Length; record++)
        {
            stream.ReadExactly(read);
            for (var i = 0; i < read.Length; i++)
            {
                if (read[i] >= LabelRanges[i])
                    throw new InputException(FormattableString.Invariant($"{path}: record {record} has the label {read[i]} where allowed is 0 to {LabelRanges[i] - 1}; the file is damaged or of another format: unpack or download it again."));
            }

            labels[record] = read[UsedLabel];
            stream.ReadExactly(pixels.Slice(record * ImageBytes, ImageBytes));
        }
    }
}
