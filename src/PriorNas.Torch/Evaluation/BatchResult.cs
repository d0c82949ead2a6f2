using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace PriorNas.Torch.Evaluation;

/// <summary>What a subnet made of a batch of validation images, from its logits.</summary>
internal static class BatchResult
{
    private const int BestClasses = 5;

    /// <summary>Counts and sums of a batch.</summary>
    /// <param name="logits">[N, classes].</param>
    /// <param name="labels">[N] int64.</param>
    /// <param name="first">The position of its first image among all validation images.</param>
    internal static EvaluationResult Of(Tensor logits, Tensor labels, int first)
    {
        using var scope = NewDisposeScope();
        var images = (int)logits.size(0);
        var values = MemoryMarshal.Cast<byte, float>(ValuesOfImages(logits, labels).bytes); // [N, 4]
        var groups = new ImageGroup[ImageGroups.Count];
        var (top1, top5, even) = (0, 0, 0);
        for (var i = 0; i < images; i++)
        {
            var (isAmongBest, isCorrect) = (values[4 * i] > 0, values[4 * i + 1] > 0);
            var (ofLabel, ofRival) = ((double)values[4 * i + 2], (double)values[4 * i + 3]);
            top5 += isAmongBest ? 1 : 0;
            top1 += isCorrect ? 1 : 0;
            even += isCorrect && (first + i) % 2 == 0 ? 1 : 0;
            var group = (first + i) % ImageGroups.Count;
            groups[group] = groups[group].Plus(ImageGroup.OfImage(isCorrect, -ofLabel, ofLabel - ofRival));
        }

        return new EvaluationResult(images, top1, top5, even, new ImageGroups(groups));
    }

    /// <summary>
    /// Of each image: 1 if the label is among the five best classes, else 0; the same of the best class; the log-probability of the
    /// label; that of the best other class, or of the label itself where there is no other.
    /// </summary>
    /// <returns>[N, 4] float32 in one piece of memory, so that all of it is read at once.</returns>
    private static Tensor ValuesOfImages(Tensor logits, Tensor labels)
    {
        var classes = logits.size(1);
        var column = labels.unsqueeze(1); // [N, 1]
        var best = logits.topk((int)Math.Min(BestClasses, classes), dim: 1).indexes; // [N, up to 5], the best first
        var hits = best.eq(column); // as best, bool, at most one true in a row
        var right = hits.narrow(1, 0, 1); // [N, 1]
        var rival = where(right, best.narrow(1, Math.Min(1, classes - 1), 1), best.narrow(1, 0, 1)); // [N, 1]
        var logarithms = nn.functional.log_softmax(logits.to(ScalarType.Float32), 1); // [N, classes]
        var ofBoth = logarithms.gather(1, cat([column, rival], 1)); // [N, 2]
        return cat([hits.any(1, keepdim: true).to(ScalarType.Float32), right.to(ScalarType.Float32), ofBoth], 1);
    }
}
