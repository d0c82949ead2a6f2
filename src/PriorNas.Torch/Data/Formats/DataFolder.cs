using PriorNas.Files;

namespace PriorNas.Torch.Data.Formats;

/// <summary>
/// Finds out in which form a data folder holds its images. The forms are told apart by names that they do not share; where those of several
/// are found, nothing is guessed.
/// </summary>
internal static class DataFolder
{
    private static readonly (DataFormat Format, string Value, string Description)[] Forms =
    [
        (DataFormat.ImageFolder, "image-folder", "the folders train and val, each with a folder of images for each class"),
        (DataFormat.Cifar10, "cifar10", $"the binary files of CIFAR-10 ({CifarFolder.Cifar10Files[0]} to {CifarFolder.Cifar10Files[4]}, {CifarFolder.Cifar10Files[5]})"),
        (DataFormat.Cifar100, "cifar100", $"those of CIFAR-100 ({string.Join(", ", CifarFolder.Cifar100Files)})"),
        (DataFormat.Idx, "idx", "IDX files as MNIST's (train-images-idx3-ubyte, ...)"),
    ];

    /// <summary>Opens the images of a folder.</summary>
    /// <param name="folder">The data folder.</param>
    /// <param name="options">The form, if it should not be recognised; which labels and files of it count.</param>
    /// <exception cref="InputException">The folder is missing, its form is not clear, or its files are not complete.</exception>
    public static ImageData Open(string folder, DataOptions options)
    {
        if (!Directory.Exists(folder))
            throw new InputException($"{folder}: no such folder; give that of the data set by --data DIR.");
        try
        {
            return (options.Format == DataFormat.Auto ? Recognise(folder) : options.Format) switch
            {
                DataFormat.Cifar10 => CifarFolder.OpenCifar10(folder),
                DataFormat.Cifar100 => CifarFolder.OpenCifar100(folder, options.Cifar100Labels),
                DataFormat.Idx => IdxFolder.Open(folder, options.IdxPrefix),
                _ => ImageData.OpenFolder(folder),
            };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{folder}: cannot be listed ({e.Message}); check its permissions.", e);
        }
    }

    /// <exception cref="InputException">The folder has the names of no form, or of several.</exception>
    private static DataFormat Recognise(string folder)
    {
        var found = FormsIn(folder);
        return found.Length switch
        {
            1 => found[0],
            0 => throw new InputException($"{folder}: no data set that is known here; it may be {string.Join("; or ", Forms.Select(form => form.Description))}.{Hint(folder)}"),
            _ => throw new InputException($"{folder}: holds the names of several data sets: {string.Join("; and ", Forms.Where(form => found.Contains(form.Format)).Select(form => form.Description))}. Choose one by --set data.format={string.Join(" or ", Forms.Where(form => found.Contains(form.Format)).Select(form => form.Value))}."),
        };
    }

    private static DataFormat[] FormsIn(string folder)
    {
        var files = Directory.EnumerateFiles(folder).Select(path => Path.GetFileName(path)).ToHashSet(StringComparer.Ordinal);
        return [.. Forms.Select(form => form.Format).Where(IsThere)];

        bool IsThere(DataFormat format) => format switch
        {
            DataFormat.ImageFolder => Directory.Exists(Path.Join(folder, "train")) || Directory.Exists(Path.Join(folder, "val")),
            DataFormat.Cifar10 => CifarFolder.Cifar10Files.Any(files.Contains),
            DataFormat.Cifar100 => CifarFolder.Cifar100Files.Any(files.Contains),
            _ => files.Any(IdxFolder.IsMember),
        };
    }

    /// <summary>What a user may have meant who gives a folder without images.</summary>
    private static string Hint(string folder)
    {
        var inside = Directory.EnumerateDirectories(folder).Order(StringComparer.Ordinal).FirstOrDefault(sub => FormsIn(sub).Length == 1);
        if (inside is not null)
            return $" Its subfolder holds one: give --data {inside}";
        return File.Exists(Path.Join(folder, "data_batch_1")) || (File.Exists(Path.Join(folder, "meta")) && File.Exists(Path.Join(folder, "train")))
            ? " This is the Python version of CIFAR; take the binary version."
            : "";
    }
}
