using PriorNas.Torch.Evaluation;

namespace PriorNas.Torch.Tests.Evaluation;

public class ImageGroupsTest
{
    [Theory]
    [InlineData(40)]
    [InlineData(20)]
    [InlineData(7)]
    [InlineData(2)]
    public void Of_equal_groups_the_error_is_the_deviation_of_their_means_by_the_root_of_their_number(int images)
    {
        var result = Groups.Made(images, 0.25);
        var count = Math.Min(images, ImageGroups.Count);
        double[] means = [.. Enumerable.Range(0, count).Select(g => Enumerable.Range(0, images).Where(i => i % ImageGroups.Count == g).Average(i => 0.25 + i % 7))];
        var mean = means.Average();
        var expected = Math.Sqrt(means.Sum(m => (m - mean) * (m - mean)) / (count - 1)) / Math.Sqrt(count);
        Assert.Equal(expected, result.StandardError(ScoreKind.Loss), 12);
        Assert.Equal(expected, result.StandardError(ScoreKind.Margin), 12);
        Assert.Equal(mean, result.Loss, 12);
        Assert.Equal((-mean, -mean), (Math.Round(result.Score(ScoreKind.Loss), 12), Math.Round(result.Score(ScoreKind.Margin), 12)), Near);
    }

    [Fact]
    public void Of_unequal_groups_each_counts_by_its_images()
    {
        // Three images in the first group, two in each other: 41 images. The mean is that of the images.
        var result = Groups.Made(41, 0);
        var mean = Enumerable.Range(0, 41).Average(i => i % 7);
        Assert.Equal(mean, result.Loss, 12);
        var squares = Enumerable.Range(0, 20).Sum(g =>
        {
            int[] own = [.. Enumerable.Range(0, 41).Where(i => i % 20 == g).Select(i => i % 7)];
            return Math.Pow(own.Length / 41.0 * (own.Average() - mean), 2);
        });
        Assert.Equal(Math.Sqrt(20 / 19.0 * squares), result.StandardError(ScoreKind.Loss), 12);
    }

    [Fact]
    public void The_error_of_a_difference_is_that_of_the_differences_image_by_image()
    {
        var random = new System.Random(1);
        (bool, double, double)[] one = [.. Enumerable.Range(0, 100).Select(_ => (random.Next(2) == 0, 5 * random.NextDouble(), random.NextDouble()))];

        // The same offset on each image: a difference without error, though both scores have one.
        var shifted = Groups.Result([.. one.Select(image => (image.Item1, image.Item2 + 0.5, image.Item3 - 0.25))]);
        var result = Groups.Result(one);
        Assert.Equal(0, result.DifferenceError(shifted, ScoreKind.Loss), 7);
        Assert.Equal(0, result.DifferenceError(shifted, ScoreKind.Margin), 7);
        Assert.Equal(0, result.DifferenceError(shifted, ScoreKind.Accuracy));
        Assert.InRange(result.StandardError(ScoreKind.Loss), 0.05, 0.3);

        // Against a subnet with equal scores on all images, the error is that of the one alone; and it has no direction.
        var constant = Groups.Result([.. one.Select(_ => (true, 1.0, 1.0))]);
        Assert.Equal(result.StandardError(ScoreKind.Loss), result.DifferenceError(constant, ScoreKind.Loss), 12);
        Assert.Equal(constant.DifferenceError(result, ScoreKind.Margin), result.DifferenceError(constant, ScoreKind.Margin), 12);
    }

    [Fact]
    public void The_error_covers_the_spread_over_other_images()
    {
        // The mean of 400 losses from [0, 3) has the standard deviation sqrt(9 / 12 / 400).
        var random = new System.Random(2);
        EvaluationResult[] draws = [.. Enumerable.Range(0, 300).Select(_ => Groups.Result([.. Enumerable.Range(0, 400).Select(_ => (false, 3 * random.NextDouble(), 0.0))]))];
        Assert.Equal(Math.Sqrt(9 / 12.0 / 400), Math.Sqrt(draws.Average(d => Math.Pow(d.StandardError(ScoreKind.Loss), 2))), 0.002);
    }

