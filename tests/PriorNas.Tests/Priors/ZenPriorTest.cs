using CsCheck;
using PriorNas.Priors;
using PriorNas.Randomness;
using PriorNas.SearchSpaces;
using PriorNas.Tests.SearchSpaces;

namespace PriorNas.Tests.Priors;

public class ZenPriorTest
{
    /// <summary>Means of 4 sampled scores of random networks, 16 images of 64 px: see docs/decisions/closed-form-zen.md.</summary>
    [Theory]
    [InlineData("1223313151000000711100000053734300000000006232720000", 67.81, 79.76)]
    [InlineData("1432554575156500323222000021610000000000004454143424", 91.21, 106.48)]
    [InlineData("1427442464345400427200000026562656166636005717174700", 110.05, 128.49)]
    [InlineData("1558512141514121431373632353434353131323737444641424", 147.09, 172.06)]
    public void The_scores_are_near_the_sampled_ones(string code, double withoutShortcuts, double withShortcuts)
    {
        var a = SearchSpace.Read(TestSpaces.Resnet48.Declaration.Replace("\"imageSize\": 224", "\"imageSize\": 64", StringComparison.Ordinal), "64 px").Parse(code);
        Assert.InRange(withoutShortcuts - new ZenPrior().Score(a), 0.5, 1.4);
        Assert.InRange(withShortcuts - new ZenResidualPrior().Score(a), 0.5, 2.5);
    }

    /// <summary>
    /// Without shortcuts, by the formulas with the numbers put in: 16 px stem, one block 64-64-64 at 16x16, one block 64-8-4 at 8x8.
    /// </summary>
    [Fact]
    public void The_score_of_a_small_network_is_that_by_hand()
    {
        double score = 0, d = 1e-4;
        Layer(channels: 3, size: 16, stride: 1, isInput: true);
        Layer(channels: 64, size: 16, stride: 1, isInput: false);
        Layer(channels: 64, size: 16, stride: 1, isInput: false);
        Layer(channels: 64, size: 16, stride: 2, isInput: false);
        Layer(channels: 8, size: 8, stride: 1, isInput: false);
        score += Math.Log(4 * 64 * Math.Sqrt(d / (2 * Math.PI)));
        Assert.Equal(score, new ZenPrior().Score(TestSpaces.Small.Parse("111111001200")), 1e-6);

        void Layer(int channels, int size, int stride, bool isInput)
        {
            // At stride 1 each side tap misses one of the positions; at stride 2 and an even size only the first tap does.
            var outputs = size / stride;
            var side = (outputs - 1.0) / outputs;
            var (row, squares) = stride == 1 ? (1 + 2 * side, 1 + 2 * side * side) : (2 + side, 2 + side * side);
            var variance = isInput ? channels * row * row : channels * (row * row / 2 - squares * squares / (2 * Math.PI));
            score += Math.Log(variance) / 2;
            d = channels * row * row * (isInput ? d : d * (0.5 - 2.0 / 3 / (2 * Math.PI) * Math.Sqrt(d))) / variance;
        }
    }

    /// <summary>A 3x3 kernel on a feature map of 2x2: of each row of taps one lies inside always, two half the time.</summary>
    [Theory]
    [InlineData(2, 1, 4.0, 2.25)]
    [InlineData(1, 1, 1.0, 1.0)]
    [InlineData(2, 2, 4.0, 4.0)]
    [InlineData(4, 2, 6.25, 5.0625)]
    [InlineData(5, 2, 7 * 7 / 9.0, 17 * 17 / 81.0)]
    public void Taps_outside_the_map_do_not_count(int size, int stride, double sum, double sumOfSquares)
    {
        var taps = ZenTaps.Of(new ConvolutionShape(3, 8, 8, size, stride));
        Assert.Equal(sum, taps.Sum, 1e-12);
        Assert.Equal(sumOfSquares, taps.SumOfSquares, 1e-12);
    }

