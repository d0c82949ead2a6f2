using PriorNas.Files;
using PriorNas.Randomness;
using PriorNas.SearchSpaces;
using PriorNas.Torch.Data;
using PriorNas.Torch.Data.Formats;
using PriorNas.Torch.Data.Loading;
using PriorNas.Torch.Recipes;

namespace PriorNas.Torch.Runs;

/// <summary>The images of a run, as its recipe asks for them.</summary>
public sealed class RunData
{
    /// <summary>Synthetic images follow from labels and seed; the first of them show whether the program renders as it did.</summary>
    private const int InspectedSyntheticImages = 64;

    private const string SkippingRemedy = "(data.skipBroken=true in the recipe leaves such images out.)";
    private readonly ImagesInMemory? decoded;

    private RunData(ImageData images, string? folder, string fingerprint, IReadOnlyList<string> skipped)
    {
        Images = images;
        Folder = folder;
        Fingerprint = fingerprint;
        Skipped = skipped;
        decoded = images.Train as ImagesInMemory;
    }

    /// <summary>Training and validation images.</summary>
    public ImageData Images { get; }

    /// <summary>Absolute path of the data folder, or null for the embedded images.</summary>
    public string? Folder { get; }

    /// <summary>Identifies the images: number, classes, file names, labels and content.</summary>
    public string Fingerprint { get; }

    /// <summary>For each image that <c>data.skipBroken</c> leaves out, its file and what is wrong with it.</summary>
    public IReadOnlyList<string> Skipped { get; }

    /// <summary>
    /// Opens the images, checks that they fit the space, and reads each file once, on all cores: for the fingerprint, and to find what is
    /// no image.
    /// </summary>
    /// <param name="recipe">Says which source.</param>
    /// <param name="space">Its classes must be as many as the data's.</param>
    /// <param name="folder">The data folder; must be null for the synthetic source.</param>
    /// <param name="cancellation">Ends the reading early.</param>
    /// <exception cref="InputException">
    /// The folder is missing where it must be given, given where it must not, does not fit, or has unreadable images; faults of one kind are
    /// named together.
    /// </exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static RunData Open(Recipe recipe, SearchSpace space, string? folder, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(space);
        var data = recipe.Data;
        if (data.Source == DataSource.Synthetic)
        {
            if (folder is not null)
                throw new InputException($"--data '{folder}' is given, but the recipe's data.source is synthetic; leave out --data or set data.source=folder.");
            return Synthetic(data, space);
        }

        if (folder is null)
            throw new InputException("the recipe trains on a data folder: give it by --data DIR (DIR/train/CLASS/*.png|jpg and DIR/val/CLASS/..., or the files of CIFAR or MNIST).");
        var images = DataFolder.Open(folder, data);
        RequireFit(images, data, space, folder);
        return OfFolder(images, data, space, folder, cancellation);
    }

    /// <summary>
    /// Decodes the training images that are kept in memory, up to 1 GiB, on all cores: for a training, which needs them anyway. So a broken
    /// file is found before there is a run. Synthetic images and those that are not kept are left for later.
    /// </summary>
    /// <exception cref="InputException">Images cannot be decoded; the message names the first of them.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public void DecodeTraining(CancellationToken cancellation = default)
    {
        if (Folder is null || decoded is null)
            return;
        try
        {
            decoded.DecodeAhead(cancellation);
        }
        catch (InputException e) when (e.InnerException is null)
        {
            throw new InputException($"{e.Message} {SkippingRemedy}", e);
        }
    }

    private static RunData Synthetic(DataOptions data, SearchSpace space)
    {
        var stream = new RandomStream(data.SyntheticSeed).Split("synthetic");
        var images = ImageData.Synthetic(stream, data.SyntheticTrainImages, data.SyntheticValidationImages, space.ImageSize, space.Classes);
        return new RunData(new ImageData(new ImagesInMemory(images.Train), images.Validation), null, $"{Sampled(images.Train)}-{Sampled(images.Validation)}", []);

        string Sampled(ImageSet set) =>
            DataFingerprint.Of(set, ImageInspection.Of(set, Math.Min(InspectedSyntheticImages, set.Count), decode: false, CancellationToken.None).Hashes);
    }

    private static RunData OfFolder(ImageData images, DataOptions data, SearchSpace space, string folder, CancellationToken cancellation)
    {
        var train = InMemory(images.Train);
        ImageInspection[] found = [.. new[] { train, images.Validation }.Select(set => ImageInspection.Of(set, set.Count, data.SkipBroken, cancellation))];
        string[] skipped = [.. found.SelectMany(inspection => inspection.Messages)];
        if (skipped.Length > 0 && !data.SkipBroken)
            throw new InputException($"{FaultText.Join(skipped)} {SkippingRemedy}");
        var kept = new ImageData(Remaining(train, found[0]), Remaining(images.Validation, found[1]));
        if (skipped.Length > 0)
            RequireFit(kept, data, space, folder);
        return new RunData(kept, Path.GetFullPath(folder), $"{Identify(kept.Train, found[0])}-{Identify(kept.Validation, found[1])}", skipped);

        static string Identify(ImageSet images, ImageInspection inspection) =>
            DataFingerprint.Of(images, [.. inspection.Hashes.Where((_, i) => inspection.Faults[i] is null)]);
    }

    /// <summary>What a file holds already in memory is not kept a second time.</summary>
    private static ImageSet InMemory(ImageSet images) => images is PlanarImages ? images : new ImagesInMemory(images);

    private static ImageSet Remaining(ImageSet images, ImageInspection found) => found.Messages.Any()
        ? new ImageSubset(images, [.. Enumerable.Range(0, images.Count).Where(i => found.Faults[i] is null)])
        : images;

    private static void RequireFit(ImageData images, DataOptions data, SearchSpace space, string folder)
    {
        var (classes, count) = (images.Train.Classes.Count, images.Train.Count);
        var faults = new List<string>();
        if (classes != space.Classes)
            faults.Add(FormattableString.Invariant($"data folder '{folder}' has {classes} classes, but search space '{space.Name}' has {space.Classes}; give --set classes={classes}, or another folder."));
        if (count < data.BatchSize)
            faults.Add(FormattableString.Invariant($"data folder '{folder}' has {count} training images, fewer than data.batchSize {data.BatchSize}; give --set data.batchSize={count} or less."));
        if (images.Validation.Count == 0)
            faults.Add($"data folder '{folder}' has no usable validation image; add some.");
        var present = Enumerable.Range(0, count).Select(images.Train.Label).ToHashSet();
        faults.AddRange(images.Train.Classes.Where((_, label) => !present.Contains(label)).Select(name => $"data folder '{folder}' has no usable training image of class {name}; add some, or remove the class."));
        FaultText.ThrowIfAny(faults);
    }
}