    [Fact]
    public void Without_two_images_there_is_no_error_and_other_images_cannot_be_paired()
    {
        Assert.True(double.IsNaN(Groups.Made(1, 1).StandardError(ScoreKind.Loss)));
        Assert.True(double.IsNaN(Groups.Made(1, 1).DifferenceError(Groups.Made(1, 2), ScoreKind.Margin)));
        Assert.Equal(0, Groups.Made(1, 1).StandardError(ScoreKind.Accuracy));
        Assert.StartsWith(
            "The two results are of different images; only results by the same images can be paired.",
            Assert.Throws<ArgumentException>(() => Groups.Made(30, 1).DifferenceError(Groups.Made(31, 1), ScoreKind.Loss)).Message,
            StringComparison.Ordinal);
        Assert.StartsWith(
            "A result without groups of images",
            Assert.Throws<ArgumentException>(() => Groups.Made(30, 1).DifferenceError(new EvaluationResult(30, 1, 2), ScoreKind.Loss)).Message,
            StringComparison.Ordinal);
        Assert.StartsWith("There are 3 groups of images, allowed are 20.", Assert.Throws<ArgumentException>(() => new ImageGroups(new ImageGroup[3])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Sums_are_exact_whatever_the_order_in_which_batches_are_added()
    {
        var random = new System.Random(3);
        ImageGroups[] batches = [.. Enumerable.Range(0, 50).Select(_ => Groups.Result([.. Enumerable.Range(0, 33).Select(_ => (true, Math.Exp(8 * random.NextDouble() - 6), random.NextDouble()))]).Groups!)];
        var forwards = batches.Aggregate((sum, batch) => sum.Plus(batch));
        Assert.Equal(forwards, batches.Reverse().Aggregate((sum, batch) => sum.Plus(batch)));
        Assert.Equal(forwards.GetHashCode(), batches.Reverse().Aggregate((sum, batch) => sum.Plus(batch)).GetHashCode());
        Assert.NotEqual(forwards, batches[0]);
    }

    [Fact]
    public void Groups_add_up_and_their_halves_are_the_even_and_the_odd_images()
    {
        var result = Groups.Made(50, 0.5);
        Assert.True(result.IsPossible);
        Assert.Equal((50, 17), (result.Groups!.Total.Images, result.Groups.Total.Top1Correct));
        var (even, odd) = result.ScoreOfHalves(ScoreKind.Loss);
        Assert.Equal(-Enumerable.Range(0, 25).Average(i => 0.5 + 2 * i % 7), even, 12);
        Assert.Equal(-Enumerable.Range(0, 25).Average(i => 0.5 + (2 * i + 1) % 7), odd, 12);
        Assert.Equal(result.Top1OfHalves, result.ScoreOfHalves(ScoreKind.Accuracy));
        Assert.Equal(result.Top1OfHalves, (result.Groups.Halves.Even.Score(ScoreKind.Accuracy), result.Groups.Halves.Odd.Score(ScoreKind.Accuracy)));
    }

    [Fact]
    public void Bytes_give_the_groups_again_and_another_length_is_none()
    {
        var groups = Groups.Made(77, 0.125).Groups!;
        var bytes = groups.ToBytes();
        Assert.Equal(480, bytes.Length);
        Assert.Equal(groups, ImageGroups.OfBytes(bytes));
        Assert.Null(ImageGroups.OfBytes(bytes.AsSpan(1)));
    }

    private static bool Near((double, double) one, (double, double) other) => Math.Abs(one.Item1 - other.Item1) < 1e-10 && Math.Abs(one.Item2 - other.Item2) < 1e-10;
}