    [Fact]
    public void The_fraction_of_taps_inside_is_that_of_counting_them() => Gen.Select(Gen.Int[1, 40], Gen.Int[1, 2], Gen.Int[0, 3].Select(half => 2 * half + 1)).Sample(
        (size, stride, kernel) =>
        {
            var convolution = new ConvolutionShape(kernel, 1, 1, size, stride);
            var rows = Enumerable.Range(-(kernel / 2), kernel)
                .Select(offset => Enumerable.Range(0, convolution.OutputSize).Count(i => i * stride + offset >= 0 && i * stride + offset < size) / (double)convolution.OutputSize);
            return Math.Abs(Math.Pow(rows.Sum(), 2) - ZenTaps.Of(convolution).Sum) < 1e-9;
        },
        iter: 2_000,
        threads: 1);

    /// <summary>ReLU and addition against 400,000 pairs of normal numbers.</summary>
    [Theory]
    [InlineData(0, 1, 0.01)]
    [InlineData(0, 1, 0.5)]
    [InlineData(1.2, 1.8, 0.3)]
    [InlineData(-0.7, 2, 0.1)]
    public void Rectified_moments_are_those_of_rectified_normal_numbers(double mean, double variance, double squaredDistance)
    {
        var moments = new ZenMoments(mean, variance, squaredDistance);
        var random = new RandomStream(6);
        double sum = 0, squares = 0, distances = 0, absolute = 0;
        const int Count = 400_000;
        for (var i = 0; i < Count; i++)
        {
            var middle = mean + Math.Sqrt(variance - squaredDistance / 4) * random.NextGaussian();
            var half = Math.Sqrt(squaredDistance) / 2 * random.NextGaussian();
            var (a, b) = (Math.Max(0, middle + half), Math.Max(0, middle - half));
            (sum, squares, distances, absolute) = (sum + a, squares + a * a, distances + (a - b) * (a - b), absolute + Math.Abs(a - b));
        }

        var rectified = moments.Rectified();
        Assert.Equal(sum / Count, rectified.Mean, 0.01);
        Assert.Equal(squares / Count - sum / Count * sum / Count, rectified.Variance, 0.015);
        Assert.Equal(1, rectified.SquaredDistance / (distances / Count), 0.02);
        Assert.Equal(1, moments.RectifiedDistance() / (absolute / Count), 0.02);
    }

    [Theory]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(2)]
    [InlineData(1)]
    public void Moments_after_the_pool_are_those_of_the_largest_in_a_window(int size)
    {
        var random = new RandomStream(7);
        var values = new double[size, size];
        var positions = (size - 1) / 2 + 1;
        double sum = 0, squares = 0;
        var maps = 200_000 / (positions * positions);
        for (var map = 0; map < maps; map++)
        {
            for (var i = 0; i < size * size; i++)
                values[i / size, i % size] = random.NextGaussian();
            for (var position = 0; position < positions * positions; position++)
            {
                var largest = 0.0;
                for (var tap = 0; tap < 9; tap++)
                {
                    var (row, column) = (2 * (position / positions) + tap / 3 - 1, 2 * (position % positions) + tap % 3 - 1);
                    if (row >= 0 && row < size && column >= 0 && column < size)
                        largest = Math.Max(largest, values[row, column]);
                }

                (sum, squares) = (sum + largest, squares + largest * largest);
            }
        }

        var count = (double)maps * positions * positions;
        var pooled = new ZenMoments(0, 1, 0.1).RectifiedMaxPool(size);
        Assert.Equal(sum / count, pooled.Mean, 0.015);
        Assert.Equal(squares / count - sum / count * sum / count, pooled.Variance, 0.015);
        Assert.Equal(0.1, pooled.SquaredDistance);
    }

    [Fact]
    public void A_deeper_or_wider_network_scores_higher() => TestSpaces.Architectures.Sample(
        a => ((Prior[])[new ZenPrior(), new ZenResidualPrior()]).All(prior => Neighbours.Deeper(a).Concat(Neighbours.Wider(a)).All(more => prior.Score(more) >= prior.Score(a))),
        iter: 300,
        threads: 1);
}
