using System.Security.Cryptography;
using System.Text;
using PriorNas.Files;
using PriorNas.Randomness;
using PriorNas.SearchSpaces;
using PriorNas.Torch.Data;
using PriorNas.Torch.Training;

namespace PriorNas.Torch.Runs;

/// <summary>The images of a run, as its recipe asks for them.</summary>
public sealed class RunData
{
    private RunData(ImageData images, string? folder)
    {
        Images = images;
        Folder = folder;
        Fingerprint = $"{FingerprintOf(images.Train)}-{FingerprintOf(images.Validation)}";
    }

    /// <summary>Training and validation images.</summary>
    public ImageData Images { get; }

    /// <summary>Absolute path of the data folder, or null for the embedded images.</summary>
    public string? Folder { get; }

    /// <summary>Identifies the images: number, classes, file names and labels.</summary>
    public string Fingerprint { get; }

    /// <summary>Opens the images and checks that they fit the space.</summary>
    /// <param name="recipe">Says which source.</param>
    /// <param name="space">Its classes must be as many as the data's.</param>
    /// <param name="folder">The data folder; must be null for the synthetic source.</param>
    /// <exception cref="InputException">The folder is missing where it must be given, given where it must not, or does not fit.</exception>
    public static RunData Open(Recipe recipe, SearchSpace space, string? folder)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(space);
        var data = recipe.Data;
        if (data.Source == DataSource.Synthetic)
        {
            if (folder is not null)
                throw new InputException($"--data '{folder}' is given, but the recipe's data.source is synthetic; leave out --data or set data.source=folder.");
            var stream = new RandomStream(data.SyntheticSeed).Split("synthetic");
            return new RunData(InMemory(ImageData.Synthetic(stream, data.SyntheticTrainImages, data.SyntheticValidationImages, space.ImageSize, space.Classes)), null);
        }

        if (folder is null)
            throw new InputException("the recipe trains on an image folder: give it by --data DIR (DIR/train/CLASS/*.png|jpg and DIR/val/CLASS/...).");
        var images = ImageData.OpenFolder(folder);
        if (images.Train.Classes.Count != space.Classes)
            throw new InputException($"data folder '{folder}' has {images.Train.Classes.Count} classes, but search space '{space.Name}' has {space.Classes}; give --set classes={images.Train.Classes.Count}, or another folder.");
        if (images.Train.Count < data.BatchSize)
            throw new InputException($"data folder '{folder}' has {images.Train.Count} training images, fewer than data.batchSize {data.BatchSize}; give --set data.batchSize={images.Train.Count} or less.");
        return new RunData(InMemory(images), Path.GetFullPath(folder));
    }

    private static ImageData InMemory(ImageData images) => new(new ImagesInMemory(images.Train), images.Validation);

    private static string FingerprintOf(ImageSet images)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var name in images.Classes)
            Append(name);
        for (var i = 0; i < images.Count; i++)
            Append(FormattableString.Invariant($"{images.Label(i)} {Path.GetFileName(images.Describe(i))}"));
        return FormattableString.Invariant($"{images.Count}:{Convert.ToHexStringLower(hash.GetHashAndReset())[..16]}");

        void Append(string text) => hash.AppendData(Encoding.UTF8.GetBytes(text + "\n"));
    }
}
