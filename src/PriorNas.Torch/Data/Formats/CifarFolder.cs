using PriorNas.Files;

namespace PriorNas.Torch.Data.Formats;

/// <summary>The binary versions of CIFAR-10 and CIFAR-100 as they are distributed, read into memory whole.</summary>
internal static class CifarFolder
{
    /// <summary>The files of CIFAR-10: five of training images, one of validation images.</summary>
    public static string[] Cifar10Files { get; } = [.. Enumerable.Range(1, 5).Select(number => FormattableString.Invariant($"data_batch_{number}.bin")), "test_batch.bin"];

    /// <summary>The files of CIFAR-100: training images, validation images.</summary>
    public static string[] Cifar100Files { get; } = ["train.bin", "test.bin"];

    /// <summary>Reads CIFAR-10; the classes are named by <c>batches.meta.txt</c>, without it by their numbers.</summary>
    /// <exception cref="InputException">A file is missing, cut off or damaged; all such files are named.</exception>
    public static ImageData OpenCifar10(string folder) => Open(folder, "CIFAR-10", Cifar10Files, CifarRecords.Cifar10, "batches.meta.txt");

    /// <summary>Reads CIFAR-100; the classes are named by <c>fine_label_names.txt</c> or <c>coarse_label_names.txt</c>, without it by their numbers.</summary>
    /// <exception cref="InputException">A file is missing, cut off or damaged; all such files are named.</exception>
    public static ImageData OpenCifar100(string folder, Cifar100Labels labels) => Open(
        folder, "CIFAR-100", Cifar100Files, CifarRecords.Cifar100(labels), labels == Cifar100Labels.Coarse ? "coarse_label_names.txt" : "fine_label_names.txt");

    /// <param name="folder">Where the files are.</param>
    /// <param name="name">Of the data set.</param>
    /// <param name="files">Those of training images, then the one of validation images.</param>
    /// <param name="records">Their form.</param>
    /// <param name="classFile">The names of the classes, one a line.</param>
    private static ImageData Open(string folder, string name, string[] files, CifarRecords records, string classFile)
    {
        var missing = files.Where(file => !File.Exists(Path.Join(folder, file))).ToArray();
        if (missing.Length > 0)
            throw new InputException($"{folder}: no {string.Join(", ", missing)}; the binary version of {name} has {string.Join(", ", files)}: unpack or download it again.");
        var faults = new List<string>();
        var classes = Collect(faults, () => ClassNames(Path.Join(folder, classFile), records.Classes));
        var train = Collect(faults, () => Images([.. files[..^1].Select(file => Path.Join(folder, file))], records, classes!, $"{name} training image"));
        var validation = Collect(faults, () => Images([Path.Join(folder, files[^1])], records, classes!, $"{name} test image"));
        FaultText.ThrowIfAny(faults);
        return new ImageData(train!, validation!);
    }

    private static T? Collect<T>(List<string> faults, Func<T> read)
        where T : class
    {
        try
        {
            return read();
        }
        catch (InputException e)
        {
            faults.Add(e.Message);
            return null;
        }
    }

    private static PlanarImages Images(string[] paths, CifarRecords records, string[] classes, string description)
    {
        var faults = new List<string>();
        var counts = Array.ConvertAll(paths, path => Collect(faults, () => new Counted(records.Count(path, new FileInfo(path).Length)))?.Count ?? 0);
        FaultText.ThrowIfAny(faults);
        var total = counts.Sum(count => (long)count);
        if (total * CifarRecords.ImageBytes > Array.MaxLength)
            throw new InputException(FormattableString.Invariant($"{paths[0]} and its companions hold {total} images; at most {Array.MaxLength / CifarRecords.ImageBytes} can be held in memory."));
        var labels = new int[total];
        var pixels = new byte[total * CifarRecords.ImageBytes];
        var first = 0;
        foreach (var (path, count) in paths.Zip(counts))
        {
            var start = first;
            Collect(faults, () => ReadFile(path, records, pixels.AsMemory(start * CifarRecords.ImageBytes), labels.AsMemory(start, count)));
            first += count;
        }

        FaultText.ThrowIfAny(faults);
        return new PlanarImages((CifarRecords.Side, CifarRecords.Side, 3), pixels, labels, classes, description);
    }

    private static string ReadFile(string path, CifarRecords records, Memory<byte> pixels, Memory<int> labels)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1 << 18, FileOptions.SequentialScan);
            records.Read(stream, path, pixels.Span, labels.Span);
            return path;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path}: cannot be read ({e.Message}); restore the file.", e);
        }
    }

    private static string[] ClassNames(string path, int classes)
    {
        if (!File.Exists(path))
            return [.. Enumerable.Range(0, classes).Select(label => FormattableString.Invariant($"{label}"))];
        string[] names;
        try
        {
            names = [.. File.ReadLines(path).Select(line => line.Trim()).Where(line => line.Length > 0).Take(classes + 1)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path}: cannot be read ({e.Message}); restore or remove the file.", e);
        }

        if (names.Length != classes || names.Distinct().Count() != classes)
            throw new InputException($"{path}: must hold {classes} different class names, one a line, but has {(names.Length > classes ? "more" : $"{names.Distinct().Count()}")}; restore or remove the file (the classes are then named by their numbers).");
        return names;
    }

    private sealed record Counted(int Count);
}
