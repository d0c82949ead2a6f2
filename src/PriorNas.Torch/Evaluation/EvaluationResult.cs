using static TorchSharp.torch;

namespace PriorNas.Torch.Evaluation;

/// <summary>How many validation images a subnet classified correctly. Counts, because they add up and compare exactly.</summary>
/// <param name="Images">Images evaluated, at least 1.</param>
/// <param name="Top1Correct">Images whose label got the highest score, from 0 to <paramref name="Top5Correct"/>.</param>
/// <param name="Top5Correct">Images whose label was among the five highest scores, up to <paramref name="Images"/>.</param>
/// <param name="EvenTop1Correct">Of the images at the even places 0, 2, ..., those whose label got the highest score.</param>
public readonly record struct EvaluationResult(int Images, int Top1Correct, int Top5Correct, int EvenTop1Correct = 0)
{
    /// <summary>Top-1 accuracy, a fraction in [0, 1]; NaN without images.</summary>
    public double Top1 => (double)Top1Correct / Images;

    /// <summary>Top-5 accuracy, a fraction in [0, 1]; NaN without images.</summary>
    public double Top5 => (double)Top5Correct / Images;

    /// <summary>Standard error of <see cref="Top1"/> as an estimate of the accuracy on all images like these, by the binomial distribution.</summary>
    public double Top1StandardError => Math.Sqrt(Top1 * (1 - Top1) / Images);

    /// <summary>Top-1 accuracies on the images at even and at odd places: two halves whose rankings can be compared. NaN where a half is empty.</summary>
    public (double Even, double Odd) Top1OfHalves => ((double)EvenTop1Correct / ((Images + 1) / 2), (double)(Top1Correct - EvenTop1Correct) / (Images / 2));

    /// <summary>The counts of a batch.</summary>
    /// <param name="logits">[N, classes].</param>
    /// <param name="labels">[N] int64.</param>
    /// <param name="first">The place of its first image among all.</param>
    internal static EvaluationResult Of(Tensor logits, Tensor labels, int first)
    {
        using var scope = NewDisposeScope();
        var best = logits.topk((int)Math.Min(5, logits.size(1)), dim: 1).indexes; // [N, 5], the best first
        var hits = best.eq(labels.unsqueeze(1)); // [N, 5] bool, at most one true in a row
        var right = hits.select(1, 0); // [N]
        var even = right.slice(0, Math.Min(first % 2, right.size(0)), right.size(0), 2);
        return new EvaluationResult((int)logits.size(0), (int)right.sum().item<long>(), (int)hits.sum().item<long>(), (int)even.sum().item<long>());
    }

    /// <summary>The counts of both together.</summary>
    internal EvaluationResult Plus(EvaluationResult other) =>
        new(Images + other.Images, Top1Correct + other.Top1Correct, Top5Correct + other.Top5Correct, EvenTop1Correct + other.EvenTop1Correct);

    /// <summary>Whether the counts are in their ranges.</summary>
    internal bool IsPossible => Images >= 1 && Top1Correct >= 0 && Top1Correct <= Top5Correct && Top5Correct <= Images && EvenTop1Correct >= 0 && EvenTop1Correct <= Top1Correct;
}
