using PriorNas.Files;
using PriorNas.Randomness;
using PriorNas.Torch.Data.Formats;
using PriorNas.Torch.Data.Synthetic;

namespace PriorNas.Torch.Data;

/// <summary>The images to train on and those held out, of the same classes.</summary>
/// <param name="Train">The training images.</param>
/// <param name="Validation">The validation images.</param>
public sealed record ImageData(ImageSet Train, ImageSet Validation)
{
    /// <summary>Opens <paramref name="folder"/>/train and <paramref name="folder"/>/val, each with one subfolder for each class.</summary>
    /// <exception cref="InputException">
    /// A folder is missing, there are no classes, a class has no images, or the two folders differ in a class; all of that is named at once.
    /// </exception>
    public static ImageData OpenFolder(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        if (!Directory.Exists(folder))
            throw new InputException($"{folder}: no such folder; give one with the subfolders train and val.");
        string[] parts = [Path.Join(folder, "train"), Path.Join(folder, "val")];
        var missing = parts.Where(part => !Directory.Exists(part)).Select(part => Path.GetFileName(part)).ToArray();
        var faults = new List<string>();
        if (missing.Length > 0)
            faults.Add($"{folder}: no subfolder{(missing.Length > 1 ? "s" : "")} {string.Join(" and ", missing)}; it needs train and val, each with a subfolder of images for each class.");
        var images = Array.ConvertAll(parts, part => Directory.Exists(part) ? ImageFolder.List(part, faults) : null);
        if (images[0] is { Classes.Count: > 0 } && images[1] is { Classes.Count: > 0 })
            CompareClasses(images[0]!.Classes, images[1]!.Classes, parts, faults);
        FaultText.ThrowIfAny(faults);
        return new ImageData(images[0]!, images[1]!);
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

    private static void CompareClasses(IReadOnlyList<string> train, IReadOnlyList<string> validation, string[] parts, List<string> faults)
    {
        var (ofTrain, ofValidation) = (train.ToHashSet(), validation.ToHashSet());
        foreach (var name in train.Union(validation).Order(StringComparer.Ordinal))
        {
            var (inTrain, inValidation) = (ofTrain.Contains(name), ofValidation.Contains(name));
            if (inTrain != inValidation)
                faults.Add($"{parts[inTrain ? 1 : 0]}: no class {name}, which {parts[inTrain ? 0 : 1]} has; both need the same class folders: add or remove it.");
        }
    }
}
