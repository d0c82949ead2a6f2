using PriorNas.Files;
using PriorNas.Priors;
using PriorNas.Randomness;
using PriorNas.Sampling;
using PriorNas.SearchSpaces;
using PriorNas.Torch.Losses;
using PriorNas.Torch.Native;
using PriorNas.Torch.Priors;
using PriorNas.Torch.Recipes;
using static TorchSharp.torch;

namespace PriorNas.Torch.Training;

/// <summary>A random subnet of the step whose graph is held for the rank loss.</summary>
/// <param name="Architecture">The subnet.</param>
/// <param name="Loss">What it learns from labels or its teacher, a scalar with its graph.</param>
/// <param name="CrossEntropy">Its cross-entropy with labels, a scalar with its graph: what the rank loss compares.</param>
internal readonly record struct PendingSubnet(Architecture Architecture, Tensor Loss, Tensor CrossEntropy);

/// <summary>What the rank loss of a step was.</summary>
/// <param name="Loss">Sum over all pairs, before lambda.</param>
/// <param name="Violated">Pairs whose losses contradict the prior.</param>
/// <param name="Pairs">Pairs that were compared.</param>
internal readonly record struct RankTotal(double Loss, int Violated, int Pairs);

/// <summary>The rank loss of a step: draws or chooses the pairs, asks the prior, backpropagates.</summary>
internal sealed class RankObjective
{
    private readonly RankOptions options;
    private readonly Prior? prior;
    private readonly PriorScale? scale;

    /// <param name="options">Checked by <see cref="RecipeFile"/>.</param>
    /// <param name="space">Of the architectures.</param>
    /// <exception cref="InputException">The prior is the same for all architectures of the domain.</exception>
    internal RankObjective(RankOptions options, SearchSpace space)
    {
        this.options = options;
        if (options.Pairs == 0)
            return;
        prior = PriorNames.Open(options.Prior, space, options.ZenRepeats);
        if (prior is ShapePrior && PriorNames.ScaleOf(prior, space).Deviation == 0)
            throw new InputException($"'rank.prior' is {options.Prior}, which is the same for all architectures of space '{space.Name}' and so orders none; choose another prior, or set rank.pairs=0.");
        scale = options.GapWeighted || options.MinimalPriorGap > 0 ? PriorNames.ScaleOf(prior, space) : null;
    }

    /// <summary>Whether there is a rank loss, and it compares the step's own random subnets.</summary>
    internal bool ComparesNetsOfStep => options.Pairs > 0 && options.Source == RankSource.Step;

    /// <summary>Draws pairs and adds up their gradient.</summary>
    /// <param name="domain">What the subnets are drawn from.</param>
    /// <param name="weight">Lambda.</param>
    /// <param name="random">The stream of the step's pairs.</param>
    /// <param name="crossEntropy">The loss of a subnet with labels, by its position among the subnets of the pairs; a scalar.</param>
    internal RankTotal AccumulateDrawn(SamplingDomain domain, double weight, RandomStream random, Func<Architecture, int, Tensor> crossEntropy)
    {
        var total = default(RankTotal);
        for (var i = 0; i < options.Pairs; i++)
        {
            using var scope = NewDisposeScope();
            var (first, second) = PairSampler.Draw(domain, random, MissingDifference);
            var ofFirst = CrossEntropyOfFirst(() => crossEntropy(first, 2 * i));
            var ofSecond = crossEntropy(second, 2 * i + 1);
            var gradient = weight * Compare(first, second, ofFirst.item<float>(), ofSecond.item<float>(), ref total);
            if (gradient != 0)
                (options.BothSides ? ofSecond.Times(gradient).PlusScaled(ofFirst, -gradient) : ofSecond.Times(gradient)).backward();
        }

        return total;
    }

