namespace PriorNas.Torch.Evaluation;

/// <summary>By what the subnets of a supernet are ranked. Every score is higher for better.</summary>
public enum ScoreKind
{
    /// <summary>Top-1 accuracy, a fraction in [0, 1].</summary>
    Accuracy,

    /// <summary>
    /// The mean cross-entropy with the label in nats, with its sign changed: at most 0. It counts how sure a subnet is of each image, not
    /// only whether it is right, and so has less noise than the accuracy on the same images.
    /// </summary>
    Loss,

    /// <summary>
    /// The mean over the images of the log-probability of the label minus the largest log-probability of another class, in nats: positive
    /// where the subnet is right.
    /// </summary>
    Margin,
}
