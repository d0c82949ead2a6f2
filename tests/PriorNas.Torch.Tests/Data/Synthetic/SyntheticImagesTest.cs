using System.Security.Cryptography;
using PriorNas.Files;
using PriorNas.Randomness;
using PriorNas.Torch.Data;
using PriorNas.Torch.Data.Synthetic;

namespace PriorNas.Torch.Tests.Data.Synthetic;

public sealed class SyntheticImagesTest
{
    [Fact]
    public void The_bytes_are_pinned()
    {
        var images = new SyntheticImages(new RandomStream(7), 72, 24, SyntheticImages.MaximalClasses);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var i = 0; i < images.Count; i++)
            hash.AppendData(images.Read(i).Pixels);
        Assert.Equal("BCB1C50841DC2E7FC04B70054D6AF51CBA1DCDB9CD17195698BD067971351DCD", Convert.ToHexString(hash.GetHashAndReset()));
    }

    [Fact]
    public void Labels_are_balanced_and_shuffled()
    {
        var images = new SyntheticImages(new RandomStream(1), 1003, 8);
        var labels = Enumerable.Range(0, images.Count).Select(images.Label).ToArray();
        Assert.All(labels.CountBy(label => label), pair => Assert.InRange(pair.Value, 100, 101));
        Assert.NotEqual(labels.Order(), labels);
    }

    [Fact]
    public void Class_names_are_distinct_and_the_first_ten_are_pinned()
    {
        var names = new SyntheticImages(new RandomStream(1), 1, 8, SyntheticImages.MaximalClasses).Classes;
        Assert.Equal(48, names.Distinct().Count());
        Assert.Equal(
            [
                "red striped disc", "green striped square", "cyan striped triangle", "violet striped cross", "red chequered square",
                "green chequered triangle", "cyan chequered cross", "violet chequered disc", "red spotted triangle", "green spotted cross",
            ],
            names.Take(10));
        var cues = names.Take(10).Select(name => name.Split(' ')).ToArray();
        Assert.All(
            from a in Enumerable.Range(0, 10) from b in Enumerable.Range(0, a) select (a, b),
            pair => Assert.True(cues[pair.a].Zip(cues[pair.b]).Count(cue => cue.First != cue.Second) >= 2));
    }

    [Fact]
    public void Classes_of_different_colours_differ_in_their_mean_colour()
    {
        var images = new SyntheticImages(new RandomStream(2), 600, 16);
        var means = new double[10, 3];
        for (var i = 0; i < images.Count; i++)
        {
            var pixels = images.Read(i).Pixels;
            for (var j = 0; j < pixels.Length; j++)
                means[images.Label(i), j % 3] += pixels[j] / (60.0 * 256);
        }

        for (var label = 0; label < 10; label++)
        {
            // Red is nothing but red; green holds least blue, cyan least red and violet least green.
            var (channel, sign) = images.Classes[label][0] switch { 'r' => (0, 1), 'g' => (2, -1), 'c' => (0, -1), _ => (1, -1) };
            Assert.True(Enumerable.Range(0, 3).All(other => other == channel || sign * (means[label, channel] - means[label, other]) > 4), images.Classes[label]);
        }
    }

    [Fact]
    public void An_image_depends_on_the_stream_and_its_index_alone()
    {
        var (first, second) = (Train(3), Train(3));
        second.Read(5);
        Assert.Equal(first.Read(9).Pixels, second.Read(9).Pixels);
        Assert.NotEqual(first.Read(9).Pixels, Train(4).Read(9).Pixels);
    }

    [Fact]
    public void Training_and_validation_images_differ()
    {
        var data = ImageData.Synthetic(new RandomStream(3), 20, 10, 12, 10);
        Assert.Equal((20, 10), (data.Train.Count, data.Validation.Count));
        Assert.NotEqual(data.Train.Read(0).Pixels, data.Validation.Read(0).Pixels);
        Assert.Equal("synthetic train image 17", data.Train.Describe(17));
        Assert.Equal("synthetic validation image 3", data.Validation.Describe(3));
    }

    [Theory]
    [InlineData(0, 24, 10, "the number of synthetic images is 0; allowed is 1 to 2147483647.")]
    [InlineData(10, 7, 10, "the size of synthetic images is 7; allowed is 8 to 512.")]
    [InlineData(10, 24, 49, "the number of synthetic classes is 49; allowed is 2 to 48.")]
    public void A_number_out_of_range_is_named(int count, int size, int classes, string message) =>
        Assert.Equal(message, Assert.Throws<InputException>(() => new SyntheticImages(new RandomStream(1), count, size, classes)).Message);

    private static ImageSet Train(ulong seed) => ImageData.Synthetic(new RandomStream(seed), 20, 10, 12, 10).Train;
}
