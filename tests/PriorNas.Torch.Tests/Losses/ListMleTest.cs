using PriorNas.Randomness;
using PriorNas.Torch.Losses;
using PriorNas.Torch.Recipes;

namespace PriorNas.Torch.Tests.Losses;

public class ListMleTest
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(9)]
    public void Without_ties_it_is_minus_the_log_likelihood_of_the_priors_order(int subnets)
    {
        var (losses, priors) = Draw(subnets, ties: false);
        var order = Enumerable.Range(0, subnets).OrderByDescending(i => priors[i]).ToArray(); // best first
        var likelihood = 1.0;
        for (var position = 0; position < subnets; position++)
            likelihood *= Math.Exp(-losses[order[position]]) / order[position..].Sum(i => Math.Exp(-losses[i]));
        Assert.Equal(-Math.Log(likelihood), ListMle.Of(losses, priors).Value, 1e-12);
    }

    [Theory]
    [InlineData(2, false)]
    [InlineData(6, false)]
    [InlineData(6, true)]
    [InlineData(12, true)]
    public void The_derivatives_are_the_slopes(int subnets, bool ties)
    {
        const double Width = 1e-5;
        var (losses, priors) = Draw(subnets, ties);
        var derivatives = ListMle.Of(losses, priors).Derivatives;
        for (var i = 0; i < subnets; i++)
        {
            double At(double offset) => ListMle.Of([.. losses.Select((loss, j) => j == i ? loss + offset : loss)], priors).Value;
            Assert.Equal((At(Width) - At(-Width)) / (2 * Width), derivatives[i], 1e-8);
        }

        Assert.Equal(0, derivatives.Sum(), 1e-12);
    }

    [Fact]
    public void Of_two_nets_it_is_the_softplus_of_the_pair()
    {
        foreach (var second in new[] { 0.5, 2, 2.1, 7 })
        {
            foreach (var judge in new[] { -1, 0, 1 })
            {
                var (value, derivatives) = ListMle.Of([2, second], [1, 1 + judge]);
                var pair = RankLoss.Of(RankLossKind.Softplus, 0, judge, 2, second);
                Assert.Equal(pair.Value, value, 1e-13);
                Assert.Equal(judge * pair.Derivative, derivatives[1], 1e-13);
                Assert.Equal(-judge * pair.Derivative, derivatives[0], 1e-13);
            }
        }
    }

    [Fact]
    public void Ties_cost_nothing_and_the_nets_order_does_not_matter()
    {
        var (losses, priors) = Draw(10, ties: true);
        var (value, derivatives) = ListMle.Of(losses, priors);
        var turned = ListMle.Of([.. losses.Reverse()], [.. priors.Reverse()]);
        Assert.Equal(value, turned.Value, 1e-12);
        for (var i = 0; i < 10; i++)
            Assert.Equal(derivatives[i], turned.Derivatives[9 - i], 1e-12);

        var allTied = ListMle.Of(losses, new double[10]);
        Assert.Equal(0, allTied.Value);
        Assert.All(allTied.Derivatives, derivative => Assert.Equal(0, derivative));
    }

    [Fact]
    public void Losses_of_ten_thousand_stay_finite()
    {
        var (value, derivatives) = ListMle.Of([1e4, 0, -1e4, 5], [4, 3, 2, 1]);
        Assert.Equal(2e4 + 1e4 + 0, value, 1e-9);
        Assert.Equal([1.0, 1.0, -2.0, 0.0], derivatives);
    }

    [Fact]
    public void Lists_of_different_lengths_are_refused()
    {
        var fault = Assert.Throws<ArgumentException>(() => ListMle.Of([1, 2], [1, 2, 3]));
        Assert.StartsWith("There are 2 losses, but 3 priors.", fault.Message, StringComparison.Ordinal);
    }

    private static (double[] Losses, double[] Priors) Draw(int subnets, bool ties)
    {
        var random = new RandomStream(13).Split(subnets);
        double[] losses = [.. Enumerable.Range(0, subnets).Select(_ => 2 + random.NextGaussian())];
        double[] priors = [.. random.Permutation(subnets).Select(position => (double)(ties ? position / 3 : position))];
        return (losses, priors);
    }
}
