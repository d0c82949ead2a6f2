using PriorNas.Priors;
using PriorNas.Randomness;
using PriorNas.Sampling;
using PriorNas.SearchSpaces;
using PriorNas.Torch.Priors;
using PriorNas.Torch.Recipes;
using PriorNas.Torch.Training;

namespace PriorNas.Torch.Tests.Losses;

/// <summary>The rank loss of a pair in plain arithmetic, by its definition in the guide.</summary>
internal sealed class PlainRank
{
    private readonly RankOptions options;
    private readonly Prior prior;
    private readonly double mean;
    private readonly double deviation;

    internal PlainRank(RankOptions options, SearchSpace space)
    {
        this.options = options;
        prior = PriorNames.Open(options.Prior, space);
        var random = new RandomStream(0).Split("prior-scale");
        double[] values = [.. Enumerable.Range(0, 1000).Select(_ => Logarithm(UniformSampler.Draw(space, random)))];
        mean = values.Sum() / values.Length;
        deviation = Math.Sqrt(values.Sum(value => Math.Pow(value - mean, 2)) / values.Length);
    }

    /// <summary>The difference of the scores' logarithms in standard deviations.</summary>
    internal double Gap(Architecture first, Architecture second) => Math.Abs(Logarithm(first) - Logarithm(second)) / deviation;

    /// <summary>How far a pair is from the least distance and the least gap.</summary>
    internal double MissingDifference(Architecture first, Architecture second)
    {
        var ofGap = options.MinimalPriorGap > 0 ? Math.Max(0, options.MinimalPriorGap - Gap(first, second)) : 0;
        return Math.Max(0, options.MinimalHammingDistance - first.HammingDistance(second)) + ofGap;
    }

    /// <summary>Adds a pair to a total.</summary>
    /// <returns>The slope by the second subnet's loss.</returns>
    internal double Add(Architecture first, Architecture second, double ofFirst, double ofSecond, ref RankTotal total)
    {
        var secondIsBetter = Math.Sign(prior.Score(second) - prior.Score(first));
        var d = secondIsBetter * (ofSecond - ofFirst);
        var (value, slope) = secondIsBetter == 0 ? (0, 0) : Of(d + options.Margin);
        var factor = options.GapWeighted ? Gap(first, second) : 1;
        total = new RankTotal(total.Loss + factor * value, total.Violated + (d > 0 ? 1 : 0), total.Pairs + 1);
        return factor * slope * secondIsBetter;
    }

    private (double Value, double Slope) Of(double x) => options.Loss == RankLossKind.Hinge
        ? (x > 0 ? x : 0, x > 0 ? 1 : 0)
        : (Math.Log(1 + Math.Exp(x)), 1 / (1 + Math.Exp(-x)));

    private double Logarithm(Architecture architecture) => prior.IsLogarithm ? prior.Score(architecture) : Math.Log(prior.Score(architecture));
}
