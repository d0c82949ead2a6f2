using PriorNas.Randomness;
using PriorNas.Ranking;
using PriorNas.Sampling;
using PriorNas.SearchSpaces;

namespace PriorNas.Tests.Ranking;

/// <summary>Rankings whose bias was planted.</summary>
public class RankingBiasTest
{
    private const int Resamples = 200;

    [Theory]
    [InlineData("resnet20-width", 200)]
    [InlineData("resnet48", 100)]
    [InlineData("resnet50", 100)]
    [InlineData("tiny", 100)]
    public void Trial(string name, int count)
    {
        var space = SearchSpace.Open(name);
        var large = Sample(space, 10_000, new RandomStream(99), 0.4);
        var target = RankingBias.Of(large.Architectures, large.Ranking, large.Truth, [], new RandomStream(1), null, 100).Positions.ToDictionary(p => p.Name, p => p.Overrated.Value);
        var (held, all, width, found, decided, spread) = (0, 0, 0.0, 0, 0, new Dictionary<string, List<double>>());
        var planted = target.MaxBy(t => t.Value).Key;
        for (var i = 0; i < 100; i++)
        {
            var s = Sample(space, count, new RandomStream(5).Split(i), 0.4);
            var bias = RankingBias.Of(s.Architectures, s.Ranking, s.Truth, [], new RandomStream(6).Split(i), null, Resamples);
            foreach (var p in bias.Positions)
            {
                var value = target.GetValueOrDefault(p.Name);
                held += p.Overrated.Low <= value && value <= p.Overrated.High ? 1 : 0;
                all++;
                width += (p.Overrated.High - p.Overrated.Low) / 3.92;
                (spread.TryGetValue(p.Name, out var l) ? l : spread[p.Name] = []).Add(p.Overrated.Value);
                if (p.Name == planted)
                    found += p.Overrated.Decided ? 1 : 0;
                else
                    decided += p.Overrated.Decided ? 1 : 0;
            }
        }

        var sd = spread.Values.Average(l => Math.Sqrt(l.Average(v => (v - l.Average()) * (v - l.Average()))));
        TestContext.Current.TestOutputHelper!.WriteLine($"{name} n {count} p {target.Count} planted {planted} {target[planted]:F3} mean {spread[planted].Average():F3}: coverage {held / (double)all:F3} se {width / all:F4} sd {sd:F4} found {found}/100, others decided {decided / (double)all:F3}");
        Assert.Fail("x");
    }

    private static (Architecture[] Architectures, double[] Ranking, double[] Truth) Sample(SearchSpace space, int count, RandomStream random, double planted)
    {
        Architecture[] architectures = [.. Enumerable.Range(0, count).Select(_ => UniformSampler.Draw(space, random))];
        var truth = new double[count];
        var ranking = new double[count];
        var positions = VaryingPosition.Of(architectures);
        foreach (var (index, position) in positions.Index())
        {
            var sd = Math.Sqrt(position.Values.Average(v => v * v) - Math.Pow(position.Values.Average(), 2));
            for (var i = 0; i < count; i++)
            {
                truth[i] += position.Values[i] / sd / Math.Sqrt(positions.Length);
                if (index == positions.Length / 2)
                    ranking[i] += planted * position.Values[i] / sd;
            }
        }

        for (var i = 0; i < count; i++)
            ranking[i] += truth[i] + 0.3 * random.NextGaussian();
        return (architectures, ranking, truth);
    }
}
