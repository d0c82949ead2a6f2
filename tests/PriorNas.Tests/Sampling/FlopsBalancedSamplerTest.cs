using PriorNas.Priors;
using PriorNas.Randomness;
using PriorNas.Sampling;
using PriorNas.SearchSpaces;

namespace PriorNas.Tests.Sampling;

public class FlopsBalancedSamplerTest
{
    /// <summary>Twelve architectures: a depth of 1 with two outputs and two inner widths, or of 2 with four inner pairs.</summary>
    private static readonly SearchSpace Twelve = SearchSpace.Read(
        """
        { "name": "twelve", "imageSize": 8, "classes": 2, "code": "digits",
          "stem": { "kind": "conv3x3", "widths": { "channels": [4] } },
          "stages": [ { "depth": { "min": 1, "max": 2 }, "projection": "first-block", "widths": { "channels": [24, 4] } } ] }
        """,
        "twelve");

    [Fact]
    public void The_largest_of_the_small_space_has_many_times_the_flops_of_the_smallest() =>
        Assert.True(Flops(Twelve.Largest) > 20 * Flops(Twelve.Smallest));

    /// <summary>
    /// By definition: over all rows of candidates, with their probabilities under the uniform sampler, each of a row is kept with its share
    /// of the row's multiply-adds.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Probabilities_are_those_of_the_definition(int candidates)
    {
        var (codes, uniform) = UniformProbabilities();
        var flops = codes.Select(code => Flops(Twelve.Parse(code))).ToArray();
        var expected = new double[codes.Length];
        foreach (var row in Rows(codes.Length, candidates))
        {
            var probability = row.Aggregate(1.0, (product, i) => product * uniform[i]);
            foreach (var kept in row)
                expected[kept] += probability * flops[kept] / row.Sum(i => flops[i]);
        }

        var counts = new int[codes.Length];
        var sampler = SubnetSampler.Create(SamplerKind.FlopsBalanced, candidates);
        for (var step = 0; step < 1000; step++)
        {
            foreach (var subnet in sampler.Draw(SamplingDomain.Of(Twelve), 40, new RandomStream(1), step))
                counts[Array.IndexOf(codes, subnet.Code)]++;
        }

        ChiSquare.Fits(counts, expected, $"{candidates} candidates");
    }

    [Fact]
    public void The_mean_of_the_flops_is_above_that_of_uniform_draws()
    {
        foreach (var domain in SearchSpace.EmbeddedNames.Select(name => SamplingDomain.Of(SearchSpace.Open(name))))
        {
            double Mean(SamplerKind kind) => SubnetSampler.Create(kind).Draw(domain, 2000, new RandomStream(1), 0).Average(Flops);
            Assert.True(Mean(SamplerKind.FlopsBalanced) > 1.01 * Mean(SamplerKind.Uniform), domain.Space.Name);
        }
    }

    /// <summary>All codes, and the probability of each: halves for the depth, the output and each inner width.</summary>
    private static (string[] Codes, double[] Probabilities) UniformProbabilities()
    {
        var random = new RandomStream(1);
        var codes = Enumerable.Range(0, 2000).Select(_ => UniformSampler.Draw(Twelve, random).Code).Distinct().Order(StringComparer.Ordinal).ToArray();
        Assert.Equal(12, codes.Length);
        return (codes, [.. codes.Select(code => Math.Pow(0.5, 2 + Twelve.Parse(code).Depth(0)))]);
    }

    private static IEnumerable<int[]> Rows(int items, int length) => length == 0
        ? [[]]
        : Rows(items, length - 1).SelectMany(row => Enumerable.Range(0, items).Select(item => (int[])[.. row, item]));

    private static double Flops(Architecture architecture) => FlopsPrior.MultiplyAdds(NetworkShape.Of(architecture));
}
