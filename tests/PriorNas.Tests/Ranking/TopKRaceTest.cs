using PriorNas.Randomness;
using PriorNas.Ranking;
using PriorNas.Ranking.Noise;

namespace PriorNas.Tests.Ranking;

public class TopKRaceTest
{
    [Fact]
    public void A_settled_item_keeps_its_side_whatever_the_values_within_the_intervals()
    {
        var random = new RandomStream(3);
        for (var trial = 0; trial < 300; trial++)
        {
            var intervals = Enumerable.Range(0, 12).Select(_ => (Low: random.NextDouble(0, 1), Width: random.NextDouble(0, 0.2))).Select(i => (i.Low, High: i.Low + i.Width)).ToArray();
            var k = 1 + random.Next(11);
            var settled = TopKRace.Settled(intervals, k);
            for (var item = 0; item < intervals.Length; item++)
            {
                // By definition, at the two extremes: itself at one end, all others at the other.
                var atBest = intervals.Where((other, i) => i != item && other.Low > intervals[item].High).Count() < k;
                var atWorst = intervals.Where((other, i) => i != item && other.High >= intervals[item].Low).Count() < k;
                Assert.Equal(atBest == atWorst, settled[item]);
            }
        }
    }

    [Fact]
    public void Values_known_exactly_are_settled_also_where_they_tie() => Assert.Equal([true, true, true], TopKRace.Settled([(0.5, 0.5), (0.5, 0.5), (0.4, 0.4)], 1));

    [Fact]
    public void Intervals_are_those_of_Wilson_and_shrink_to_a_point()
    {
        // 81 of 263 with 95 %: 0.2553 to 0.3662 (Newcombe 1998, table I); a set so large that it hardly counts.
        var (low, high) = new SampledAccuracy(81, 263, int.MaxValue).Interval(0.95);
        Assert.Equal((0.2553, 0.3662), (Math.Round(low, 4), Math.Round(high, 4)));
        Assert.Equal((81 / 263.0, 81 / 263.0), new SampledAccuracy(81, 263, 263).Interval(0.95));
        Assert.True(new SampledAccuracy(0, 10, 1000).Interval(0.95).High > 0.2);
    }

    [Fact]
    public void The_interval_holds_the_whole_sets_accuracy_as_often_as_it_says()
    {
        var random = new RandomStream(4);
        const int All = 400;
        var held = 0;
        for (var trial = 0; trial < 4000; trial++)
        {
            var order = random.Permutation(All);
            var correct = order.Take(100).Count(image => image < 120); // 120 of 400 are right.
            var (low, high) = new SampledAccuracy(correct, 100, All).Interval(0.9);
            held += low <= 0.3 && 0.3 <= high ? 1 : 0;
        }

        Assert.InRange(held / 4000.0, 0.87, 0.94);
    }
}
