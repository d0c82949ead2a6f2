using PriorNas.Torch.Evaluation;

namespace PriorNas.Torch.Tests.Evaluation;

/// <summary>Groups of images, and results, made from the values of single images.</summary>
internal static class Groups
{
    /// <summary>The result of images at the positions 0, 1, ...; those that are correct are among the five best too.</summary>
    internal static EvaluationResult Result(params (bool IsCorrect, double Loss, double Margin)[] images)
    {
        var groups = new ImageGroup[ImageGroups.Count];
        foreach (var (i, image) in images.Index())
            groups[i % ImageGroups.Count] = groups[i % ImageGroups.Count].Plus(ImageGroup.OfImage(image.IsCorrect, image.Loss, image.Margin));
        var correct = images.Count(image => image.IsCorrect);
        return new EvaluationResult(images.Length, correct, correct, images.Where((image, i) => image.IsCorrect && i % 2 == 0).Count(), new ImageGroups(groups));
    }

    /// <summary>A result of so many images with the losses offset + i mod 7, each margin the negative of the loss, every third image correct.</summary>
    internal static EvaluationResult Made(int images, double offset) =>
        Result([.. Enumerable.Range(0, images).Select(i => (i % 3 == 0, offset + i % 7, -offset - i % 7))]);
}
