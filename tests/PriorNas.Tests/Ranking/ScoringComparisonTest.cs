using PriorNas.Randomness;
using PriorNas.Ranking;

namespace PriorNas.Tests.Ranking;

public class ScoringComparisonTest
{
    /// <summary>The third has the first one's tau-b, but its wrong pair is another one.</summary>
    [Fact]
    public void Only_what_orders_alike_is_in_the_same_order()
    {
        (string, double[])[] scorings = [("first", [1, 2, 3, 5, 4]), ("scaled", [10, 20, 30, 50, 40]), ("other", [2, 1, 3, 4, 5]), ("tied", [1, 2, 3, 4, 4])];
        var compared = ScoringComparison.Of(scorings, [1, 2, 3, 4, 5], new RandomStream(1), 200).ToDictionary(c => c.Name);
        Assert.Equal(compared["first"].Agreement.KendallTau.Value, compared["other"].Agreement.KendallTau.Value);
        Assert.True(compared["tied"].OrdersAsBest);
        Assert.All(["first", "scaled", "other"], name => Assert.False(compared[name].OrdersAsBest));
        var without = ScoringComparison.Of(scorings[..3], [1, 2, 3, 4, 5], new RandomStream(1), 200).ToDictionary(c => c.Name);
        Assert.Equal((true, true, false), (without["first"].OrdersAsBest, without["scaled"].OrdersAsBest, without["other"].OrdersAsBest));
    }
}
