using PriorNas.Randomness;
using PriorNas.Sampling;
using PriorNas.SearchSpaces;
using PriorNas.Torch.Evaluation;
using PriorNas.Torch.Rankings;

namespace PriorNas.Torch.Tests.Evaluation;

public class PrefixOrderTest
{
    public static TheoryData<string> Names => [.. SearchSpace.EmbeddedNames];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_cost_is_that_of_the_distinct_prefixes(string name)
    {
        var architectures = Draw(name, 300);
        var order = PrefixOrder.Of(architectures);

        // By definition: each distinct prefix of channel counts costs its last layer once, each distinct network its head.
        var seen = new HashSet<string>();
        var (shared, apart) = (0L, 0L);
        foreach (var architecture in architectures.Select(a => a.Canonical()).Distinct())
        {
            var shape = NetworkShape.Of(architecture);
            var head = (long)shape.FinalChannels * shape.Classes;
            var prefix = $"{architecture.StemChannels}";
            (shared, apart) = (shared + head + (seen.Add(prefix) ? shape.Stem.MultiplyAdds : 0), apart + head + shape.Stem.MultiplyAdds);
            var next = 0;
            for (var stage = 0; stage < architecture.Space.Stages.Length; stage++)
            {
                for (var block = 0; block < architecture.Depth(stage); block++)
                {
                    var cost = shape.Blocks[next++].MultiplyAdds;
                    prefix += $" {stage}:{architecture.InnerChannels(stage, block)}-{architecture.OutputChannels(stage, block)}";
                    (shared, apart) = (shared + (seen.Add(prefix) ? cost : 0), apart + cost);
                }
            }
        }

        Assert.Equal((shared, apart), (order.MultiplyAdds, order.MultiplyAddsApart));
        Assert.Equal(1 - (double)shared / apart, order.Saving, 1e-12);
        Assert.Equal(order.MultiplyAdds, Enumerable.Range(0, order.Architectures.Length).Sum(order.Cost));
        Assert.Equal(order.MultiplyAdds, order.CostOfWalk(..));
        Assert.Equal(PrefixOrder.Of(order.Architectures[40..90]).MultiplyAdds, order.CostOfWalk(40..90));
    }

    [Fact]
    public void The_order_depends_on_the_networks_alone()
    {
        var architectures = Draw("resnet48", 100);
        Assert.Equal(PrefixOrder.Of(architectures).Architectures, PrefixOrder.Of(architectures.Reverse().Concat(architectures)).Architectures);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(7)]
    public void Parts_hold_each_network_once_and_cost_about_the_same(int count)
    {
        var order = PrefixOrder.Of(Draw("resnet48-challenge", 500));
        PrefixOrder[] parts = [.. Enumerable.Range(0, count).Select(i => order.Part(i, count))];
        Assert.Equal(order.Architectures, parts.SelectMany(part => part.Architectures));
        var largest = Enumerable.Range(0, order.Architectures.Length).Max(i => PrefixOrder.Of([order.Architectures[i]]).MultiplyAdds);
        Assert.All(parts, part => Assert.InRange(part.MultiplyAdds, order.MultiplyAdds / count - 2 * largest, order.MultiplyAdds / count + 2 * largest));
    }

    [Fact]
    public void More_parts_than_networks_leave_some_empty()
    {
        var order = PrefixOrder.Of(Draw("tiny", 2));
        Assert.Equal(order.Architectures, Enumerable.Range(0, 5).SelectMany(i => order.Part(i, 5).Architectures));
    }

    [Theory]
    [InlineData("1/4", 0, 4)]
    [InlineData("4/4", 3, 4)]
    public void A_part_is_read(string text, int index, int count)
    {
        Assert.Equal(new ListShard(index, count), ListShard.TryParse(text));
        Assert.Equal(text, ListShard.TryParse(text).ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("0/4")]
    [InlineData("5/4")]
    [InlineData("1/2/3")]
    [InlineData("-1/2")]
    [InlineData("1/99999999999")]
    public void Anything_else_is_no_part(string text) => Assert.Null(ListShard.TryParse(text));

    private static Architecture[] Draw(string name, int count)
    {
        var random = new RandomStream(5);
        var space = SearchSpace.Open(name);
        return [.. Enumerable.Range(0, count).Select(i => UniformSampler.Draw(space, random.Split(i)))];
    }
}
