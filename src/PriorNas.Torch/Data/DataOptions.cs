using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using PriorNas.Torch.Data.Transforms;

namespace PriorNas.Torch.Data;

/// <summary>Where images come from.</summary>
public enum DataSource
{
    /// <summary>A folder given at the start, in one of the forms of <see cref="DataFormat"/>.</summary>
    Folder,

    /// <summary>The embedded procedural images.</summary>
    Synthetic,
}

/// <summary>In which form a data folder holds its images.</summary>
public enum DataFormat
{
    /// <summary>The one whose names are found.</summary>
    Auto,

    /// <summary><c>train/CLASS/*.png|jpg</c> and <c>val/CLASS/...</c>.</summary>
    ImageFolder,

    /// <summary>The binary version of CIFAR-10.</summary>
    Cifar10,

    /// <summary>The binary version of CIFAR-100.</summary>
    Cifar100,

    /// <summary>The four files of MNIST and its relatives.</summary>
    Idx,
}

/// <summary>Which labels of CIFAR-100 count.</summary>
public enum Cifar100Labels
{
    /// <summary>The 100 classes.</summary>
    Fine,

    /// <summary>The 20 superclasses.</summary>
    Coarse,
}

/// <summary>How training images are cropped.</summary>
public enum AugmentationKind
{
    /// <summary>Zero padding, then a random crop of the image size.</summary>
    PadCrop,

    /// <summary>A crop of random area (8 to 100 %) and shape (3/4 to 4/3), resized.</summary>
    RandomResizedCrop,

    /// <summary>As validation images are: shorter side resized, centre cropped.</summary>
    CenterCrop,
}

/// <summary>Images and their augmentation.</summary>
public sealed record DataOptions
{
    /// <summary>The longest list of <see cref="Resolutions"/>.</summary>
    internal const int MaxResolutions = 64;

    /// <summary>Where images come from.</summary>
    public DataSource Source { get; init; } = DataSource.Folder;

    /// <summary>The form of the data folder.</summary>
    public DataFormat Format { get; init; } = DataFormat.Auto;

    /// <summary>Which labels of CIFAR-100 count.</summary>
    public Cifar100Labels Cifar100Labels { get; init; } = Cifar100Labels.Fine;

    /// <summary>What the names of IDX files start with, where a folder has several sets of them; null otherwise.</summary>
    public string? IdxPrefix { get; init; }

    /// <summary>Leave out images that cannot be decoded, instead of refusing them; all are then decoded before the run.</summary>
    public bool SkipBroken { get; init; }

    /// <summary>Training images of the synthetic source.</summary>
    [Range(1, 10_000_000)]
    public int SyntheticTrainImages { get; init; } = 6000;

    /// <summary>Validation images of the synthetic source.</summary>
    [Range(1, 10_000_000)]
    public int SyntheticValidationImages { get; init; } = 1000;

    /// <summary>Seed of the synthetic images, apart from the run's: runs of other seeds see the same data.</summary>
    public ulong SyntheticSeed { get; init; } = 1;

    /// <summary>Images per step.</summary>
    [Range(2, 65_536)]
    public int BatchSize { get; init; } = 128;

    /// <summary>How training images are cropped.</summary>
    public AugmentationKind Augmentation { get; init; } = AugmentationKind.PadCrop;

    /// <summary>
    /// Sizes of training images in pixels, of which each batch has one, drawn uniformly (elastic resolution; Yu et al. 2020, "BigNAS"); a size that
    /// stands twice is drawn twice as often. Empty: the image size alone, which is that of validation in any case.
    /// </summary>
    [Length(0, MaxResolutions)]
    public IReadOnlyList<int> Resolutions { get; init; } = [];

    /// <summary>Pixels of zeros on each side before a pad-crop.</summary>
    [Range(0, 256)]
    public int Padding { get; init; } = 4;

    /// <summary>Mirror half of the training images.</summary>
    public bool Flip { get; init; } = true;

    /// <summary>
    /// Length in pixels to which the shorter side of a validation image is resized before the centre crop of the image size; 0 for the image
    /// size with pad-crop, and for 256/224 of it with the others. Training images of center-crop likewise, in proportion to their size.
    /// </summary>
    [Range(0, int.MaxValue)]
    public int ValidationResize { get; init; }

    /// <summary>Mean of each colour channel (red, green, blue) in [0, 1], subtracted.</summary>
    [Length(3, 3)]
    public IReadOnlyList<double> Mean { get; init; } = [0.485, 0.456, 0.406];

    /// <summary>Standard deviation of each colour channel, by which is divided.</summary>
    [Length(3, 3)]
    public IReadOnlyList<double> Std { get; init; } = [0.229, 0.224, 0.225];

    /// <summary>Threads that decode and augment, beside those of the network.</summary>
    [Range(1, 256)]
    public int Workers { get; init; } = 2;
}

/// <summary>The transforms that data options describe.</summary>
public static class DataTransforms
{
    /// <summary>For training images of the image size.</summary>
    public static ImageTransform TrainingTransform(this DataOptions options, int imageSize)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options.TrainingTransform(imageSize, imageSize);
    }

    /// <summary>For training images, one transform for each size that a batch may have.</summary>
    public static ImmutableArray<ImageTransform> TrainingTransforms(this DataOptions options, int imageSize)
    {
        ArgumentNullException.ThrowIfNull(options);
        return [.. options.TrainingSizes(imageSize).Select(size => options.TrainingTransform(imageSize, size))];
    }

    /// <summary>For validation and calibration images: shorter side resized, centre cropped.</summary>
    public static ImageTransform ValidationTransform(this DataOptions options, int imageSize)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new ResizeCenterCrop(options.ShorterSide(imageSize), imageSize, options.Normalization());
    }

    /// <summary>The sizes of training images in pixels, at least one.</summary>
    internal static IReadOnlyList<int> TrainingSizes(this DataOptions options, int imageSize) => options.Resolutions.Count == 0 ? [imageSize] : options.Resolutions;

    private static ImageTransform TrainingTransform(this DataOptions options, int imageSize, int size) => options.Augmentation switch
    {
        AugmentationKind.PadCrop => new PadCrop(size, options.Padding, options.Flip, options.Normalization()),
        AugmentationKind.RandomResizedCrop => new RandomResizedCrop(size, options.Flip, options.Normalization()),
        AugmentationKind.CenterCrop => new CenterCrop((int)Math.Round((double)options.ShorterSide(imageSize) * size / imageSize), size, options.Flip, options.Normalization()),
        _ => throw new InvalidOperationException($"Augmentation {options.Augmentation} has no transform."),
    };

    /// <summary>Of an image of the image size before its centre crop, in pixels.</summary>
    private static int ShorterSide(this DataOptions options, int imageSize)
    {
        if (options.ValidationResize != 0)
            return options.ValidationResize;
        return options.Augmentation == AugmentationKind.PadCrop ? imageSize : (int)Math.Round(imageSize * 256.0 / 224);
    }

    private static Normalization Normalization(this DataOptions options) => new([.. options.Mean.Select(m => (float)m)], [.. options.Std.Select(s => (float)s)]);
}
