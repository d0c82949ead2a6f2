using PriorNas.Randomness;
using PriorNas.Sampling;
using PriorNas.SearchSpaces;

namespace PriorNas.Tests.Ranking;

/// <summary>Distinct architectures of a space with scores that are a known function of their layers and normal noise.</summary>
internal sealed record SyntheticScores(Architecture[] Architectures, double[] Truth, double[] Scores, double[] Errors)
{
    /// <param name="space">Where the architectures are drawn.</param>
    /// <param name="count">How many.</param>
    /// <param name="noise">Standard deviation of the noise, in units of that of the function.</param>
    /// <param name="seed">Of architectures and noise.</param>
    internal static SyntheticScores Of(SearchSpace space, int count, double noise, ulong seed)
    {
        var random = new RandomStream(seed);
        Architecture[] architectures = [.. DistinctSampler.Draw(space, count, random.Split("architectures"))];
        var truth = Array.ConvertAll(architectures, Function);
        var mean = truth.Average();
        var error = noise * Math.Sqrt(truth.Average(value => (value - mean) * (value - mean)));
        var draws = random.Split("noise");
        return new(architectures, truth, Array.ConvertAll(truth, value => value + error * draws.NextGaussian()), [.. truth.Select(_ => error)]);
    }

    /// <summary>A sum over the layers, of which each takes a power of its width: no sum of the surrogate's features, but close to one.</summary>
    internal static double Function(Architecture architecture)
    {
        var sum = -1.5 / Math.Sqrt(architecture.StemChannels);
        for (var stage = 0; stage < architecture.Space.Stages.Length; stage++)
        {
            for (var block = 0; block < architecture.Depth(stage); block++)
                sum += 0.3 - (0.6 + 0.2 * stage) * Math.Pow(architecture.InnerChannels(stage, block), -0.7) - Math.Pow(architecture.OutputChannels(stage, block), -0.6);
        }

        return sum;
    }
}
