using System.Text.RegularExpressions;
using PriorNas.Files;

namespace PriorNas.Torch.Data.Formats;

/// <summary>
/// MNIST and the data sets in its form (Fashion-MNIST, KMNIST, EMNIST): <c>[PREFIX]train-images-idx3-ubyte</c>, <c>train-labels-idx1-ubyte</c>
/// and the same with <c>t10k</c> or <c>test</c>; <c>.idx</c> in place of <c>-idx</c>, and <c>.gz</c> at the end, are allowed.
/// </summary>
internal static partial class IdxFolder
{
    private const string Form = "train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte, t10k-labels-idx1-ubyte (test for t10k, a prefix before and .gz after each are allowed)";

    /// <summary>Whether a file's name is of this form.</summary>
    public static bool IsMember(string fileName) => Name().IsMatch(fileName);

    /// <summary>Reads the four files of a prefix; the classes are the labels of the training images, named by their numbers, in order.</summary>
    /// <param name="folder">Where the files are.</param>
    /// <param name="prefix">What their names start with; null where all start alike.</param>
    /// <exception cref="InputException">A file is missing, damaged or does not fit the others, or the prefix is not clear.</exception>
    public static ImageData Open(string folder, string? prefix)
    {
        // Of a file and its compressed form the ordinal order has the file first.
        var files = Directory.EnumerateFiles(folder).Select(path => Name().Match(Path.GetFileName(path))).Where(match => match.Success).OrderBy(match => match.Value, StringComparer.Ordinal).ToArray();
        var prefixes = files.Select(match => match.Groups["prefix"].Value).Distinct().ToArray();
        if (prefix is null && prefixes.Length > 1)
            throw new InputException($"{folder}: holds IDX files with the prefixes {string.Join(", ", prefixes.Select(p => $"'{p}'"))}; choose one by --set data.idxPrefix={prefixes[^1]}.");
        prefix ??= prefixes.Length == 0 ? "" : prefixes[0];
        if (prefixes.Length > 0 && !prefixes.Contains(prefix))
            throw new InputException($"{folder}: holds no IDX files with the prefix '{prefix}' (data.idxPrefix); those there have {string.Join(", ", prefixes.Select(p => $"'{p}'"))}.");
        return Open(folder, prefix, [.. files.Where(match => match.Groups["prefix"].Value == prefix)]);
    }

    private static ImageData Open(string folder, string prefix, Match[] files)
    {
        string?[] paths = [Find("train", "images"), Find("train", "labels"), Find("t10k", "images") ?? Find("test", "images"), Find("t10k", "labels") ?? Find("test", "labels")];
        if (paths.Contains(null))
        {
            string[] parts = ["train images", "train labels", "test images", "test labels"];
            throw new InputException($"{folder}: no IDX file of {string.Join(", ", parts.Where((_, i) => paths[i] is null))}{(prefix.Length == 0 ? "" : $" with the prefix '{prefix}'")}; needed are {Form}.");
        }

        var read = new IdxFile[4];
        var faults = new List<string>();
        for (var i = 0; i < read.Length; i++)
        {
            try
            {
                read[i] = IdxFile.Open(paths[i]!, i % 2 == 0 ? 3 : 1);
            }
            catch (InputException e)
            {
                faults.Add(e.Message);
            }
        }

        FaultText.ThrowIfAny(faults);
        return Combine(read, paths!);

        string? Find(string part, string kind) =>
            files.FirstOrDefault(match => match.Groups["part"].Value == part && match.Groups["kind"].Value == kind) is { } match ? Path.Join(folder, match.Value) : null;
    }

    private static ImageData Combine(IdxFile[] files, string[] paths)
    {
        var faults = new List<string>();
        for (var i = 0; i < files.Length; i += 2)
        {
            if (files[i].Sizes[0] != files[i + 1].Sizes[0])
                faults.Add(FormattableString.Invariant($"{paths[i]}: has {files[i].Sizes[0]} images, but {paths[i + 1]} has {files[i + 1].Sizes[0]} labels; they must belong together."));
        }

        var classes = files[1].Bytes.Distinct().Order().ToArray();
        var unknown = files[3].Bytes.Distinct().Except(classes).Order().ToArray();
        if (unknown.Length > 0)
            faults.Add($"{paths[3]}: has the labels {string.Join(", ", unknown)}, which no training image in {paths[1]} has; they must be of one data set.");
        FaultText.ThrowIfAny(faults);
        return new ImageData(Images(files[0], files[1], classes, "IDX training image"), Images(files[2], files[3], classes, "IDX test image"));
    }

    private static PlanarImages Images(IdxFile images, IdxFile labels, byte[] classes, string description) => new(
        (images.Sizes[2], images.Sizes[1], 1),
        images.Bytes,
        Array.ConvertAll(labels.Bytes, label => Array.BinarySearch(classes, label)),
        [.. classes.Select(label => FormattableString.Invariant($"{label}"))],
        description);

    [GeneratedRegex(@"^(?<prefix>.*?)(?<part>train|t10k|test)-(?<kind>images|labels)[-.]idx[13]-ubyte(\.gz)?$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}
