using PriorNas.Files;

namespace PriorNas.Torch.Data.Formats;

/// <summary>
/// The images of a folder with one subfolder for each class, as torchvision's ImageFolder reads it: classes in ordinal order of their
/// names, within a class the files in ordinal order. Hidden files and folders are left out; deeper folders are not searched.
/// </summary>
public sealed class ImageFolder : ImageSet
{
    private static readonly EnumerationOptions Visible = new() { IgnoreInaccessible = false, AttributesToSkip = 0 };
    private readonly string folder;
    private readonly string[] classes;
    private readonly string[] fileNames;
    private readonly int[] labels;

    private ImageFolder(string folder, string[] classes, string[] fileNames, int[] labels)
    {
        this.folder = folder;
        this.classes = classes;
        this.fileNames = fileNames;
        this.labels = labels;
    }

    /// <inheritdoc/>
    public override int Count => fileNames.Length;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Classes => classes;

    /// <summary>Lists <paramref name="folder"/>/CLASS/*.png, *.jpg and *.jpeg, the endings in any case. Opens no file.</summary>
    /// <exception cref="InputException">The folder is missing or unreadable, has no class folder, or classes have no image.</exception>
    public static ImageFolder Open(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        var faults = new List<string>();
        var images = List(folder, faults);
        FaultText.ThrowIfAny(faults);
        return images!;
    }

    /// <summary>Lists the folder and adds what is wrong with it to the faults.</summary>
    /// <returns>Null where it cannot be listed.</returns>
    internal static ImageFolder? List(string folder, List<string> faults)
    {
        try
        {
            if (Directory.Exists(folder))
                return ListClasses(folder, faults);
            faults.Add($"{folder}: no such folder; give one with a subfolder of images for each class.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            faults.Add($"{folder}: cannot be listed ({e.Message}); check the permissions of it and its subfolders.");
        }

        return null;
    }

    /// <inheritdoc/>
    public override int Label(int index) => labels[index];

    /// <inheritdoc/>
    public override RgbImage Read(int index) => ImageDecoder.Decode(Describe(index));

    /// <inheritdoc/>
    public override string Describe(int index) => Path.Join(folder, classes[labels[index]], fileNames[index]);

    /// <inheritdoc/>
    internal override byte[] Inspect(int index) => ImageDecoder.Inspect(Describe(index));

    private static ImageFolder ListClasses(string folder, List<string> faults)
    {
        var classes = Sorted(Directory.EnumerateDirectories(folder, "*", Visible), _ => true);
        if (classes.Length == 0)
            faults.Add($"{folder}: no class folders; put the images of each class into a subfolder named after it.");
        var fileNames = new List<string>();
        var labels = new List<int>();
        for (var label = 0; label < classes.Length; label++)
        {
            var path = Path.Join(folder, classes[label]);
            var names = Sorted(Directory.EnumerateFiles(path, "*", Visible), IsImage);
            if (names.Length == 0)
                faults.Add($"{path}: no .png, .jpg or .jpeg files; a class needs at least one: add images or remove the folder.");
            fileNames.AddRange(names);
            labels.AddRange(Enumerable.Repeat(label, names.Length));
        }

        return new ImageFolder(folder, classes, [.. fileNames], [.. labels]);
    }

    private static string[] Sorted(IEnumerable<string> paths, Func<string, bool> wanted)
    {
        var names = paths.Select(path => Path.GetFileName(path)).Where(name => !name.StartsWith('.') && wanted(name)).ToArray();
        Array.Sort(names, StringComparer.Ordinal);
        return names;
    }

    private static bool IsImage(string name) =>
        name.EndsWith(".png", StringComparison.OrdinalIgnoreCase)
        || name.EndsWith(".jpg", StringComparison.OrdinalIgnoreCase)
        || name.EndsWith(".jpeg", StringComparison.OrdinalIgnoreCase);
}
