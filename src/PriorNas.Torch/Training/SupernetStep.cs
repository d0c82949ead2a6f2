using PriorNas.Priors;
using PriorNas.Randomness;
using PriorNas.Sampling;
using PriorNas.SearchSpaces;
using PriorNas.Torch.Native;
using PriorNas.Torch.Supernet;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace PriorNas.Torch.Training;

/// <summary>
/// The gradient of one training step, as the method defines it: the nets of the sandwich with in-place distillation, then the pairs of the
/// rank loss. Gradients add up over all of them; the optimiser moves once.
/// </summary>
internal sealed class SupernetStep(ElasticResNet supernet, Recipe recipe, RandomStream random, long steps)
{
    private readonly Prior prior = Prior.Named(recipe.Rank.Prior);

    /// <param name="images">[N, 3, H, W] float32.</param>
    /// <param name="labels">[N] int64.</param>
    /// <param name="step">0-based; all random choices depend on it alone.</param>
    internal StepLosses Accumulate(Tensor images, Tensor labels, long step)
    {
        using var scope = NewDisposeScope();
        var nets = SandwichSampler.Draw(SamplingDomain.Of(supernet.Space), recipe.Sampling.Nets, random.Split("nets", step));
        var losses = new double[nets.Length];
        Tensor? teacher = null; // [N, classes], the largest net's probabilities
        for (var i = 0; i < nets.Length; i++)
        {
            var logits = supernet.forward(images, nets[i], BatchNormStatistics.OfBatch); // [N, classes]
            var loss = teacher is null ? Losses.CrossEntropy(logits, labels) : Losses.SoftCrossEntropy(logits, teacher);
            loss.backward();
            losses[i] = loss.item<float>();
            if (recipe.Sampling.Teacher == TeacherKind.InPlace)
                teacher ??= functional.softmax(logits.detach(), dim: 1);
        }

        var weight = recipe.Rank.Weight * RankWeight.At(recipe.Rank.Schedule, step, steps); // lambda
        var pairs = random.Split("pairs", step);
        var (rankLoss, violated) = (0.0, 0);
        for (var i = 0; i < recipe.Rank.Pairs; i++)
        {
            var loss = AccumulatePair(images, labels, PairSampler.Draw(SamplingDomain.Of(supernet.Space), recipe.Rank.MinimalHammingDistance, pairs), weight);
            rankLoss += loss;
            violated += loss > 0 ? 1 : 0;
        }

        return new StepLosses(losses[0], losses[1], losses.Length > 2 ? losses.Skip(2).Average() : null, rankLoss, violated, recipe.Rank.Pairs, weight);
    }

    /// <summary>The first net needs no graph, and where the pair is in order there is nothing to backpropagate.</summary>
    private double AccumulatePair(Tensor images, Tensor labels, (Architecture First, Architecture Second) pair, double weight)
    {
        using var scope = NewDisposeScope();
        double first;
        using (no_grad())
            first = Losses.CrossEntropy(supernet.forward(images, pair.First, BatchNormStatistics.OfBatch), labels).item<float>();
        var second = Losses.CrossEntropy(supernet.forward(images, pair.Second, BatchNormStatistics.OfBatch), labels);
        var secondIsBetter = RankLoss.Judge(prior, pair.First, pair.Second);
        var gradient = weight * RankLoss.Gradient(secondIsBetter, first, second.item<float>());
        if (gradient != 0)
            second.Times(gradient).backward();
        return RankLoss.Value(secondIsBetter, first, second.item<float>());
    }
}

/// <summary>What a step's losses were.</summary>
/// <param name="Largest">Cross-entropy of the largest net, which is the only one where a network is trained alone.</param>
/// <param name="Smallest">Loss of the smallest net; null where there is only one.</param>
/// <param name="Random">Mean loss of the random nets; null where there are none.</param>
/// <param name="Rank">Sum of the rank losses of all pairs, before their weight.</param>
/// <param name="ViolatedPairs">Pairs whose losses contradict the prior.</param>
/// <param name="Pairs">Pairs of the step.</param>
/// <param name="RankWeight">Lambda.</param>
public sealed record StepLosses(double Largest, double? Smallest, double? Random, double Rank, int ViolatedPairs, int Pairs, double RankWeight)
{
    /// <summary>Whether all losses are finite.</summary>
    public bool AreFinite => double.IsFinite(Largest + (Smallest ?? 0) + (Random ?? 0) + Rank);

    internal static StepLosses OfOneNet(double loss) => new(loss, null, null, 0, 0, 0, 0);
}
