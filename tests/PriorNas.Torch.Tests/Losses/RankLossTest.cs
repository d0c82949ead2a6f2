using PriorNas.Randomness;
using PriorNas.Torch.Losses;
using PriorNas.Torch.Recipes;

namespace PriorNas.Torch.Tests.Losses;

public class RankLossTest
{
    public static TheoryData<RankLossKind> Kinds => [RankLossKind.Hinge, RankLossKind.Softplus]; // those of pairs

    [Fact]
    public void The_hinge_without_margin_is_the_seeds_loss_to_the_bit()
    {
        double[] losses = [0, -0.0, 0.1, 0.3, 2.302585092994046, 1e-300, 1e300, double.PositiveInfinity, double.NaN, .. Some(50)];
        foreach (var (first, second) in losses.SelectMany(first => losses.Select(second => (first, second))))
        {
            for (var judge = -1; judge <= 1; judge++)
            {
                var (value, derivative) = RankLoss.Of(RankLossKind.Hinge, 0, judge, first, second);
                Assert.Equal(BitConverter.DoubleToInt64Bits(Math.Max(0, judge * (second - first))), BitConverter.DoubleToInt64Bits(value));
                Assert.Equal(Math.Max(0, judge * (second - first)) > 0 ? judge : 0, judge * derivative);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_derivative_is_the_slope_by_each_loss(RankLossKind kind)
    {
        const double Width = 1e-6;
        var losses = Some(20);
        foreach (var margin in new[] { 0, 0.05, 1 })
        {
            foreach (var (first, second) in losses.SelectMany(first => losses.Select(second => (first, second))))
            {
                for (var judge = -1; judge <= 1; judge++)
                {
                    double Value(double a, double b) => RankLoss.Of(kind, margin, judge, a, b).Value;
                    if (kind == RankLossKind.Hinge && Math.Abs(judge * (second - first) + margin) < 2 * Width)
                        continue; // the kink
                    var derivative = RankLoss.Of(kind, margin, judge, first, second).Derivative;
                    Assert.Equal((Value(first, second + Width) - Value(first, second - Width)) / (2 * Width), judge * derivative, 1e-8);
                    Assert.Equal((Value(first + Width, second) - Value(first - Width, second)) / (2 * Width), -judge * derivative, 1e-8);
                }
            }
        }
    }

    [Theory]
    [InlineData(1, 2.0, 3.0, 0.5, 1.5, 1)]
    [InlineData(1, 2.0, 1.7, 0.5, 0.2, 1)]
    [InlineData(1, 2.0, 1.4, 0.5, 0.0, 0)]
    [InlineData(-1, 2.0, 2.3, 0.5, 0.2, 1)]
    [InlineData(-1, 2.0, 2.6, 0.5, 0.0, 0)]
    [InlineData(0, 2.0, 2.6, 0.5, 0.0, 0)]
    public void A_margin_asks_for_a_distance_and_a_tie_for_nothing(int judge, double first, double second, double margin, double value, double derivative)
    {
        var hinge = RankLoss.Of(RankLossKind.Hinge, margin, judge, first, second);
        Assert.Equal(value, hinge.Value, 1e-12);
        Assert.Equal(derivative, hinge.Derivative);
        if (judge == 0)
            Assert.Equal((0, 0), RankLoss.Of(RankLossKind.Softplus, margin, judge, first, second));
    }

    /// <summary>The values at both ends are those of the series, to the last digits.</summary>
    [Theory]
    [InlineData(0, 0.6931471805599453, 0.5)]
    [InlineData(-1e4, 0, 0)]
    [InlineData(1e4, 1e4, 1)]
    [InlineData(-40, 4.248354255291589e-18, 4.248354255291589e-18)]
    [InlineData(40, 40, 1)]
    [InlineData(double.PositiveInfinity, double.PositiveInfinity, 1)]
    [InlineData(double.NegativeInfinity, 0, 0)]
    public void Softplus_is_exact_at_any_distance(double distance, double value, double derivative)
    {
        var softplus = RankLoss.Of(RankLossKind.Softplus, 0, 1, 0, distance);
        Assert.Equal(value, softplus.Value, 1e-14 * Math.Min(value, 1e300));
        Assert.Equal(derivative, softplus.Derivative, 1e-14 * derivative);
    }

    private static double[] Some(int count)
    {
        var random = new RandomStream(11);
        return [.. Enumerable.Range(0, count).Select(_ => 2 + random.NextGaussian())];
    }
}