    /// <summary>Backpropagates the subnets' own losses together with the rank loss between them.</summary>
    /// <param name="subnets">At least 2.</param>
    /// <param name="weight">Lambda.</param>
    /// <param name="random">The stream of the step's pairs.</param>
    internal RankTotal AccumulateHeld(IReadOnlyList<PendingSubnet> subnets, double weight, RandomStream random)
    {
        using var scope = NewDisposeScope();
        var losses = subnets.Select(subnet => (double)subnet.CrossEntropy.item<float>()).ToArray();
        var derivatives = new double[subnets.Count];
        var total = options.Loss == RankLossKind.ListMle ? CompareAll(subnets, losses, derivatives) : ComparePairs(subnets, losses, derivatives, random);
        var sum = subnets.Select(subnet => subnet.Loss).Aggregate((a, b) => a.Plus(b));
        foreach (var (subnet, derivative) in subnets.Zip(derivatives))
        {
            if (weight * derivative != 0)
                sum = sum.PlusScaled(subnet.CrossEntropy, weight * derivative);
        }

        sum.backward();
        return total;
    }

    /// <summary>Where the first subnet of a pair does not learn, it needs no graph.</summary>
    private Tensor CrossEntropyOfFirst(Func<Tensor> crossEntropy)
    {
        if (options.BothSides)
            return crossEntropy();
        using var noGradient = no_grad();
        return crossEntropy();
    }

    private RankTotal ComparePairs(IReadOnlyList<PendingSubnet> subnets, double[] losses, double[] derivatives, RandomStream random)
    {
        var total = default(RankTotal);
        (int First, int Second)[] pairs = [.. Enumerable.Range(0, subnets.Count).SelectMany(a => Enumerable.Range(a + 1, subnets.Count - a - 1).Select(b => (a, b)))];
        random.Shuffle(pairs.AsSpan());
        foreach (var (first, second) in pairs.Where(pair => MissingDifference(subnets[pair.First].Architecture, subnets[pair.Second].Architecture) == 0).Take(options.Pairs))
        {
            var bySecond = Compare(subnets[first].Architecture, subnets[second].Architecture, losses[first], losses[second], ref total);
            derivatives[second] += bySecond;
            derivatives[first] -= options.BothSides ? bySecond : 0;
        }

        return total;
    }

    private RankTotal CompareAll(IReadOnlyList<PendingSubnet> subnets, double[] losses, double[] derivatives)
    {
        var scores = subnets.Select(subnet => prior!.Score(subnet.Architecture)).ToArray();
        var (value, gradients) = ListMle.Of(losses, scores);
        gradients.CopyTo(derivatives, 0);
        var (violated, pairs) = (0, 0);
        for (var a = 0; a < subnets.Count; a++)
        {
            for (var b = a + 1; b < subnets.Count; b++)
            {
                pairs++;
                violated += (scores[a] - scores[b]) * (losses[a] - losses[b]) > 0 ? 1 : 0;
            }
        }

        return new RankTotal(value, violated, pairs);
    }

    /// <summary>Adds a pair to the total.</summary>
    /// <returns>The derivative of its loss by the second subnet's; minus that is the first one's.</returns>
    private double Compare(Architecture first, Architecture second, double ofFirst, double ofSecond, ref RankTotal total)
    {
        var secondIsBetter = RankLoss.PriorSign(prior!, first, second);
        var (value, derivative) = RankLoss.Of(options.Loss, options.Margin, secondIsBetter, ofFirst, ofSecond);
        var factor = options.GapWeighted ? Gap(first, second) : 1;
        total = new RankTotal(total.Loss + factor * value, total.Violated + (secondIsBetter * (ofSecond - ofFirst) > 0 ? 1 : 0), total.Pairs + 1);
        return factor * derivative * secondIsBetter;
    }

    /// <summary>How far the two are from differing as much as they must; 0 where they do.</summary>
    private double MissingDifference(Architecture first, Architecture second) =>
        Math.Max(0, options.MinimalHammingDistance - first.HammingDistance(second))
        + (options.MinimalPriorGap > 0 ? Math.Max(0, options.MinimalPriorGap - Gap(first, second)) : 0);

    private double Gap(Architecture first, Architecture second) => Math.Abs(scale!.Standardise(prior!.Score(first)) - scale.Standardise(prior.Score(second)));
}
