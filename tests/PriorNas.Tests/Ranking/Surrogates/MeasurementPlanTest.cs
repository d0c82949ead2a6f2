using PriorNas.Randomness;
using PriorNas.Ranking.Surrogates;
using PriorNas.SearchSpaces;
using PriorNas.Tests.SearchSpaces;

namespace PriorNas.Tests.Ranking.Surrogates;

public class MeasurementPlanTest
{
    [Fact]
    public void It_names_different_networks_of_the_list_in_its_order()
    {
        var list = SyntheticScores.Of(TestSpaces.Challenge, 600, 0, seed: 1).Architectures;
        var plan = MeasurementPlan.Choose([.. list, .. list], 100, new RandomStream(1));
        Assert.Equal(100, plan.Length);
        Assert.Equal(plan.Distinct().Order(), plan);
        Assert.All(plan, index => Assert.InRange(index, 0, 599));
        Assert.Equal(plan, MeasurementPlan.Choose([.. list, .. list], 100, new RandomStream(1)));
        Assert.NotEqual(plan, MeasurementPlan.Choose([.. list, .. list], 100, new RandomStream(2)));
    }

    [Fact]
    public void A_list_with_fewer_networks_is_taken_whole()
    {
        var list = SyntheticScores.Of(TestSpaces.Tiny, 10, 0, seed: 1).Architectures;
        Assert.Equal(Enumerable.Range(0, 10), MeasurementPlan.Choose([.. list, list[3]], 11, new RandomStream(1)));
        Assert.Equal([0], MeasurementPlan.Choose([list[0], list[0]], 1, new RandomStream(1)));
    }

    /// <summary>The mean variance of predictions over the list, of a linear regression on what is measured.</summary>
    [Fact]
    public void A_regression_on_it_leaves_less_open_than_one_on_a_random_part()
    {
        var list = SyntheticScores.Of(TestSpaces.Challenge, 1000, 0, seed: 2).Architectures;
        var rows = FeatureMap.Linear(list, FeatureFamily.Widths).Rows(list);
        for (var seed = 1UL; seed <= 3; seed++)
        {
            var chosen = Variance(MeasurementPlan.Choose(list, 150, new RandomStream(seed)));
            var random = Variance(new RandomStream(seed).Permutation(list.Length)[..150]);
            Assert.True(chosen < 0.97 * random, $"{chosen}, by chance {random}");
        }

        double Variance(int[] measured)
        {
            double[] ones = [.. rows.Select(_ => 1.0)];
            var regression = new RidgeRegression(Moments.Of(rows, ones, ones, measured), 0.1);
            return rows.Average(row => regression.Predict(row).Variance);
        }
    }

    [Fact]
    public void A_rare_depth_is_measured()
    {
        var list = SyntheticScores.Of(TestSpaces.Tiny, 300, 0, seed: 3).Architectures;
        var rare = list.First(architecture => architecture.Depth(2) == 3);
        Architecture[] mostly = [.. list.Where(architecture => architecture.Depth(2) < 3), rare];
        Assert.Contains(mostly.Length - 1, MeasurementPlan.Choose(mostly, 40, new RandomStream(1)));
    }
}
