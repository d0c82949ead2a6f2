using PriorNas.Randomness;
using PriorNas.Torch.Data;
using PriorNas.Torch.Data.Loading;
using PriorNas.Torch.Data.Synthetic;
using PriorNas.Torch.Data.Transforms;
using TorchSharp;

namespace PriorNas.Torch.Tests.Data;

/// <summary>Batches of several sizes, and training images that are cut as validation images are.</summary>
public sealed class ResolutionsTest
{
    private static readonly DataOptions Options = new() { Resolutions = [8, 12, 20], Padding = 2 };

    public static TheoryData<AugmentationKind> Augmentations => [.. Enum.GetValues<AugmentationKind>()];

    [Theory]
    [MemberData(nameof(Augmentations))]
    public void A_batch_has_the_size_that_its_number_draws_and_the_images_of_that_size(AugmentationKind augmentation)
    {
        var options = Options with { Augmentation = augmentation };
        var drawn = Enumerable.Range(0, 12).Select(batch => options.Resolutions[new RandomStream(2).Split("resolution", batch).Next(3)]).ToArray();
        Assert.Equal(3, drawn.Distinct().Count());
        var ofEach = options.Resolutions.ToDictionary(size => size, size => Contents(options with { Resolutions = [size] }, workers: 1, start: 0, count: 12));
        var several = Contents(options, workers: 3, start: 0, count: 12);
        Assert.Equal(drawn.Select((size, batch) => ofEach[size][batch]), several);
        Assert.Equal(several[5..], Contents(options, workers: 1, start: 5, count: 7));
    }

    [Fact]
    public void Without_a_list_there_is_the_image_size_alone()
    {
        var options = Options with { Resolutions = [] };
        Assert.Equal([16], options.TrainingTransforms(16).Select(transform => transform.Size));
        Assert.Equal(Contents(options with { Resolutions = [16] }, 1, 0, 3), Contents(options, 1, 0, 3));
        Assert.Equal(16, Options.ValidationTransform(16).Size);
    }

    [Fact]
    public void Sizes_are_drawn_about_equally_often()
    {
        var counts = Enumerable.Range(0, 3000).CountBy(batch => new RandomStream(5).Split("resolution", batch).Next(3));
        Assert.All(counts, pair => Assert.InRange(pair.Value, 900, 1100));
    }

    [Theory]
    [InlineData(0, 14, 16)]
    [InlineData(20, 14, 20)]
    public void A_center_crop_is_the_validation_transform_with_a_flip(int validationResize, int imageSize, int shorterSide)
    {
        var image = new RgbImage(30, 22, [.. Enumerable.Range(0, 3 * 30 * 22).Select(i => (byte)(i * 31))]);
        var options = new DataOptions { Augmentation = AugmentationKind.CenterCrop, ValidationResize = validationResize, Flip = false };
        var training = Assert.IsType<CenterCrop>(options.TrainingTransform(imageSize));
        var validation = Assert.IsType<ResizeCenterCrop>(options.ValidationTransform(imageSize));
        Assert.Equal((shorterSide, shorterSide), (training.ShorterSide, validation.ShorterSide));
        var expected = Applied(validation, image, 0);
        Assert.Equal(expected, Applied(training, image, 0));

        var mirrored = expected.Chunk(3).Chunk(imageSize).SelectMany(row => row.Reverse()).SelectMany(pixel => pixel).ToArray();
        var flipping = (options with { Flip = true }).TrainingTransform(imageSize);
        var results = Enumerable.Range(0, 40).Select(seed => Applied(flipping, image, (ulong)seed)).ToArray();
        Assert.All(results, result => Assert.True(result.SequenceEqual(expected) || result.SequenceEqual(mirrored)));
        Assert.InRange(results.Count(result => result.SequenceEqual(mirrored)), 10, 30);
    }

    [Fact]
    public void Of_other_sizes_a_center_crop_shows_the_same_part_of_the_image()
    {
        var options = new DataOptions { Augmentation = AugmentationKind.CenterCrop, ValidationResize = 32, Resolutions = [8, 24, 48] };
        Assert.Equal([(11, 8), (32, 24), (64, 48)], options.TrainingTransforms(24).Select(transform => (((CenterCrop)transform).ShorterSide, transform.Size)));
    }

    private static byte[] Applied(ImageTransform transform, RgbImage image, ulong seed)
    {
        var pixels = new byte[3 * transform.Size * transform.Size];
        transform.Apply(image, new RandomStream(seed), pixels);
        return pixels;
    }

    private static byte[][] Contents(DataOptions options, int workers, long start, int count)
    {
        using var scope = torch.NewDisposeScope();
        using var loader = new BatchLoader(new SyntheticImages(new RandomStream(1), 20, 12), options.TrainingTransforms(16), 4, new RandomStream(2), workers);
        loader.Start(start);
        return [.. Enumerable.Range(0, count).Select(_ => loader.Next()).Select(batch => (byte[])[(byte)batch.Images.size(2), .. batch.Images.contiguous().bytes, .. batch.Labels.bytes])];
    }
}
