using PriorNas.Files;
using PriorNas.Randomness;

namespace PriorNas.Torch.Data;

/// <summary>The images to train on and those held out, of the same classes.</summary>
/// <param name="Train">The training images.</param>
/// <param name="Validation">The validation images.</param>
public sealed record ImageData(ImageSet Train, ImageSet Validation)
{
    /// <summary>Opens <paramref name="folder"/>/train and <paramref name="folder"/>/val, each with one subfolder for each class.</summary>
    /// <exception cref="InputException">
    /// A folder is missing, there are no classes, a class has no images, or the two folders differ in a class.
    /// </exception>
    public static ImageData OpenFolder(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        if (!Directory.Exists(folder))
            throw new InputException($"{folder}: no such folder; give one with the subfolders train and val.");
        var train = Part(folder, "train");
        var validation = Part(folder, "val");
        var data = new ImageData(ImageFolder.Open(train), ImageFolder.Open(validation));
        RequireSameClasses(data.Train.Classes, data.Validation.Classes, train, validation);
        return data;
    }

    /// <summary>Renders procedural images on demand, see <see cref="SyntheticImages"/>.</summary>
    /// <param name="stream">The source of both parts; the parts do not share images.</param>
    /// <param name="trainImages">The number of training images, at least 1.</param>
    /// <param name="validationImages">The number of validation images, at least 1.</param>
    /// <param name="size">Width and height in pixels.</param>
    /// <param name="classes">The number of classes.</param>
    /// <exception cref="InputException">A number is out of its range.</exception>
    public static ImageData Synthetic(RandomStream stream, int trainImages, int validationImages, int size, int classes)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return new ImageData(
            new SyntheticImages(stream.Split("train"), trainImages, size, classes, "synthetic train image"),
            new SyntheticImages(stream.Split("val"), validationImages, size, classes, "synthetic validation image"));
    }

    private static string Part(string folder, string name)
    {
        var path = Path.Join(folder, name);
        return Directory.Exists(path)
            ? path
            : throw new InputException($"{folder}: no subfolder {name}; it needs train and val, each with a subfolder of images for each class.");
    }

    private static void RequireSameClasses(IReadOnlyList<string> train, IReadOnlyList<string> validation, string trainPath, string validationPath)
    {
        for (var i = 0; i < Math.Max(train.Count, validation.Count); i++)
        {
            // Both lists are in ordinal order: where they part, the lower name is missing from the other.
            var order = i == train.Count ? 1 : i == validation.Count ? -1 : string.CompareOrdinal(train[i], validation[i]);
            if (order == 0)
                continue;
            var (name, present, absent) = order < 0 ? (train[i], trainPath, validationPath) : (validation[i], validationPath, trainPath);
            throw new InputException($"{absent}: no class {name}, which {present} has; both need the same class folders: add or remove it.");
        }
    }
}
